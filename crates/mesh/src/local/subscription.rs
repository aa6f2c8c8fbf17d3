//! A subscription inside the process.

use std::sync::Arc;
use std::task::{Context, Poll};

use super::Local;
use super::mailbox::Mailbox;
use super::table::Place;
use crate::Message;

/// A listener's place among the others, until it is dropped.
pub(crate) struct Seat {
    pub(super) mesh: Local,
    pub(super) place: Place,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.mesh.0.table.remove(&self.place);
    }
}

pub(crate) struct LocalSubscription {
    pub(super) mailbox: Arc<Mailbox>,
    #[expect(dead_code, reason = "held, not read: dropping it ends the subscription")]
    pub(super) seat: Seat,
}

impl LocalSubscription {
    pub(crate) fn poll_message(&mut self, context: &mut Context<'_>) -> Poll<Option<Message>> {
        self.mailbox.poll(context)
    }
}
