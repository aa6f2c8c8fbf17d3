//! State, audit record and event stand or fall together; what stands is published, in order, once.

use std::time::Duration;

use db::run;
use mesh::{ConsumerConfig, Deliveries};
use serde_json::json;
use sqlx::query;
use wire::events::Event;

use super::{append, hear, listen, logged};
use crate::ground::log::{self, Change};
use crate::service::Service;
use crate::testing::TestApp;

async fn records(app: &TestApp) -> usize {
    app.get("/api/v1/audit?limit=1000").await.json().as_array().unwrap().len()
}

#[tokio::test]
async fn what_is_rolled_back_leaves_neither_state_nor_event_nor_record() {
    let app = TestApp::start().await;
    let before = (logged(&app).await.len(), records(&app).await);
    let inner = app.app();
    let mut tx = inner.db.write(&inner.service_scope("test")).await.unwrap();
    let insert = "insert into session (token_hash, expires_at) values ($1, $2)";
    run!(tx, execute, query(insert).bind([1_u8].as_slice()).bind(inner.clock.now())).unwrap();
    let change =
        Change { kind: "test.happened", project: None, target: "x".to_owned(), detail: json!({}) };
    log::append(&mut tx, inner.clock.now(), change).await.unwrap();
    drop(tx);
    assert_eq!((logged(&app).await.len(), records(&app).await), before);
    // The numbers it took are given out again: the log has no gap.
    append(&app, 1).await;
    let numbers: Vec<i64> = logged(&app).await.iter().map(|event| event.sequence).collect();
    let last = i64::try_from(numbers.len()).unwrap();
    assert_eq!(numbers, (1..=last).collect::<Vec<_>>());
    assert_eq!(app.get("/api/v1/audit/verify").await.json()["broken"], json!(null));
    app.end().await;
}

#[tokio::test]
async fn a_refused_change_leaves_no_event() {
    let app = TestApp::start().await;
    let before = logged(&app).await;
    app.post("/api/fed/projects", json!({ "slug": "A B" })).await;
    app.delete("/api/fed/projects/nobody").await;
    assert_eq!(logged(&app).await, before);
    app.end().await;
}

#[tokio::test]
async fn the_mesh_hears_what_the_log_holds_in_its_order() {
    let app = TestApp::start().await;
    let mut heard = listen(&app).await;
    let before = logged(&app).await.len();
    for number in 0..5 {
        app.register(&format!("p{number}")).await;
    }
    append(&app, 30).await;
    let log = logged(&app).await;
    for expected in &log[before..] {
        let (event, headers) = hear(&mut heard).await;
        assert_eq!(event, *expected);
        assert_eq!(headers.get("Cc-Replayed"), None);
    }
    app.end().await;
}

#[tokio::test]
async fn an_event_says_who_did_what_in_the_course_of_which_request() {
    let app = TestApp::start().await;
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let body = json!({ "slug": "atlas", "name": "a", "hub_url": "http://127.0.0.1:1" });
    let request = app.request(reqwest::Method::POST, "/api/fed/projects").json(&body);
    let request = request.header("x-request-id", "request-0001").header("traceparent", trace);
    assert_eq!(app.send(request).await.status, 201);
    let event = logged(&app).await.pop().unwrap();
    assert_eq!(event.kind, "federation.project_registered");
    assert_eq!(event.subject, "cc.default.atlas.federation.project_registered");
    assert_eq!(event.source, "/commandcenter/federation");
    assert_eq!(event.correlationid, "request-0001");
    assert_eq!(event.traceparent.as_deref(), Some(trace));
    assert!(event.actor.starts_with("key:"), "{}", event.actor);
    assert_eq!(event.time.to_string(), "2026-01-01T00:00:00Z");
    app.end().await;
}

#[tokio::test]
async fn with_the_mesh_away_events_wait_and_arrive_after() {
    let mut app = TestApp::start().await;
    app.register("before").await;
    // The mesh in one process cannot go away.
    let Some(server) = app.bus.server() else { return app.end().await };
    server.stop();
    let before = logged(&app).await.len();
    append(&app, 20).await;
    app.advance(Duration::from_secs(10)).await;
    app.bus.server().unwrap().start_again().await;
    relayed(&app).await;
    // Those before the outage are there as well, the last of them perhaps twice: its receipt was lost.
    let mut missing = logged(&app).await.split_off(before);
    let mut stored = stored(&app).await;
    while let Some(expected) = missing.first() {
        let event = next_of(&mut stored).await;
        if event.sequence > i64::try_from(before).unwrap() {
            assert_eq!(event, *expected);
            missing.remove(0);
        }
    }
    app.end().await;
}

#[tokio::test]
async fn two_relays_store_no_event_twice() {
    let app = TestApp::start().await;
    let other = app.start_replica().await;
    append(&app, 60).await;
    let log = logged(&app).await;
    relayed(&app).await;
    let mut stored = stored(&app).await;
    for expected in &log {
        assert_eq!(next_of(&mut stored).await.sequence, expected.sequence);
    }
    let more = tokio::time::timeout(Duration::from_millis(300), stored.next()).await;
    assert!(more.is_err(), "an event is stored twice");
    other.stop().await;
    app.end().await;
}

/// Waits until the mesh has everything that the log holds.
async fn relayed(app: &TestApp) {
    let inner = app.app();
    app.eventually("all are relayed", async |app| {
        app.clock.advance(Duration::from_secs(1));
        let mut tx = inner.db.read(&inner.service_scope("test")).await.unwrap();
        log::unrelayed(&mut tx, 1).await.unwrap().is_empty()
    })
    .await;
}

/// What the mesh keeps of the log, from its beginning.
async fn stored(app: &TestApp) -> Deliveries {
    let consumer = ConsumerConfig {
        name: "test".to_owned(),
        filter: "cc.default.>".parse().unwrap(),
        ack_wait: Duration::from_secs(30),
        max_deliver: 0,
        max_in_flight: 1_000,
    };
    let client = app.bus.client();
    let consuming = async {
        loop {
            match client.consume("CC_EVENTS", &consumer).await {
                // It may not have noticed yet that the server is back.
                Err(mesh::Error::Disconnected) => tokio::task::yield_now().await,
                opened => break opened.unwrap(),
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), consuming).await.unwrap()
}

async fn next_of(stored: &mut Deliveries) -> Event {
    let delivery = tokio::time::timeout(Duration::from_secs(10), stored.next()).await.unwrap();
    let delivery = delivery.unwrap().unwrap();
    let event = serde_json::from_slice(&delivery.message.payload).unwrap();
    delivery.ack().await.unwrap();
    event
}

#[tokio::test]
async fn without_a_worker_events_wait_for_one() {
    let mut app = TestApp::of(&[Service::Federation], &[]).await;
    let mut heard = listen(&app).await;
    append(&app, 3).await;
    let log = logged(&app).await;
    app.stop().await;
    let running = app.start_worker().await;
    let hearing = async {
        for expected in &log {
            assert_eq!(hear(&mut heard).await.0, *expected);
        }
    };
    // What could not be relayed at once is tried again by the clock.
    let turning = async {
        loop {
            app.clock.advance(Duration::from_millis(100));
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::select! {
        () = hearing => {}
        () = turning => {}
    }
    running.stop().await;
}
