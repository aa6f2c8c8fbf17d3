//! A subscription inside the process.

use std::sync::Arc;
use std::task::{Context, Poll};

use super::Local;
use super::mailbox::Mailbox;
use crate::{Message, Pattern};

pub(crate) struct LocalSubscription {
    mesh: Local,
    pattern: Pattern,
    id: u64,
    mailbox: Arc<Mailbox>,
}

impl LocalSubscription {
    pub(super) fn new(mesh: Local, pattern: Pattern, id: u64, mailbox: Arc<Mailbox>) -> Self {
        Self { mesh, pattern, id, mailbox }
    }

    pub(crate) fn poll_message(&mut self, context: &mut Context<'_>) -> Poll<Option<Message>> {
        self.mailbox.poll(context)
    }
}

impl Drop for LocalSubscription {
    fn drop(&mut self) {
        self.mesh.0.table.remove(&self.pattern, self.id);
    }
}
