//! A subscription over NATS.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use async_nats::Subscriber;
use futures::StreamExt;
use tokio_util::sync::WaitForCancellationFutureOwned;

use crate::Message;

pub(crate) struct NatsSubscription {
    subscriber: Subscriber,
    /// A client that is looking for a server when the mesh is closed never ends its subscribers.
    stopped: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl NatsSubscription {
    pub(super) fn new(subscriber: Subscriber, stopped: WaitForCancellationFutureOwned) -> Self {
        Self { subscriber, stopped: Box::pin(stopped) }
    }

    pub(crate) fn poll_message(&mut self, context: &mut Context<'_>) -> Poll<Option<Message>> {
        match self.subscriber.poll_next_unpin(context) {
            Poll::Ready(message) => Poll::Ready(message.map(Message::from)),
            Poll::Pending => self.stopped.as_mut().poll(context).map(|()| None),
        }
    }
}
