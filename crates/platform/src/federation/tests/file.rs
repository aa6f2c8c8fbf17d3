//! `projects.yaml` as a source of the catalog.

use std::path::Path;
use std::time::Duration;

use serde_json::json;

use crate::lifecycle::{Extras, Running};
use crate::service::Service;
use crate::testing::TestApp;

/// Writes the file as an editor does: whole, and with another time of change.
fn write(path: &Path, slugs: &[&str]) {
    let entry = |slug: &&str| {
        format!("  - {{slug: {slug}, name: {slug}, hub_url: 'http://{slug}.example'}}\n")
    };
    let entries: String = slugs.iter().map(entry).collect();
    let text = if entries.is_empty() {
        "projects: []\n".to_owned()
    } else {
        format!("projects:\n{entries}")
    };
    replace(path, &text);
}

fn replace(path: &Path, text: &str) {
    let before = std::fs::metadata(path).and_then(|it| it.modified()).ok();
    std::fs::write(path, text).unwrap();
    let later = before.unwrap_or(std::time::SystemTime::UNIX_EPOCH) + Duration::from_secs(1);
    std::fs::File::options().append(true).open(path).unwrap().set_modified(later).unwrap();
}

async fn with_file(slugs: &[&str]) -> (TestApp, std::path::PathBuf, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("projects.yaml");
    write(&path, slugs);
    let app = TestApp::with(&[("federation.projects_file", path.to_str().unwrap())]).await;
    (app, path, folder)
}

/// Slug and whether it is orphaned.
async fn catalog(app: &TestApp) -> Vec<(String, bool)> {
    let list = app.get("/api/fed/projects").await.json();
    let entry = |it: &serde_json::Value| {
        (it["slug"].as_str().unwrap().to_owned(), it["orphaned"].as_bool().unwrap())
    };
    list.as_array().unwrap().iter().map(entry).collect()
}

async fn until_catalog(app: &TestApp, expected: &[(&str, bool)]) {
    let expected: Vec<(String, bool)> =
        expected.iter().map(|(slug, orphaned)| ((*slug).to_owned(), *orphaned)).collect();
    app.eventually(&format!("the catalog is {expected:?}"), async |app| {
        app.advance(Duration::from_secs(1)).await;
        catalog(app).await == expected
    })
    .await;
}

#[tokio::test]
async fn the_file_is_loaded_at_start_and_followed() {
    let (app, path, _folder) = with_file(&["atlas", "borealis"]).await;
    until_catalog(&app, &[("atlas", false), ("borealis", false)]).await;
    write(&path, &["atlas", "cygnus"]);
    until_catalog(&app, &[("atlas", false), ("borealis", true), ("cygnus", false)]).await;
    write(&path, &["atlas", "borealis", "cygnus"]);
    until_catalog(&app, &[("atlas", false), ("borealis", false), ("cygnus", false)]).await;
    app.end().await;
}

#[tokio::test]
async fn what_the_api_brought_the_file_does_not_orphan() {
    let (app, path, _folder) = with_file(&["atlas"]).await;
    app.register("borealis").await;
    write(&path, &[]);
    until_catalog(&app, &[("atlas", true), ("borealis", false)]).await;
    app.end().await;
}

#[tokio::test]
async fn a_bad_file_changes_nothing_and_is_said_everywhere() {
    let (app, path, _folder) = with_file(&["atlas"]).await;
    replace(&path, "projects:\n  - {slug: no, name: x, hub_url: 'ftp://x'}\n");
    app.eventually("the errors are counted", async |app| {
        app.advance(Duration::from_secs(1)).await;
        app.metric("federation_projects_file_errors", &[]).await >= 2.0
    })
    .await;
    assert_eq!(catalog(&app).await, [("atlas".to_owned(), false)]);
    let check = async |app: &TestApp| {
        let ready = app.get("/readyz?verbose").await;
        assert_eq!(ready.status, 200);
        ready.json()["checks"]["projects_file"].clone()
    };
    app.eventually("the check fails", async |app| check(app).await["status"] == "fail").await;
    let check = check(&app).await;
    assert!(check["error"].as_str().unwrap().contains("projects[0].slug"), "{check}");
    app.end().await;
}

#[tokio::test]
async fn a_bad_file_stops_the_start_with_every_error_at_its_place() {
    let (mut app, path, _folder) = with_file(&["atlas"]).await;
    app.stop().await;
    let text = "projects:\n  - {slug: a, name: A, hub_url: 'http://a.example'}\n  \
                - {slug: A, name: B, hub_url: 'ftp://x'}\n";
    replace(&path, text);
    let extras = Extras { clock: None, key: None, mesh: Some(mesh::Mesh::local()) };
    let refused = Running::start(app.config(), &[Service::Federation], extras).await;
    let error = format!("{:#}", refused.err().unwrap());
    assert!(error.contains("3:12: projects[1].slug: duplicate of projects[0].slug 'a'"), "{error}");
    assert!(error.contains("projects[1].hub_url"), "{error}");
}

#[tokio::test]
async fn a_missing_file_warns_and_goes_on() {
    let app = TestApp::with(&[("federation.projects_file", "/nowhere/projects.yaml")]).await;
    assert_eq!(app.get("/api/fed/projects").await.json(), json!([]));
    app.end().await;
}
