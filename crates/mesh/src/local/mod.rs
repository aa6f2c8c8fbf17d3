//! The mesh inside one process.
//!
//! `table` finds who listens, `mailbox` holds what they have not read, `store` keeps the durable
//! streams (`stream`, `consumer`), and `journal` makes them survive the process.

mod checksum;
mod clock;
mod consumer;
mod deliveries;
mod frame;
mod journal;
mod log;
mod mailbox;
mod record;
mod replay;
mod store;
mod stream;
mod subscription;
mod table;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use self::mailbox::Mailbox;
use self::store::Store;
use self::table::Table;
use crate::deliveries::Queue;
use crate::message::check_name;
use crate::subscription::Source;
use crate::{
    ConsumerConfig, Deliveries, Error, Headers, Link, MAX_PAYLOAD, Message, Pattern,
    SUBSCRIPTION_CAPACITY, Stored, StreamConfig, Subject, Subscription,
};

pub(crate) use self::deliveries::{LocalDeliveries, LocalTicket};
pub(crate) use self::subscription::{LocalSubscription, Seat};
pub(crate) use self::table::Recipient;

/// A handle to one mesh.
#[derive(Clone)]
pub struct Local(Arc<Inner>);

struct Inner {
    table: Table,
    store: Arc<Store>,
    link: watch::Sender<Link>,
    lost: Arc<AtomicU64>,
    next_inbox: AtomicU64,
    stopped: CancellationToken,
}

impl Local {
    pub(crate) fn in_memory() -> Self {
        Self::around(Store::in_memory())
    }

    pub(crate) fn open(dir: &Path) -> Result<Self, Error> {
        Store::open(dir).map(Self::around)
    }

    fn around(store: Store) -> Self {
        Self(Arc::new(Inner {
            table: Table::default(),
            store: Arc::new(store),
            link: watch::Sender::new(Link::Up),
            lost: Arc::default(),
            next_inbox: AtomicU64::new(0),
            stopped: CancellationToken::new(),
        }))
    }

    pub(crate) fn link(&self) -> watch::Receiver<Link> {
        self.0.link.subscribe()
    }

    pub(crate) fn lost(&self) -> u64 {
        self.0.lost.load(Ordering::Relaxed)
    }

    /// A subject that a stream keeps is kept also when published this way, but nobody waits.
    pub(crate) fn publish(
        &self,
        subject: &Subject,
        headers: Headers,
        payload: Bytes,
    ) -> Result<(), Error> {
        let subject = subject.clone();
        self.send(&Message { subject, reply: None, headers, payload }).map(drop)
    }

    /// How many got it now.
    pub(crate) fn send(&self, message: &Message) -> Result<usize, Error> {
        let Message { subject, headers, payload, .. } = message;
        self.check(headers, payload)?;
        if self.0.store.has_streams() {
            self.0.store.append(subject, headers, payload)?;
        }
        Ok(self.0.table.deliver(message))
    }

    pub(crate) async fn flush(&self) -> Result<(), Error> {
        self.check_open()?;
        self.0.store.sync().await
    }

    pub(crate) fn subscribe(
        &self,
        pattern: &Pattern,
        queue: Option<&str>,
    ) -> Result<Subscription, Error> {
        self.check_open()?;
        Ok(Subscription(Source::Local(self.listen(pattern.clone(), queue))))
    }

    fn listen(&self, pattern: Pattern, queue: Option<&str>) -> LocalSubscription {
        let mailbox = Arc::new(Mailbox::new(SUBSCRIPTION_CAPACITY, Arc::clone(&self.0.lost)));
        let recipient: Arc<dyn Recipient> = Arc::<Mailbox>::clone(&mailbox);
        LocalSubscription { mailbox, seat: self.seat(pattern, queue, &recipient) }
    }

    /// From now on `recipient` is offered what `pattern` selects.
    pub(crate) fn seat(
        &self,
        pattern: Pattern,
        queue: Option<&str>,
        recipient: &Arc<dyn Recipient>,
    ) -> Seat {
        let place = self.0.table.insert(pattern, queue, Arc::clone(recipient));
        // Or one made while the mesh is being closed would never end.
        if self.0.stopped.is_cancelled() {
            recipient.close();
        }
        Seat { mesh: self.clone(), place }
    }

    /// Cancelled when the mesh is closed.
    pub(crate) fn stopped(&self) -> &CancellationToken {
        &self.0.stopped
    }

    pub(crate) async fn request(
        &self,
        subject: &Subject,
        headers: Headers,
        payload: Bytes,
        timeout: Duration,
    ) -> Result<Message, Error> {
        self.check(&headers, &payload)?;
        let inbox = format!("_INBOX.local.{}", self.0.next_inbox.fetch_add(1, Ordering::Relaxed));
        let inbox: Subject = inbox.parse()?;
        let mut answers = self.listen((&inbox).into(), None);
        let question = Message { subject: subject.clone(), reply: Some(inbox), headers, payload };
        if self.0.table.deliver(&question) == 0 {
            return Err(Error::NoResponders(subject.to_string()));
        }
        let answer = std::future::poll_fn(|context| answers.poll_message(context));
        tokio::time::timeout(timeout, answer)
            .await
            .map_err(|_| Error::Timeout)?
            .ok_or(Error::Closed)
    }

    pub(crate) async fn publish_durable(
        &self,
        subject: &Subject,
        headers: Headers,
        payload: Bytes,
    ) -> Result<Stored, Error> {
        self.check(&headers, &payload)?;
        let stored = self
            .0
            .store
            .append(subject, &headers, &payload)?
            .ok_or_else(|| Error::NoStream(subject.to_string()))?;
        self.0.table.deliver(&Message { subject: subject.clone(), reply: None, headers, payload });
        self.0.store.sync().await?;
        Ok(stored)
    }

    pub(crate) async fn ensure_stream(&self, stream: &StreamConfig) -> Result<(), Error> {
        self.check_open()?;
        check_name(&stream.name)?;
        self.0.store.ensure_stream(stream)?;
        self.0.store.sync().await
    }

    pub(crate) async fn consume(
        &self,
        stream: &str,
        consumer: &ConsumerConfig,
    ) -> Result<Deliveries, Error> {
        self.check_open()?;
        check_name(&consumer.name)?;
        let changed = self.0.store.ensure_consumer(stream, consumer)?;
        self.0.store.sync().await?;
        let (store, stopped) = (Arc::clone(&self.0.store), self.0.stopped.clone());
        let deliveries = LocalDeliveries::new(store, stream, &consumer.name, changed, stopped);
        Ok(Deliveries(Queue::Local(deliveries)))
    }

    pub(crate) async fn close(&self) {
        self.0.stopped.cancel();
        self.0.table.close();
        self.0.store.close().await;
    }

    fn check(&self, headers: &Headers, payload: &Bytes) -> Result<(), Error> {
        self.check_open()?;
        if Message::size(headers, payload) > MAX_PAYLOAD {
            return Err(Error::TooLarge);
        }
        Ok(())
    }

    fn check_open(&self) -> Result<(), Error> {
        if self.0.stopped.is_cancelled() { Err(Error::Closed) } else { Ok(()) }
    }
}
