//! Reads the log as it grows.

use std::collections::VecDeque;
use std::time::Duration;

use anyhow::Context;
use db::Scope;
use futures::{Stream, StreamExt, stream};
use mesh::Pattern;
use tokio::sync::watch;

use crate::ground::app::App;
use crate::ground::log::{self, Event, Filter};

const BATCH: i64 = 500;
/// For the wake-up that got lost between two processes.
const LOOK_EVERY: Duration = Duration::from_secs(5);
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Every event after number `last`, as they come; from now on when there is no `last`. Answers
/// with the number it starts behind.
pub(crate) async fn follow(
    app: &App,
    scope: &Scope,
    last: Option<i64>,
) -> Result<(i64, impl Stream<Item = Event> + Send + use<>), db::Error> {
    let wakes = app.feed.follow();
    let after = match last {
        Some(last) => last,
        None => log::last_event_number(&mut app.db.read(scope).await?).await?,
    };
    let follower =
        Follower { app: app.clone(), scope: scope.clone(), wakes, after, ready: VecDeque::new() };
    let events = stream::unfold(follower, |mut follower| async {
        let event = follower.next().await;
        Some((event, follower))
    });
    Ok((after, events))
}

struct Follower {
    app: App,
    scope: Scope,
    wakes: watch::Receiver<u64>,
    after: i64,
    ready: VecDeque<Event>,
}

impl Follower {
    async fn next(&mut self) -> Event {
        loop {
            if let Some(event) = self.ready.pop_front() {
                self.after = event.sequence;
                return event;
            }
            // Marked as seen before looking: what comes meanwhile wakes the next round.
            self.wakes.borrow_and_update();
            match self.read().await {
                Ok(events) if !events.is_empty() => self.ready.extend(events),
                Ok(_) => {
                    tokio::select! {
                        changed = self.wakes.changed() => drop(changed),
                        () = self.app.clock.sleep(LOOK_EVERY) => {}
                    }
                }
                Err(error) => {
                    tracing::warn!(error = ?error, "cannot read the event log");
                    self.app.clock.sleep(RETRY_AFTER).await;
                }
            }
        }
    }

    async fn read(&self) -> Result<Vec<Event>, db::Error> {
        let mut tx = self.app.db.read(&self.scope).await?;
        let filter = Filter { after: self.after, ..Filter::default() };
        log::events(&mut tx, &filter, BATCH).await
    }
}

/// Wakes the followers of this process when another one commits.
pub(crate) async fn wake_on_mesh(app: App) {
    loop {
        if let Err(error) = listen(&app).await {
            tracing::warn!(error = format!("{error:#}"), "cannot listen for events");
        }
        app.clock.sleep(RETRY_AFTER).await;
    }
}

async fn listen(app: &App) -> anyhow::Result<()> {
    let pattern: Pattern = format!("cc.{}.>", app.tenant.slug).parse().context("event subjects")?;
    let mut events = app.mesh.subscribe(&pattern, None).await.context("cannot subscribe")?;
    while events.next().await.is_some() {
        app.feed.wake();
    }
    Ok(())
}
