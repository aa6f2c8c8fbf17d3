//! The federation through its HTTP surface and its bus; every case of the table is a row here.

mod beats;
mod catalog;
mod fanout;
mod file;
mod newcomers;
mod outages;
mod parsing;
mod probing;
mod stream;
mod timing;

use serde_json::json;

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
