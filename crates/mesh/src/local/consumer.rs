//! One named position in a stream.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::clock::millis;
use crate::ConsumerConfig;

/// Everything below `cursor` is done, but for what is `pending`.
pub(super) struct Consumer {
    pub(super) config: ConsumerConfig,
    pub(super) cursor: u64,
    pending: BTreeMap<u64, Pending>,
    /// `(due, sequence)` of what is pending.
    due: BTreeSet<(u64, u64)>,
}

/// Delivered, and not heard of since.
struct Pending {
    attempt: u32,
    due: u64,
}

impl Consumer {
    pub(super) fn new(config: ConsumerConfig, cursor: u64) -> Self {
        Self { config, cursor, pending: BTreeMap::new(), due: BTreeSet::new() }
    }

    pub(super) fn has_room(&self) -> bool {
        self.pending.len() < usize::try_from(self.config.max_in_flight.max(1)).unwrap_or(usize::MAX)
    }

    /// The pending delivery that is to come again first: when, which, and how often it came.
    pub(super) fn first_due(&self) -> Option<(u64, u64, u32)> {
        let (due, sequence) = *self.due.first()?;
        self.pending.get(&sequence).map(|pending| (due, sequence, pending.attempt))
    }

    pub(super) fn is_last_attempt(&self, attempt: u32) -> bool {
        self.config.max_deliver != 0 && attempt >= self.config.max_deliver
    }

    pub(super) fn deliver(&mut self, sequence: u64, attempt: u32, now: u64) {
        let due = now.saturating_add(millis(self.config.ack_wait));
        self.restore(sequence, attempt, due);
    }

    pub(super) fn restore(&mut self, sequence: u64, attempt: u32, due: u64) {
        self.finish(sequence);
        self.pending.insert(sequence, Pending { attempt, due });
        self.due.insert((due, sequence));
    }

    /// An answer that comes too late changes nothing.
    pub(super) fn finish(&mut self, sequence: u64) {
        self.cursor = self.cursor.max(sequence + 1);
        if let Some(pending) = self.pending.remove(&sequence) {
            self.due.remove(&(pending.due, sequence));
        }
    }

    pub(super) fn retry(&mut self, sequence: u64, delay: Duration, now: u64) {
        if let Some(pending) = self.pending.get_mut(&sequence) {
            self.due.remove(&(pending.due, sequence));
            pending.due = now.saturating_add(millis(delay));
            self.due.insert((pending.due, sequence));
        }
    }

    /// Forgets what is older than the stream.
    pub(super) fn forget_before(&mut self, first: u64) {
        self.cursor = self.cursor.max(first);
        while let Some((&sequence, _)) = self.pending.first_key_value()
            && sequence < first
        {
            self.finish(sequence);
        }
    }

    pub(super) fn pending(&self) -> impl Iterator<Item = (u64, u32)> {
        self.pending.iter().map(|(sequence, pending)| (*sequence, pending.attempt))
    }
}
