//! The log: written with the change, relayed in order, followed, asked and replayed.

mod follow;
mod outbox;
mod query;
mod replay;

use std::time::Duration;

use futures::StreamExt;
use mesh::Subscription;
use serde_json::Value;
use wire::events::Event;

use crate::ground::log::{self, Change};
use crate::testing::TestApp;

/// Every event in the log, oldest first.
async fn logged(app: &TestApp) -> Vec<Event> {
    serde_json::from_value(app.get("/api/v1/events?limit=1000").await.json()).unwrap()
}

/// A client on the mesh that hears every event of the tenant.
async fn listen(app: &TestApp) -> Subscription {
    let pattern = "cc.default.>".parse().unwrap();
    let heard = app.bus.client().subscribe(&pattern, None).await.unwrap();
    app.bus.client().flush().await.unwrap();
    heard
}

/// The next message of the mesh and its headers.
async fn hear(heard: &mut Subscription) -> (Event, mesh::Headers) {
    let message = tokio::time::timeout(Duration::from_secs(20), heard.next()).await;
    let message = message.expect("an event is published").unwrap();
    let event: Event = serde_json::from_slice(&message.payload).unwrap();
    assert_eq!(message.subject.to_string(), event.subject);
    (event, message.headers)
}

/// Appends `count` events that nobody caused by a request.
async fn append(app: &TestApp, count: usize) {
    for number in 0..count {
        let app = app.app();
        let mut tx = app.db.write(&app.service_scope("test")).await.unwrap();
        let change = Change {
            kind: "test.happened",
            project: Some("atlas".parse().unwrap()),
            target: number.to_string(),
            detail: Value::from(number),
        };
        log::append(&mut tx, app.clock.now(), change).await.unwrap();
        app.commit(tx).await.unwrap();
    }
}
