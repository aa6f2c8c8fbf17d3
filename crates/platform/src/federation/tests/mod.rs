//! The federation through its HTTP surface and its bus; every case of the table is a row here.

mod beats;
mod catalog;
mod door;
mod fanout;
mod file;
mod newcomers;
mod outages;
mod parsing;
mod probing;
mod stream;
mod timing;

use std::time::Duration;

use serde_json::{Value, json};

use crate::testing::TestApp;

/// An application with one project that has not been heard.
async fn with_project(slug: &str) -> TestApp {
    let app = TestApp::start().await;
    app.register(slug).await;
    app
}

/// Beats for another project and waits until it was heard: whatever was published before it on
/// this bus was judged.
async fn settle(app: &TestApp) {
    let before = app.metric("federation_nats_message_processing_duration_seconds_count", &[]).await;
    app.publish("hub.presence.settle", json!({ "project_slug": "settle" }).to_string().as_bytes())
        .await;
    app.eventually("the bus is read", async |app| {
        let name = "federation_nats_message_processing_duration_seconds_count";
        app.metric(name, &[]).await > before
    })
    .await;
}

/// What a project became, oldest first, as it is recorded.
async fn transitions(app: &TestApp, slug: &str) -> Vec<String> {
    let history = app.get(&format!("/api/fed/projects/{slug}/history?days=2")).await.json();
    let to = |it: &Value| it["to"].as_str().unwrap().to_owned();
    let mut found: Vec<String> =
        history["transitions"].as_array().unwrap().iter().map(to).collect();
    found.reverse();
    found
}

/// Waits until just these transitions of `atlas` are recorded, and stay so.
async fn until_recorded(app: &TestApp, expected: &[&str]) {
    app.eventually(&format!("{expected:?} is recorded"), async |app| {
        // What could not be written is tried again by the clock.
        app.advance(Duration::from_millis(20)).await;
        transitions(app, "atlas").await == expected
    })
    .await;
    app.advance(Duration::from_secs(1)).await;
    settle(app).await;
    assert_eq!(transitions(app, "atlas").await, expected);
}

/// Waits until this replica hears the bus.
async fn until_listening(app: &TestApp) {
    let name = "federation_nats_message_processing_duration_seconds_count";
    let before = app.metric(name, &[]).await;
    app.eventually("the replica listens", async |app| {
        app.publish("hub.presence.settle", br#"{"project_slug":"settle"}"#).await;
        app.metric(name, &[]).await > before
    })
    .await;
}
