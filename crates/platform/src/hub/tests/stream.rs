//! The one stream of the page.

use std::time::Duration;

use serde_json::{Value, json};

use crate::service::Service;
use crate::testing::{LiveEvent, TestApp};

async fn hub() -> TestApp {
    TestApp::of(&[Service::Hub, Service::Federation, Service::Worker], &[]).await
}

#[tokio::test]
async fn what_happens_reaches_the_page_in_one_stream() {
    let app = hub().await;
    let mut live = app.follow("/api/v1/stream", None).await;
    let first = live.next().await.unwrap();
    assert_eq!((first.kind.as_str(), &first.data["stale"]), ("federation", &json!(false)));

    app.register("atlas").await;
    let told: Vec<LiveEvent> = vec![live.next().await.unwrap(), live.next().await.unwrap()];
    assert_eq!(told[0].kind, "event");
    assert_eq!(told[0].data["type"], "federation.project_registered");
    assert_eq!(told[1].kind, "project.changed");
    assert_eq!(
        (&told[1].data["slug"], &told[1].data["status"]),
        (&json!("atlas"), &json!("unknown"))
    );
    assert_eq!(told[0].id, told[1].id);

    app.beat("atlas", json!({})).await;
    let changed = next_of(&mut live, "project.changed").await;
    assert_eq!(changed["status"], "online");
    app.eventually("the beat is heard", async |app| {
        app.clock.advance(Duration::from_millis(10));
        app.beat("atlas", json!({})).await;
        app.project("atlas").await["last_heartbeat_at"] != changed["last_heartbeat_at"]
    })
    .await;
    app.clock.advance(Duration::from_secs(3));
    let beats = next_of(&mut live, "beats").await;
    assert_ne!(beats["atlas"], changed["last_heartbeat_at"]);
    app.end().await;
}

#[tokio::test]
async fn a_page_that_comes_back_misses_nothing() {
    let app = hub().await;
    app.register("atlas").await;
    let mut live = app.follow("/api/v1/stream", Some("0")).await;
    let seen = next_of(&mut live, "project.changed").await;
    assert_eq!(seen["slug"], "atlas");
    drop(live);
    app.register("borealis").await;
    let mut live = app.follow("/api/v1/stream", Some("0")).await;
    next_of(&mut live, "project.changed").await;
    assert_eq!(next_of(&mut live, "project.changed").await["slug"], "borealis");
    app.end().await;
}

#[tokio::test]
async fn who_may_not_read_events_sees_projects_alone() {
    let app = hub().await;
    let (_, secret) = app.new_key(&["fed:read"]).await;
    let request = app.with_key(&secret, reqwest::Method::GET, "/api/v1/stream");
    let mut live = crate::testing::Live::open(request.header("last-event-id", "0")).await;
    app.register("atlas").await;
    loop {
        let told = live.next().await.unwrap();
        assert_ne!(told.kind, "event");
        if told.kind == "project.changed" {
            break;
        }
    }
    app.end().await;
}

async fn next_of(live: &mut crate::testing::Live, kind: &str) -> Value {
    loop {
        let told = live.next().await.unwrap();
        if told.kind == kind {
            return told.data;
        }
    }
}
