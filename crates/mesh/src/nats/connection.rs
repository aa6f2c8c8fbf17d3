//! Making the connection, watching it, and ending it.

use std::future::Future;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_nats::connection::State;
use async_nats::{Client, Event};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::requests::Requests;
use super::{Connection, Nats, NatsOptions};
use crate::{Error, Link};

/// The client tells of changes by events it may drop under load; this is how late they can be.
const BACKSTOP: Duration = Duration::from_millis(500);
const SHORTEST_DELAY: Duration = Duration::from_millis(50);
const LONGEST_DELAY: Duration = Duration::from_secs(1);
/// For draining at the end.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(5);
/// The client cannot be told to stop looking for a server; it can be told to look next year.
const NEVER: Duration = Duration::from_hours(365 * 24);

/// What the client's events say.
#[derive(Default)]
pub(super) struct Signals {
    changed: Notify,
    gone: CancellationToken,
    lost: AtomicU64,
}

impl Signals {
    pub(super) fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    fn hear(&self, event: &Event) {
        if matches!(event, Event::SlowConsumer(_)) {
            let lost = self.lost.fetch_add(1, Ordering::Relaxed) + 1;
            // Each power of two: a flood of losses is not a flood of lines.
            if lost.is_power_of_two() {
                tracing::warn!(lost, "a subscription is read too slowly; messages are lost");
            }
        }
        if let Event::ServerError(error) = event {
            // Wrong credentials end here; the client tries on for ever.
            tracing::warn!(%error, "the mesh server refuses something");
        }
        if matches!(event, Event::Closed) {
            self.gone.cancel();
        }
        self.changed.notify_one();
    }
}

/// The tasks of one connection. Dropping the last handle ends them too.
#[derive(Default)]
pub(super) struct Background {
    /// Nothing new is begun.
    pub(super) closing: CancellationToken,
    /// Nothing is left to wait for.
    pub(super) stopped: CancellationToken,
    tasks: TaskTracker,
}

impl Background {
    fn start(&self, task: impl Future<Output = ()> + Send + 'static) {
        let stopped = self.stopped.clone();
        self.tasks.spawn(async move {
            stopped.run_until_cancelled(task).await;
        });
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.closing.cancel();
        self.stopped.cancel();
    }
}

impl Nats {
    pub(crate) async fn connect(options: NatsOptions) -> Result<Self, Error> {
        let background = Background::default();
        let signals = Arc::new(Signals::default());

        let (heard, stopped) = (Arc::clone(&signals), background.stopped.clone());
        let client =
            options
                .to_connect_options()
                .await?
                .reconnect_delay_callback(move |attempts| {
                    if stopped.is_cancelled() { NEVER } else { delay(attempts) }
                })
                .event_callback(move |event| {
                    heard.hear(&event);
                    std::future::ready(())
                })
                .connect(options.servers()?)
                .await
                .map_err(|error| Error::Setup(error.into()))?;

        let (link_sender, link) = watch::channel(Link::Down);
        background.start(watch_link(client.clone(), Arc::clone(&signals), link_sender));
        let requests = Arc::new(Requests::new(&client));
        background.start(Arc::clone(&requests).answer(client.clone()));
        Ok(Self(Arc::new(Connection { client, link, signals, requests, background })))
    }

    /// With the link down there is nobody to drain to.
    pub(crate) async fn close(&self) {
        let Connection { client, signals, background, .. } = &*self.0;
        // The client drains what it has sent, not what the server still has to say to it.
        drop(self.flush().await);
        background.closing.cancel();
        if !background.stopped.is_cancelled()
            && client.connection_state() == State::Connected
            && client.drain().await.is_ok()
            && tokio::time::timeout(DRAIN_TIMEOUT, signals.gone.cancelled()).await.is_err()
        {
            tracing::warn!("the mesh was closed before all was sent");
        }
        background.stopped.cancel();
        background.tasks.close();
        background.tasks.wait().await;
    }
}

async fn watch_link(client: Client, signals: Arc<Signals>, link: watch::Sender<Link>) {
    loop {
        let now = match client.connection_state() {
            State::Connected => Link::Up,
            State::Pending | State::Disconnected => Link::Down,
        };
        if link.send_if_modified(|link| std::mem::replace(link, now) != now) {
            tracing::info!(link = ?now, "the link to the mesh has changed");
        }
        tokio::select! {
            () = signals.changed.notified() => {}
            () = tokio::time::sleep(BACKSTOP) => {}
        }
    }
}

/// At once, then doubling to a second, each time somewhere in its upper half: a thousand
/// instances do not knock in step.
fn delay(attempts: usize) -> Duration {
    let Some(doublings) = attempts.checked_sub(2) else { return Duration::ZERO };
    let doublings = u32::try_from(doublings).unwrap_or(u32::MAX);
    let longest = SHORTEST_DELAY.saturating_mul(2_u32.saturating_pow(doublings)).min(LONGEST_DELAY);
    let random = u32::try_from(RandomState::new().hash_one(attempts) % 1000).unwrap_or_default();
    longest / 2 + longest * random / 2000
}
