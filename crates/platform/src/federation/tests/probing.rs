//! `GET {hub_url}/readyz` of projects that beat.

use std::time::Duration;

use serde_json::json;

use crate::testing::TestApp;

/// A round of probes, with the project alive at its end.
async fn round(app: &TestApp) {
    app.advance(Duration::from_secs(31)).await;
    app.beat("atlas", json!({})).await;
}

/// How many probes this server itself answered.
async fn answered(app: &TestApp) -> f64 {
    app.metric("http_request_duration_seconds_count", &["/readyz"]).await
}

#[tokio::test]
async fn a_hub_that_stops_answering_degrades_a_project_that_beats() {
    let app = TestApp::start().await;
    // This server is a hub like any other.
    let hub_url = format!("http://{}", app.address);
    let body = json!({ "slug": "atlas", "name": "Atlas", "hub_url": hub_url });
    app.post("/api/fed/projects", body).await.json();
    app.beat("atlas", json!({})).await;
    app.until_status("atlas", "online").await;
    let before = answered(&app).await;
    round(&app).await;
    app.eventually("the hub is probed", async |app| answered(app).await > before).await;
    app.until_status("atlas", "online").await;

    app.patch("/api/fed/projects/atlas", json!({ "hub_url": "http://127.0.0.1:1" })).await.json();
    app.eventually("the probe fails", async |app| {
        round(app).await;
        app.project("atlas").await["status_reasons"] == json!(["probe_failed"])
    })
    .await;
    assert_eq!(app.project("atlas").await["status"], "degraded");

    app.patch("/api/fed/projects/atlas", json!({ "hub_url": hub_url })).await.json();
    app.eventually("the probe succeeds", async |app| {
        round(app).await;
        app.project("atlas").await["status"] == "online"
    })
    .await;
    app.end().await;
}

#[tokio::test]
async fn a_hub_that_never_answered_proves_nothing() {
    let app = TestApp::start().await;
    let body = json!({ "slug": "atlas", "name": "Atlas", "hub_url": "http://127.0.0.1:1" });
    app.post("/api/fed/projects", body).await.json();
    app.beat("atlas", json!({})).await;
    for _ in 0..3 {
        round(&app).await;
        let project = app.until_status("atlas", "online").await;
        assert_eq!(project["status_reasons"], json!([]));
    }
    app.end().await;
}
