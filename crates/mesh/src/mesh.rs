//! The handle: which mesh it is, and what both can do.

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::watch;

use crate::message::check_name;
use crate::{
    ConsumerConfig, Deliveries, Error, Headers, Link, Local, Message, Nats, NatsOptions, Pattern,
    Stored, StreamConfig, Subject, Subscription,
};

/// A cheap handle: clones are the same mesh.
#[derive(Clone)]
pub enum Mesh {
    Nats(Nats),
    Local(Local),
}

impl Mesh {
    /// Returns at once, whether or not a server is there: the connection is made, and made again,
    /// in the background for ever. [`Self::link`] tells. Only options that can never work are
    /// errors.
    pub async fn nats(options: NatsOptions) -> Result<Self, Error> {
        Box::pin(Nats::connect(options)).await.map(Self::Nats)
    }

    /// A mesh in memory; what it holds dies with it.
    pub fn local() -> Self {
        Self::Local(Local::in_memory())
    }

    /// A mesh whose streams are journaled in `dir`. One process at a time may have it open.
    pub fn local_at(dir: &Path) -> Result<Self, Error> {
        Local::open(dir).map(Self::Local)
    }

    /// Falls within 5 s of losing the server, also when it hangs with its connections open.
    pub fn link(&self) -> watch::Receiver<Link> {
        match self {
            Self::Nats(nats) => nats.link(),
            Self::Local(local) => local.link(),
        }
    }

    /// How often the link was lost and made again.
    pub fn reconnects(&self) -> u64 {
        match self {
            Self::Nats(nats) => nats.reconnects(),
            Self::Local(_) => 0,
        }
    }

    /// Messages lost because a subscription was read too slowly; over NATS a lower bound.
    pub fn lost(&self) -> u64 {
        match self {
            Self::Nats(nats) => nats.lost(),
            Self::Local(local) => local.lost(),
        }
    }

    /// Sends at most once. Nothing is kept for later: with the link down it fails.
    pub async fn publish(
        &self,
        subject: &Subject,
        headers: Headers,
        payload: Bytes,
    ) -> Result<(), Error> {
        match self {
            Self::Nats(nats) => nats.publish(subject, headers, payload).await,
            Self::Local(local) => local.publish(subject, headers, payload),
        }
    }

    /// Returns when the server has taken everything sent and subscribed before. Over NATS that is
    /// a message to oneself, which a subscriber of `>` sees among the others of `_INBOX.>`.
    pub async fn flush(&self) -> Result<(), Error> {
        match self {
            Self::Nats(nats) => nats.flush().await,
            Self::Local(local) => local.flush().await,
        }
    }

    /// Of all who name the same `queue` (letters, digits, `-` and `_`), one gets each message.
    /// With the link up the server knows
    /// of the subscription when this returns; with it down, as soon as it is up.
    pub async fn subscribe(
        &self,
        pattern: &Pattern,
        queue: Option<&str>,
    ) -> Result<Subscription, Error> {
        if let Some(queue) = queue {
            check_name(queue)?;
        }
        match self {
            Self::Nats(nats) => nats.subscribe(pattern, queue).await,
            Self::Local(local) => local.subscribe(pattern, queue),
        }
    }

    /// The first answer. [`Error::NoResponders`] at once when nobody listens.
    pub async fn request(
        &self,
        subject: &Subject,
        headers: Headers,
        payload: Bytes,
        timeout: Duration,
    ) -> Result<Message, Error> {
        match self {
            Self::Nats(nats) => nats.request(subject, headers, payload, timeout).await,
            Self::Local(local) => local.request(subject, headers, payload, timeout).await,
        }
    }

    /// Stores the message in the stream of its subject and returns when it is safe there. A
    /// second message of the same `id` within the stream's window is not stored again.
    pub async fn publish_durable(
        &self,
        subject: &Subject,
        id: &str,
        mut headers: Headers,
        payload: Bytes,
    ) -> Result<Stored, Error> {
        // NATS takes an empty id for none.
        if id.trim().is_empty() {
            return Err(Error::Refused("a durable message needs an id".to_owned()));
        }
        headers.insert(Headers::MESSAGE_ID, id);
        match self {
            Self::Nats(nats) => nats.publish_durable(subject, headers, payload).await,
            Self::Local(local) => local.publish_durable(subject, headers, payload).await,
        }
    }

    /// Creates the stream, or brings an existing one to `stream`.
    pub async fn ensure_stream(&self, stream: &StreamConfig) -> Result<(), Error> {
        match self {
            Self::Nats(nats) => Box::pin(nats.ensure_stream(stream)).await,
            Self::Local(local) => local.ensure_stream(stream).await,
        }
    }

    /// Takes up the named consumer where it stopped, or creates it at the first message.
    pub async fn consume(
        &self,
        stream: &str,
        consumer: &ConsumerConfig,
    ) -> Result<Deliveries, Error> {
        match self {
            Self::Nats(nats) => Box::pin(nats.consume(stream, consumer)).await,
            Self::Local(local) => local.consume(stream, consumer).await,
        }
    }

    /// Sends what is under way, ends every subscription and every background task.
    pub async fn close(&self) {
        match self {
            Self::Nats(nats) => nats.close().await,
            Self::Local(local) => local.close().await,
        }
    }
}
