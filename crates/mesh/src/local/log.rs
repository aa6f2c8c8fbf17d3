//! The messages of one stream, and the ids it has seen.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::clock::millis;
use super::consumer::Consumer;
use crate::{Headers, Stored, Subject};

#[derive(Default)]
pub(super) struct Log {
    /// Without gaps: messages leave only at the front.
    kept: VecDeque<Kept>,
    next_sequence: u64,
    ids: HashMap<Arc<str>, u64>,
    /// In the order of their times.
    id_times: VecDeque<(u64, Arc<str>)>,
    live_bytes: u64,
}

pub(super) struct Kept {
    pub(super) sequence: u64,
    /// Milliseconds since 1970.
    pub(super) at: u64,
    pub(super) subject: Subject,
    pub(super) headers: Headers,
    pub(super) payload: Bytes,
}

impl Kept {
    /// What its record takes beside the payload, roughly.
    const OVERHEAD: u64 = 200;

    fn bytes(&self) -> u64 {
        Self::OVERHEAD + u64::try_from(self.payload.len()).unwrap_or_default()
    }
}

impl Log {
    pub(super) fn starting_at(next_sequence: u64) -> Self {
        Self { next_sequence, ..Self::default() }
    }

    pub(super) fn next_sequence(&self) -> u64 {
        self.next_sequence
    }

    pub(super) fn first_sequence(&self) -> u64 {
        self.kept.front().map_or(self.next_sequence, |kept| kept.sequence)
    }

    /// The bytes a journal of only what is kept would have, roughly.
    pub(super) fn live_bytes(&self) -> u64 {
        self.live_bytes
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Kept> {
        self.kept.iter()
    }

    pub(super) fn get(&self, sequence: u64) -> Option<&Kept> {
        let index = sequence.checked_sub(self.first_sequence())?;
        self.kept.get(usize::try_from(index).ok()?)
    }

    pub(super) fn duplicate_of(&self, id: Option<&str>) -> Option<Stored> {
        let sequence = *self.ids.get(id?)?;
        Some(Stored { sequence, duplicate: true })
    }

    pub(super) fn push(&mut self, kept: Kept) {
        self.next_sequence = kept.sequence + 1;
        self.live_bytes += kept.bytes();
        if let Some(id) = kept.headers.get(Headers::MESSAGE_ID) {
            let id: Arc<str> = id.into();
            self.ids.insert(Arc::clone(&id), kept.sequence);
            self.id_times.push_back((kept.at, id));
        }
        self.kept.push_back(kept);
    }

    /// The next message `consumer` has not had and wants. What it does not want it is moved past.
    pub(super) fn next_for(&self, consumer: &mut Consumer) -> Option<u64> {
        let wanted = |sequence: &u64| {
            let kept = self.get(*sequence);
            kept.is_some_and(|it| consumer.config.filter.matches(it.subject.as_str()))
        };
        let from = consumer.cursor.max(self.first_sequence());
        let next = (from..self.next_sequence).find(wanted);
        consumer.cursor = next.unwrap_or(self.next_sequence);
        next
    }

    /// Drops messages past `max_age` and ids past `window`.
    pub(super) fn expire(&mut self, now: u64, max_age: Duration, window: Duration) {
        let (max_age, window) = (millis(max_age), millis(window));
        while max_age > 0
            && let Some(oldest) = self.kept.pop_front_if(|it| it.at.saturating_add(max_age) <= now)
        {
            self.live_bytes = self.live_bytes.saturating_sub(oldest.bytes());
        }
        while let Some((_, id)) =
            self.id_times.pop_front_if(|(at, _)| at.saturating_add(window) <= now)
        {
            self.ids.remove(&id);
        }
    }
}
