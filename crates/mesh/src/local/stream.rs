//! One durable stream: what it keeps and who reads it.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::Notify;

use super::consumer::Consumer;
use super::journal::Journal;
use super::log::{Kept, Log};
use super::record::Record;
use crate::{Error, StreamConfig, Subject};

pub(super) struct Stream {
    pub(super) config: StreamConfig,
    pub(super) log: Log,
    pub(super) consumers: BTreeMap<String, Consumer>,
    /// Told whenever a consumer may have something to do.
    pub(super) changed: Arc<Notify>,
}

/// What a consumer gets when it asks.
pub(super) enum Taken<'a> {
    Delivery {
        kept: &'a Kept,
        attempt: u32,
    },
    /// And when to ask again, unless something changes before.
    Nothing {
        until: Option<u64>,
    },
}

impl Stream {
    pub(super) fn new(config: StreamConfig, next_sequence: u64) -> Self {
        let log = Log::starting_at(next_sequence);
        Self { config, log, consumers: BTreeMap::new(), changed: Arc::default() }
    }

    pub(super) fn holds(&self, subject: &Subject) -> bool {
        self.config.subjects.iter().any(|pattern| pattern.matches(subject.as_str()))
    }

    pub(super) fn expire(&mut self, now: u64) {
        self.log.expire(now, self.config.max_age, self.config.window());
        let first = self.log.first_sequence();
        self.consumers.values_mut().for_each(|consumer| consumer.forget_before(first));
    }

    /// `Ok(None)` when there is no such consumer.
    pub(super) fn take(
        &mut self,
        name: &str,
        now: u64,
        journal: &mut Journal,
    ) -> Result<Option<Taken<'_>>, Error> {
        self.expire(now);
        let Some(consumer) = self.consumers.get_mut(name) else { return Ok(None) };
        let stream = &self.config.name;

        while let Some((due, sequence, attempt)) = consumer.first_due()
            && due <= now
        {
            let Some(kept) = self.log.get(sequence) else {
                consumer.finish(sequence);
                continue;
            };
            if consumer.is_last_attempt(attempt) {
                tracing::warn!(stream, consumer = name, sequence, attempt, "gave up a message");
                journal.append(&Record::settled(stream, name, sequence), &[])?;
                consumer.finish(sequence);
                continue;
            }
            let attempt = attempt.saturating_add(1);
            journal.append(&Record::delivered(stream, name, sequence, attempt), &[])?;
            consumer.deliver(sequence, attempt, now);
            return Ok(Some(Taken::Delivery { kept, attempt }));
        }

        if consumer.has_room()
            && let Some(sequence) = self.log.next_for(consumer)
            && let Some(kept) = self.log.get(sequence)
        {
            journal.append(&Record::delivered(stream, name, sequence, 1), &[])?;
            consumer.deliver(sequence, 1, now);
            return Ok(Some(Taken::Delivery { kept, attempt: 1 }));
        }
        Ok(Some(Taken::Nothing { until: consumer.first_due().map(|(due, ..)| due) }))
    }
}
