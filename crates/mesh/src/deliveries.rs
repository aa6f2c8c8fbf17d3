//! Reading a durable stream.

use std::time::Duration;

use crate::local::{LocalDeliveries, LocalTicket};
use crate::nats::{NatsDeliveries, NatsTicket};
use crate::{Error, Message};

/// What a consumer is given, one at a time. Dropping it leaves the position where it is.
pub struct Deliveries(pub(crate) Queue);

pub(crate) enum Queue {
    Nats(Box<NatsDeliveries>),
    Local(LocalDeliveries),
}

impl Deliveries {
    /// Waits for the next delivery. `None` when the mesh is closed. After an error it may be
    /// called again at once: it paces itself. Cancelling it loses nothing.
    pub async fn next(&mut self) -> Option<Result<Delivery, Error>> {
        match &mut self.0 {
            Queue::Nats(deliveries) => deliveries.next().await,
            Queue::Local(deliveries) => deliveries.next().await,
        }
    }
}

/// A message to be handled. Dropped without a word, it comes again after the consumer's
/// `ack_wait`.
pub struct Delivery {
    pub message: Message,
    /// Its place in the stream.
    pub sequence: u64,
    /// 1 for the first delivery.
    pub attempt: u32,
    pub(crate) ticket: Ticket,
}

pub(crate) enum Ticket {
    Nats(NatsTicket),
    Local(LocalTicket),
}

/// How a delivery ended.
#[derive(Copy, Clone)]
pub(crate) enum Verdict {
    Done,
    Retry(Duration),
    GiveUp,
}

impl Delivery {
    /// Handled. When this returns, the message does not come again, whatever crashes.
    pub async fn ack(self) -> Result<(), Error> {
        self.settle(Verdict::Done).await
    }

    /// Not now: again after `delay`.
    pub async fn retry(self, delay: Duration) -> Result<(), Error> {
        self.settle(Verdict::Retry(delay)).await
    }

    /// Never: it would fail again.
    pub async fn give_up(self) -> Result<(), Error> {
        self.settle(Verdict::GiveUp).await
    }

    async fn settle(self, verdict: Verdict) -> Result<(), Error> {
        match self.ticket {
            Ticket::Nats(ticket) => ticket.settle(verdict).await,
            Ticket::Local(ticket) => ticket.settle(verdict).await,
        }
    }
}
