//! The mesh over a NATS server or cluster.

mod connection;
mod deliveries;
mod options;
mod requests;
mod streams;
mod subscription;

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Poll;
use std::time::Duration;

use async_nats::Client;
use async_nats::client::{PublishError, PublishErrorKind};
use async_nats::connection::State;
use bytes::Bytes;
use tokio::sync::watch;

use self::connection::{Background, Signals};
use self::requests::{Answer, Requests};
use crate::subscription::Source;
use crate::{Error, Headers, Link, Message, Pattern, Subject, Subscription};

pub(crate) use self::deliveries::{NatsDeliveries, NatsTicket};
pub use self::options::NatsOptions;
pub(crate) use self::subscription::NatsSubscription;

/// How long the server may take over something it does itself.
const SERVER_TIMEOUT: Duration = Duration::from_secs(5);

/// A handle to one connection.
#[derive(Clone)]
pub struct Nats(Arc<Connection>);

struct Connection {
    client: Client,
    link: watch::Receiver<Link>,
    signals: Arc<Signals>,
    requests: Arc<Requests>,
    background: Background,
}

impl Nats {
    pub(crate) fn link(&self) -> watch::Receiver<Link> {
        self.0.link.clone()
    }

    pub(crate) fn reconnects(&self) -> u64 {
        // The first connection is counted there too.
        self.0.client.statistics().connects.load(Ordering::Relaxed).saturating_sub(1)
    }

    pub(crate) fn lost(&self) -> u64 {
        self.0.signals.lost()
    }

    pub(crate) async fn publish(
        &self,
        subject: &Subject,
        headers: Headers,
        payload: Bytes,
    ) -> Result<(), Error> {
        self.send(subject, None, headers, payload).await
    }

    /// The client's own flush ends when the bytes have left the process. A message to oneself
    /// comes back from the server, after all that was sent before it.
    pub(crate) async fn flush(&self) -> Result<(), Error> {
        let answer = self.0.requests.expect_answer();
        let inbox = Subject::received(answer.inbox().clone());
        self.send(&inbox, None, Headers::new(), Bytes::new()).await?;
        self.wait_for(answer, &inbox, SERVER_TIMEOUT).await.map(drop)
    }

    pub(crate) async fn subscribe(
        &self,
        pattern: &Pattern,
        queue: Option<&str>,
    ) -> Result<Subscription, Error> {
        self.check_open()?;
        let (client, pattern) = (&self.0.client, pattern.as_str());
        let subscriber = match queue {
            Some(queue) => client.queue_subscribe(pattern.to_owned(), queue.to_owned()).await,
            None => client.subscribe(pattern.to_owned()).await,
        }
        .map_err(|error| Error::server("subscribe")(error.into()))?;
        let subscription =
            NatsSubscription::new(subscriber, self.0.background.stopped.clone().cancelled_owned());
        // Without this a message sent by somebody else right after may miss it. With the link
        // down, or falling, it is subscribed when the link rises: no failure of the caller's.
        if let Err(error) = self.flush().await {
            tracing::debug!(%error, pattern, "subscribed, but the server does not know yet");
        }
        Ok(Subscription(Source::Nats(subscription)))
    }

    pub(crate) async fn request(
        &self,
        subject: &Subject,
        headers: Headers,
        payload: Bytes,
        timeout: Duration,
    ) -> Result<Message, Error> {
        let answer = self.0.requests.expect_answer();
        self.send(subject, Some(answer.inbox()), headers, payload).await?;
        self.wait_for(answer, subject, timeout).await
    }

    async fn wait_for(
        &self,
        answer: Answer,
        asked: &Subject,
        timeout: Duration,
    ) -> Result<Message, Error> {
        let answered = tokio::time::timeout(timeout, answer.wait(asked));
        tokio::select! {
            biased;
            result = answered => result.map_err(|_| Error::Timeout)?,
            () = self.link_down() => Err(Error::Disconnected),
        }
    }

    async fn send(
        &self,
        subject: &Subject,
        reply: Option<&async_nats::Subject>,
        headers: Headers,
        payload: Bytes,
    ) -> Result<(), Error> {
        self.check_up()?;
        let (client, subject, headers) = (&self.0.client, subject.to_nats(), headers.into_nats());
        let sent = async {
            match (reply, headers) {
                (None, None) => client.publish(subject, payload).await,
                (None, Some(map)) => client.publish_with_headers(subject, map, payload).await,
                (Some(to), headers) => {
                    let map = headers.unwrap_or_default();
                    let to = to.clone();
                    client.publish_with_reply_and_headers(subject, to, map, payload).await
                }
            }
        };
        self.while_up(sent).await?.map_err(|error: PublishError| {
            if error.kind() == PublishErrorKind::MaxPayloadExceeded {
                return Error::TooLarge;
            }
            Error::server("publish")(error.into())
        })
    }

    /// Runs `work` until the link falls: the client's queue to a hung server may be full for long.
    async fn while_up<T>(&self, work: impl Future<Output = T>) -> Result<T, Error> {
        let mut work = pin!(work);
        // Nearly always ready at once; only else pay for watching the link.
        if let Poll::Ready(output) = futures::poll!(work.as_mut()) {
            return Ok(output);
        }
        tokio::select! {
            biased;
            output = work => Ok(output),
            () = self.link_down() => Err(Error::Disconnected),
        }
    }

    async fn link_down(&self) {
        let mut link = self.link();
        // An error means that the watching task is gone: the mesh is closed.
        drop(link.wait_for(|link| *link == Link::Down).await);
    }

    fn check_open(&self) -> Result<(), Error> {
        if self.0.background.closing.is_cancelled() { Err(Error::Closed) } else { Ok(()) }
    }

    fn check_up(&self) -> Result<(), Error> {
        self.check_open()?;
        if self.0.client.connection_state() == State::Connected {
            Ok(())
        } else {
            Err(Error::Disconnected)
        }
    }

    /// Whether what is durable can be asked for: else it would only be waited for in vain.
    fn check_streams(&self) -> Result<(), Error> {
        self.check_up()?;
        if self.0.client.server_info().jetstream { Ok(()) } else { Err(Error::NoStreams) }
    }
}
