//! Who failed to get in is counted and written down, without drowning the audit trail.

use std::time::Duration;

use futures::StreamExt;
use futures::stream;
use reqwest::Method;
use serde_json::Value;

use crate::testing::TestApp;

async fn refusals(app: &TestApp) -> Vec<Value> {
    let records = app.get("/api/v1/audit?limit=1000").await.json();
    let refused = |it: &&Value| it["action"] == "access.refused";
    records.as_array().unwrap().iter().filter(refused).cloned().collect()
}

#[tokio::test]
async fn every_kind_of_failure_is_a_metric_and_a_record() {
    let app = TestApp::start().await;
    let (revoked_id, revoked) = app.new_key(&["fed:read"]).await;
    app.delete(&format!("/api/v1/keys/{revoked_id}")).await;
    let body = serde_json::json!(
        { "name": "a", "scopes": ["fed:read"], "expires_at": "2026-01-01T00:00:01Z" }
    );
    let expired =
        app.post("/api/v1/keys", body).await.json()["secret"].as_str().unwrap().to_owned();
    app.advance(Duration::from_secs(1)).await;
    app.send(app.anonymous(Method::GET, "/api/fed/projects")).await;
    for key in ["nonsense", &revoked, &expired] {
        app.get_as(key, "/api/fed/projects").await;
    }
    for reason in ["missing", "wrong", "revoked", "expired"] {
        let label = format!("reason=\"{reason}\"");
        let count = app.metric("auth_failures_total", &[&label]).await;
        assert!((0.5..1.5).contains(&count), "{reason}: {count}");
    }
    app.eventually("all are written", async |app| {
        app.advance(Duration::from_secs(1)).await;
        refusals(app).await.len() == 4
    })
    .await;
    let mut targets: Vec<String> =
        refusals(&app).await.iter().map(|it| it["target"].to_string()).collect();
    targets.sort_unstable();
    assert_eq!(targets, [r#""expired""#, r#""missing""#, r#""revoked""#, r#""wrong""#]);
    app.end().await;
}

#[tokio::test]
async fn a_flood_of_a_thousand_makes_few_records() {
    let app = TestApp::start().await;
    let attempts = stream::iter(0..1_000).map(|number| {
        let key = format!("guess-{number}");
        let app = &app;
        async move { app.get_as(&key, "/api/fed/projects").await.status }
    });
    let statuses: Vec<u16> = attempts.buffer_unordered(20).collect().await;
    assert!(statuses.iter().all(|status| *status == 403));
    let count = app.metric("auth_failures_total", &["reason=\"wrong\""]).await;
    assert!((999.5..1_000.5).contains(&count), "{count}");
    app.eventually("all are written", async |app| {
        app.advance(Duration::from_secs(1)).await;
        let counts = refusals(app).await;
        counts.iter().map(|it| it["detail"]["attempts"].as_u64().unwrap()).sum::<u64>() == 1_000
    })
    .await;
    assert!(refusals(&app).await.len() <= 3);
    let metrics = app.get("/metrics").await.text;
    assert!(!metrics.contains("guess"));
    app.end().await;
}
