//! Stored events are published again, and old ones are forgotten.

use std::time::Duration;

use serde_json::json;

use super::{append, hear, listen, logged};
use crate::testing::TestApp;

#[tokio::test]
async fn a_replay_publishes_what_it_names_under_the_first_ids() {
    let app = TestApp::start().await;
    append(&app, 3).await;
    app.clock.advance(Duration::from_secs(10));
    let body = json!({ "slug": "atlas", "name": "a", "hub_url": "http://127.0.0.1:1" });
    let request = app.request(reqwest::Method::POST, "/api/fed/projects").json(&body);
    app.send(request.header("x-request-id", "request-0001")).await.json();
    let log = logged(&app).await;
    app.eventually("all are relayed", async |app| {
        let inner = app.app();
        let mut tx = inner.db.read(&inner.service_scope("test")).await.unwrap();
        crate::ground::log::unrelayed(&mut tx, 1).await.unwrap().is_empty()
    })
    .await;
    let mut heard = listen(&app).await;
    for (asked, count) in [
        (json!({ "subject": "cc.default.*.test.>" }), 3),
        (json!({ "correlation": "request-0001" }), 1),
        (json!({ "since": "2026-01-01T00:00:10Z", "subject": "cc.default.atlas.>" }), 1),
        (json!({ "until": "2026-01-01T00:00:00Z", "subject": "cc.default.atlas.>" }), 3),
        (json!({ "subject": "cc.other.>" }), 0),
        (json!({}), log.len()),
    ] {
        let replayed = app.post("/api/v1/events/replay", asked.clone()).await.json();
        assert_eq!(replayed, json!({ "events": count }), "{asked}");
        let mut last = 0;
        for _ in 0..count {
            let (event, headers) = hear(&mut heard).await;
            assert!(event.sequence > last && log.contains(&event), "{asked}: {event:?}");
            assert_eq!(headers.get("Cc-Replayed"), Some("true"));
            last = event.sequence;
        }
    }
    assert_eq!(logged(&app).await, log, "a replay is no event");
    let refused = app.post("/api/v1/events/replay", json!({ "subject": "a b" })).await;
    assert_eq!(refused.problem(), (422, vec!["subject".to_owned()]));
    app.end().await;
}

#[tokio::test]
async fn old_events_are_forgotten_and_the_chain_is_not() {
    let app = TestApp::with(&[("events.keep", "1h")]).await;
    append(&app, 5).await;
    let before = logged(&app).await.len();
    assert!(before >= 5);
    app.eventually("all are relayed", async |app| {
        let inner = app.app();
        let mut tx = inner.db.read(&inner.service_scope("test")).await.unwrap();
        crate::ground::log::unrelayed(&mut tx, 1).await.unwrap().is_empty()
    })
    .await;
    app.clock.advance(Duration::from_mins(115));
    append(&app, 1).await;
    let swept = "2026-01-01T01:54:00Z".parse().unwrap();
    app.clock.advance(Duration::from_mins(5));
    app.eventually("the old ones are swept", async |app| {
        app.clock.advance(Duration::from_secs(1));
        logged(app).await.iter().all(|event| event.time >= swept)
    })
    .await;
    let left = logged(&app).await;
    assert_eq!(left.iter().filter(|event| event.kind == "test.happened").count(), 1);
    let verified = app.get("/api/v1/audit/verify").await.json();
    assert_eq!(verified["broken"], json!(null));
    assert!(verified["records"].as_u64().unwrap() >= 6);
    // Numbers go on, they do not start again.
    append(&app, 1).await;
    assert!(logged(&app).await.last().unwrap().sequence > left.last().unwrap().sequence);
    app.end().await;
}
