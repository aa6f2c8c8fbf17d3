//! Reading a JetStream consumer, whatever happens to the connection.

use std::time::Duration;

use async_nats::jetstream;
use async_nats::jetstream::consumer::pull;
use bytes::Bytes;
use futures::StreamExt;

use super::{Nats, SERVER_TIMEOUT};
use crate::deliveries::{Delivery, Ticket, Verdict};
use crate::{ConsumerConfig, Error, Headers, Link, Message, Subject};

/// Between attempts to take up a consumer again.
const PAUSE: Duration = Duration::from_secs(1);

pub(crate) struct NatsDeliveries {
    nats: Nats,
    stream: String,
    config: ConsumerConfig,
    messages: Option<pull::Stream>,
    /// The last attempt to take the consumer up failed: wait before the next.
    pause: bool,
}

impl NatsDeliveries {
    pub(super) fn new(
        nats: Nats,
        stream: &str,
        config: ConsumerConfig,
        messages: pull::Stream,
    ) -> Self {
        Self { nats, stream: stream.to_owned(), config, messages: Some(messages), pause: false }
    }

    pub(crate) async fn next(&mut self) -> Option<Result<Delivery, Error>> {
        let closing = self.nats.0.background.closing.clone();
        closing.run_until_cancelled(self.next_until_stopped()).await
    }

    async fn next_until_stopped(&mut self) -> Result<Delivery, Error> {
        loop {
            let Some(messages) = &mut self.messages else {
                self.take_up().await?;
                continue;
            };
            match messages.next().await {
                Some(Ok(message)) => return delivery(&self.nats, message),
                Some(Err(error)) => tracing::debug!(%error, stream = self.stream, "pull failed"),
                None => tracing::debug!(stream = self.stream, "pull ended"),
            }
            // A missed heartbeat, a consumer deleted, a server gone: start over.
            self.messages = None;
        }
    }

    async fn take_up(&mut self) -> Result<(), Error> {
        if self.pause {
            tokio::time::sleep(PAUSE).await;
        }
        self.pause = true;
        let mut link = self.nats.link();
        if link.wait_for(|link| *link == Link::Up).await.is_err() {
            return Err(Error::Closed);
        }
        self.messages = Some(Box::pin(self.nats.pull(&self.stream, &self.config)).await?);
        self.pause = false;
        Ok(())
    }
}

fn delivery(nats: &Nats, delivered: jetstream::Message) -> Result<Delivery, Error> {
    let (sequence, attempt) = delivered
        .info()
        .map(|it| (it.stream_sequence, u32::try_from(it.delivered).unwrap_or(u32::MAX)))
        .map_err(Error::server("read the delivery"))?;
    let mut message = Message::from(delivered.message);
    // What JetStream calls the reply is where the acknowledgement goes; nobody awaits an answer.
    let Some(ack) = message.reply.take() else { return Err(Error::Closed) };
    let ticket = Ticket::Nats(NatsTicket { nats: nats.clone(), ack });
    Ok(Delivery { message, sequence, attempt, ticket })
}

pub(crate) struct NatsTicket {
    nats: Nats,
    ack: Subject,
}

impl NatsTicket {
    /// As a request: the server's answer says that the acknowledgement has arrived.
    pub(crate) async fn settle(self, verdict: Verdict) -> Result<(), Error> {
        let word = match verdict {
            Verdict::Done => Bytes::from_static(b"+ACK"),
            Verdict::GiveUp => Bytes::from_static(b"+TERM"),
            Verdict::Retry(delay) => format!("-NAK {{\"delay\":{}}}", delay.as_nanos()).into(),
        };
        self.nats.request(&self.ack, Headers::new(), word, SERVER_TIMEOUT).await.map(drop)
    }
}
