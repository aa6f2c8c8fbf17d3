//! What a subscriber has not read yet. A slow reader never holds up a publisher.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use super::table::Recipient;
use crate::Message;

pub(super) struct Mailbox {
    capacity: usize,
    /// Losses of the whole mesh.
    lost: Arc<AtomicU64>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    messages: VecDeque<Message>,
    reader: Option<Waker>,
    closed: bool,
}

impl Mailbox {
    pub(super) fn new(capacity: usize, lost: Arc<AtomicU64>) -> Self {
        Self { capacity, lost, state: Mutex::default() }
    }

    fn count_loss(&self, message: &Message) {
        let lost = self.lost.fetch_add(1, Ordering::Relaxed) + 1;
        // Each power of two: a flood of losses is not a flood of lines.
        if lost.is_power_of_two() {
            let subject = message.subject.as_str();
            tracing::warn!(lost, subject, "a subscription is read too slowly; messages are lost");
        }
    }

    /// Ready with `None` when closed and read to the end.
    pub(super) fn poll(&self, context: &mut Context<'_>) -> Poll<Option<Message>> {
        let mut state = self.lock();
        if let Some(message) = state.messages.pop_front() {
            return Poll::Ready(Some(message));
        }
        if state.closed {
            return Poll::Ready(None);
        }
        state.reader = Some(context.waker().clone());
        Poll::Pending
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Recipient for Mailbox {
    /// Full, it loses its oldest message: of what is too much, the newest is worth most.
    fn offer(&self, message: &Message) -> bool {
        let mut state = self.lock();
        let displaced =
            if state.messages.len() >= self.capacity { state.messages.pop_front() } else { None };
        state.messages.push_back(message.clone());
        let reader = state.reader.take();
        drop(state);
        if let Some(reader) = reader {
            reader.wake();
        }
        if let Some(displaced) = displaced {
            self.count_loss(&displaced);
        }
        true
    }

    fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        if let Some(reader) = state.reader.take() {
            reader.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use futures::task::noop_waker;

    use super::*;
    use crate::Headers;

    #[test]
    fn a_full_mailbox_loses_its_oldest_message_and_counts_it() {
        let lost = Arc::default();
        let mailbox = Mailbox::new(2, Arc::clone(&lost));
        for subject in ["one", "two", "three"] {
            let subject = subject.parse().unwrap();
            let (headers, payload) = (Headers::new(), Bytes::new());
            mailbox.offer(&Message { subject, reply: None, headers, payload });
        }
        mailbox.close();

        let (waker, mut read) = (noop_waker(), Vec::new());
        while let Poll::Ready(Some(message)) = mailbox.poll(&mut Context::from_waker(&waker)) {
            read.push(message.subject.to_string());
        }
        assert_eq!(read, ["two", "three"]);
        assert_eq!(lost.load(Ordering::Relaxed), 1);
    }
}
