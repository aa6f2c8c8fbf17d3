//! Reading a durable stream inside the process.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::store::{Next, Store};
use crate::Error;
use crate::deliveries::{Delivery, Ticket, Verdict};

/// After an error of the journal: it will hardly be better at once.
const PAUSE: Duration = Duration::from_secs(1);

pub(crate) struct LocalDeliveries {
    store: Arc<Store>,
    stream: Arc<str>,
    consumer: Arc<str>,
    changed: Arc<Notify>,
    stopped: CancellationToken,
    not_before: Option<Instant>,
}

impl LocalDeliveries {
    pub(super) fn new(
        store: Arc<Store>,
        stream: &str,
        consumer: &str,
        changed: Arc<Notify>,
        stopped: CancellationToken,
    ) -> Self {
        let (stream, consumer) = (stream.into(), consumer.into());
        Self { store, stream, consumer, changed, stopped, not_before: None }
    }

    pub(crate) async fn next(&mut self) -> Option<Result<Delivery, Error>> {
        let stopped = self.stopped.clone();
        stopped.run_until_cancelled(self.next_until_stopped()).await
    }

    async fn next_until_stopped(&mut self) -> Result<Delivery, Error> {
        if let Some(at) = self.not_before.take() {
            tokio::time::sleep_until(at).await;
        }
        loop {
            let changed = self.changed.notified();
            let next = self.store.take(&self.stream, &self.consumer);
            match next.inspect_err(|_| self.not_before = Some(Instant::now() + PAUSE))? {
                Next::Delivery { message, sequence, attempt } => {
                    let ticket = Ticket::Local(LocalTicket {
                        store: Arc::clone(&self.store),
                        stream: Arc::clone(&self.stream),
                        consumer: Arc::clone(&self.consumer),
                        sequence,
                    });
                    return Ok(Delivery { message, sequence, attempt, ticket });
                }
                Next::Wait { until: None } => changed.await,
                Next::Wait { until: Some(until) } => {
                    // Late is no harm, and never is the same as until something changes.
                    drop(tokio::time::timeout_at(until, changed).await);
                }
            }
        }
    }
}

pub(crate) struct LocalTicket {
    store: Arc<Store>,
    stream: Arc<str>,
    consumer: Arc<str>,
    sequence: u64,
}

impl LocalTicket {
    pub(crate) async fn settle(self, verdict: Verdict) -> Result<(), Error> {
        self.store.settle(&self.stream, &self.consumer, self.sequence, verdict)?;
        self.store.sync().await
    }
}
