//! Another process on the mesh: through the door of the embedded one, or on the NATS server.

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use secrecy::SecretString;
use serde_json::json;

use crate::config::Config;
use crate::lifecycle::{Extras, Running};
use crate::service::Service;
use crate::testing::{Stack, TestApp};

async fn with_an_open_mesh() -> TestApp {
    match Stack::chosen() {
        Stack::Embedded => TestApp::with(&[("mesh.listen", "127.0.0.1:0")]).await,
        Stack::Distributed => TestApp::start().await,
    }
}

/// The configuration of a process that only serves `atlas`, with a folder of its own.
fn elsewhere(app: &TestApp, folder: &tempfile::TempDir) -> Config {
    let mut config = app.config();
    config.data = folder.path().to_owned();
    config.instance.projects = vec!["atlas".parse().unwrap()];
    if let Some(door) = &app.app().mesh_door {
        let token = std::fs::read_to_string(&door.token_file).unwrap();
        config.mesh.listen = None;
        config.mesh.url = Some(door.url.clone());
        config.mesh.token = Some(SecretString::from(token.trim()));
    }
    config
}

async fn start(app: &TestApp, config: Config) -> Running {
    let extras = Extras { clock: Some(app.clock.clone()), key: None, mesh: None };
    Running::start(config, &[Service::Instance], extras).await.unwrap()
}

#[tokio::test]
async fn an_instance_of_another_process_beats_and_its_project_is_online() {
    let app = with_an_open_mesh().await;
    app.register("atlas").await;
    let folder = tempfile::tempdir().unwrap();
    let instance = start(&app, elsewhere(&app, &folder)).await;
    app.until_status("atlas", "online").await;

    app.advance(Duration::from_secs(1)).await;
    instance.stop().await;
    let project = app.until_status("atlas", "offline").await;
    assert_eq!(project["status_reasons"], json!(["stopped"]));
    app.end().await;
}

#[tokio::test]
async fn the_token_of_the_mesh_is_kept_and_only_its_owner_can_read_it() {
    if Stack::chosen() == Stack::Distributed {
        let app = TestApp::start().await;
        assert!(app.app().mesh_door.is_none());
        return app.end().await;
    }
    let mut app = with_an_open_mesh().await;
    let read = |app: &TestApp| {
        let file = &app.app().mesh_door.as_ref().unwrap().token_file;
        assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::read_to_string(file).unwrap()
    };
    let token = read(&app);
    app.stop().await;
    app.start_again().await;
    assert_eq!(read(&app), token);
    assert_eq!(token.trim().len(), 64);
    app.end().await;
}

#[tokio::test]
async fn the_mesh_is_not_opened_to_the_network_in_the_clear() {
    let app = TestApp::start().await;
    let mut config = app.config();
    config.mesh.url = None;
    config.mesh.listen = Some("0.0.0.0:0".parse().unwrap());
    let refused = app.start_replica_with(config.clone()).await;
    let error = format!("{:#}", refused.err().unwrap());
    assert!(error.contains("--behind-proxy"), "{error}");
    config.http.behind_proxy = true;
    app.start_replica_with(config).await.unwrap().stop().await;
    app.end().await;
}
