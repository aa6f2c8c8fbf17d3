//! Publishes committed events on the mesh, in order, each once.
//!
//! Several relays may run: each publishes in order and waits for the acknowledgement, and the
//! mesh keeps the first of an id, so the order on the mesh is the order of the log.

use std::time::Duration;

use anyhow::Context;
use bytes::Bytes;
use mesh::{Headers, StreamConfig, Subject};
use wire::EventId;

use crate::ground::app::App;
use crate::ground::log::{self, Event};

const STREAM: &str = "CC_EVENTS";
const BATCH: i64 = 200;
const LOOK_EVERY: Duration = Duration::from_secs(5);
const RETRY_AFTER: Duration = Duration::from_secs(1);
const DEDUP_WINDOW: Duration = Duration::from_mins(2);
/// Marks an event that was published before.
const REPLAYED: &str = "Cc-Replayed";

pub(crate) async fn run(app: App) {
    let mut wakes = app.feed.follow();
    let mut link = app.mesh.link();
    let mut has_stream = false;
    loop {
        wakes.borrow_and_update();
        link.borrow_and_update();
        match relay(&app, &mut has_stream).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => {
                tracing::debug!(
                    error = format!("{error:#}"),
                    "cannot relay events; will try again"
                );
                // Somebody may have removed the stream; it is made again.
                has_stream = false;
                tokio::select! {
                    changed = link.changed() => if changed.is_err() { return },
                    () = app.clock.sleep(RETRY_AFTER) => {}
                }
                continue;
            }
        }
        tokio::select! {
            changed = wakes.changed() => if changed.is_err() { return },
            () = app.clock.sleep(LOOK_EVERY) => {}
        }
    }
}

/// Relays a batch. `true` when there may be more.
async fn relay(app: &App, has_stream: &mut bool) -> anyhow::Result<bool> {
    let scope = app.service_scope("relay");
    let mut tx = app.db.read(&scope).await?;
    let events = log::unrelayed(&mut tx, BATCH).await?;
    drop(tx);
    let Some(last) = events.last().map(|event| event.sequence) else { return Ok(false) };
    if !*has_stream {
        app.mesh.ensure_stream(&stream(app)?).await?;
        *has_stream = true;
    }
    for event in &events {
        publish(app, event, &event.id.to_string(), Headers::new()).await?;
    }
    let mut tx = app.db.write(&scope).await?;
    log::mark_relayed(&mut tx, last, app.clock.now()).await?;
    tx.commit().await?;
    Ok(i64::try_from(events.len()).unwrap_or(BATCH) == BATCH)
}

/// Publishes a stored event again, under its own id but as a new message.
pub(crate) async fn publish_again(app: &App, event: &Event) -> anyhow::Result<()> {
    let mut headers = Headers::new();
    headers.insert(REPLAYED, "true");
    publish(app, event, &format!("{}:{}", event.id, EventId::new()), headers).await
}

async fn publish(
    app: &App,
    event: &Event,
    message_id: &str,
    mut headers: Headers,
) -> anyhow::Result<()> {
    let subject: Subject = event.subject.parse().context("the subject of an event")?;
    if let Some(traceparent) = &event.traceparent {
        headers.insert(Headers::TRACEPARENT, traceparent);
    }
    let payload = Bytes::from(serde_json::to_vec(&event.to_wire(&app.tenant.slug))?);
    app.mesh.publish_durable(&subject, message_id, headers, payload).await?;
    Ok(())
}

fn stream(app: &App) -> anyhow::Result<StreamConfig> {
    Ok(StreamConfig {
        name: STREAM.to_owned(),
        subjects: vec!["cc.>".parse().context("event subjects")?],
        max_age: app.config.events.keep,
        dedup_window: DEDUP_WINDOW,
    })
}
