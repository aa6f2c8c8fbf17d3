//! A live subscription.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures::Stream;

use crate::Message;
use crate::local::LocalSubscription;
use crate::nats::NatsSubscription;

/// A stream of messages; it survives reconnects, ends when the mesh is closed, and unsubscribes
/// when dropped.
pub struct Subscription(pub(crate) Source);

pub(crate) enum Source {
    Nats(NatsSubscription),
    Local(LocalSubscription),
}

impl Stream for Subscription {
    type Item = Message;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Message>> {
        match &mut self.0 {
            Source::Nats(subscription) => subscription.poll_message(context),
            Source::Local(subscription) => subscription.poll_message(context),
        }
    }
}
