use std::time::Duration;

use serde_json::json;

use crate::testing::TestApp;

#[tokio::test]
async fn a_beat_makes_a_project_online() {
    let app = TestApp::start().await;
    app.register("commandcenter").await;
    assert_eq!(app.project("commandcenter").await["status"], "unknown");
    app.beat("commandcenter", json!({})).await;
    app.until_status("commandcenter", "online").await;
    app.end().await;
}

#[tokio::test]
async fn silence_is_degraded_then_offline() {
    let app = TestApp::start().await;
    app.register("atlas").await;
    app.beat("atlas", json!({})).await;
    app.until_status("atlas", "online").await;
    app.advance(Duration::from_secs(89)).await;
    let project = app.until_status("atlas", "degraded").await;
    assert_eq!(project["status_reasons"], json!(["silent"]));
    app.advance(Duration::from_secs(2)).await;
    app.until_status("atlas", "offline").await;
    app.end().await;
}
