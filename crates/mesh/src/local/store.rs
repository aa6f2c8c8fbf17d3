//! All durable streams of a mesh, behind one lock, with their journal.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use super::clock::Clock;
use super::consumer::Consumer;
use super::journal::Journal;
use super::log::Kept;
use super::record::Record;
use super::replay::Streams;
use super::stream::{Stream, Taken};
use crate::deliveries::Verdict;
use crate::{ConsumerConfig, Error, Headers, Message, Stored, StreamConfig, Subject};

pub(super) struct Store {
    clock: Clock,
    /// Read without the lock: most meshes' plain messages have no stream to look for.
    any: AtomicBool,
    state: Mutex<State>,
    /// How many records are known to be on the disk. Whoever holds it syncs for all who wait.
    synced: tokio::sync::Mutex<u64>,
    tasks: TaskTracker,
}

struct State {
    streams: Streams,
    journal: Journal,
}

/// What [`Store::take`] found.
pub(super) enum Next {
    Delivery { message: Message, sequence: u64, attempt: u32 },
    Wait { until: Option<Instant> },
}

impl Store {
    pub(super) fn in_memory() -> Self {
        Self::around(Clock::start(), Streams::new(), Journal::none())
    }

    pub(super) fn open(dir: &Path) -> Result<Self, Error> {
        let clock = Clock::start();
        let (journal, streams) = Journal::open(dir, clock.now())?;
        Ok(Self::around(clock, streams, journal))
    }

    fn around(clock: Clock, streams: Streams, journal: Journal) -> Self {
        Self {
            clock,
            any: AtomicBool::new(!streams.is_empty()),
            state: Mutex::new(State { streams, journal }),
            synced: tokio::sync::Mutex::new(0),
            tasks: TaskTracker::new(),
        }
    }

    pub(super) fn has_streams(&self) -> bool {
        self.any.load(Ordering::Acquire)
    }

    /// `None` when no stream holds the subject.
    pub(super) fn append(
        &self,
        subject: &Subject,
        headers: &Headers,
        payload: &Bytes,
    ) -> Result<Option<Stored>, Error> {
        let mut state = self.lock();
        let State { streams, journal } = &mut *state;
        let Some(stream) = streams.values_mut().find(|it| it.holds(subject)) else {
            return Ok(None);
        };
        let at = self.clock.now();
        stream.expire(at);
        if let Some(stored) = stream.log.duplicate_of(headers.get(Headers::MESSAGE_ID)) {
            return Ok(Some(stored));
        }
        let sequence = stream.log.next_sequence();
        let (subject, headers, payload) = (subject.clone(), headers.clone(), payload.clone());
        let kept = Kept { sequence, at, subject, headers, payload };
        journal.append(&Record::message(&stream.config.name, &kept), &kept.payload)?;
        stream.log.push(kept);
        stream.changed.notify_waiters();
        Ok(Some(Stored { sequence, duplicate: false }))
    }

    pub(super) fn ensure_stream(&self, config: &StreamConfig) -> Result<(), Error> {
        let mut state = self.lock();
        let State { streams, journal } = &mut *state;
        if let Some(other) = streams.values().find(|it| shares_a_subject(&it.config, config)) {
            let (name, other) = (&config.name, &other.config.name);
            return Err(Error::Refused(format!("the streams {name} and {other} share subjects")));
        }
        if let Some(stream) = streams.get_mut(&config.name) {
            if stream.config != *config {
                journal.append(&Record::stream(config, 0), &[])?;
                stream.config = config.clone();
            }
            return Ok(());
        }
        journal.append(&Record::stream(config, 1), &[])?;
        streams.insert(config.name.clone(), Stream::new(config.clone(), 1));
        self.any.store(true, Ordering::Release);
        Ok(())
    }

    /// What tells of changes to the stream.
    pub(super) fn ensure_consumer(
        &self,
        stream: &str,
        config: &ConsumerConfig,
    ) -> Result<Arc<Notify>, Error> {
        let mut state = self.lock();
        let State { streams, journal } = &mut *state;
        let stream = streams.get_mut(stream).ok_or_else(|| Error::NoStream(stream.to_owned()))?;
        let cursor = stream.log.first_sequence();
        let consumer = stream.consumers.get(&config.name);
        if consumer.is_none_or(|it| it.config != *config) {
            journal.append(&Record::consumer(&stream.config.name, config, cursor), &[])?;
        }
        stream
            .consumers
            .entry(config.name.clone())
            .or_insert_with(|| Consumer::new(config.clone(), cursor))
            .config = config.clone();
        Ok(Arc::clone(&stream.changed))
    }

    pub(super) fn take(&self, stream: &str, consumer: &str) -> Result<Next, Error> {
        let mut state = self.lock();
        let State { streams, journal } = &mut *state;
        let gone = || Error::NoStream(format!("{stream}/{consumer}"));
        let found = streams.get_mut(stream).ok_or_else(gone)?;
        match found.take(consumer, self.clock.now(), journal)?.ok_or_else(gone)? {
            Taken::Nothing { until } => {
                Ok(Next::Wait { until: until.map(|at| self.clock.instant(at)) })
            }
            Taken::Delivery { kept, attempt } => {
                let Kept { sequence, subject, headers, payload, .. } = kept;
                let (subject, headers) = (subject.clone(), headers.clone());
                let message = Message { subject, reply: None, headers, payload: payload.clone() };
                Ok(Next::Delivery { message, sequence: *sequence, attempt })
            }
        }
    }

    pub(super) fn settle(
        &self,
        stream: &str,
        consumer: &str,
        sequence: u64,
        verdict: Verdict,
    ) -> Result<(), Error> {
        let mut state = self.lock();
        let State { streams, journal } = &mut *state;
        let Some(stream) = streams.get_mut(stream) else { return Ok(()) };
        let Some(reader) = stream.consumers.get_mut(consumer) else { return Ok(()) };
        match verdict {
            Verdict::Retry(delay) => reader.retry(sequence, delay, self.clock.now()),
            Verdict::Done | Verdict::GiveUp => {
                journal.append(&Record::settled(&stream.config.name, consumer, sequence), &[])?;
                reader.finish(sequence);
            }
        }
        stream.changed.notify_waiters();
        Ok(())
    }

    /// Returns when all that was written before the call is on the disk. One sync serves all who
    /// came while the one before it ran.
    pub(super) async fn sync(self: &Arc<Self>) -> Result<(), Error> {
        let wanted = self.lock().journal.count();
        let mut synced = self.synced.lock().await;
        if *synced >= wanted {
            return Ok(());
        }
        let Some((file, count)) = self.lock().journal.file() else { return Ok(()) };
        let store = Arc::clone(self);
        let sync = self.tasks.spawn_blocking(move || {
            file.sync_data().map_err(|error| store.lock().journal.sync_failed(error))?;
            Ok(store.compact_if_bloated().unwrap_or(count))
        });
        *synced = sync
            .await
            .map_err(|error| self.lock().journal.sync_failed(std::io::Error::other(error)))??;
        Ok(())
    }

    /// How many records the new journal stands for.
    fn compact_if_bloated(&self) -> Option<u64> {
        let mut state = self.lock();
        let State { streams, journal } = &mut *state;
        let now = self.clock.now();
        for stream in streams.values_mut() {
            stream.expire(now);
        }
        let live_bytes = streams.values().map(|stream| stream.log.live_bytes()).sum();
        if !journal.is_bloated(live_bytes) {
            return None;
        }
        match journal.rewrite(streams) {
            Ok(()) => Some(journal.count()),
            Err(error) => {
                // The old one is still good.
                tracing::warn!(error = &error as &dyn std::error::Error, "journal not compacted");
                None
            }
        }
    }

    pub(super) async fn close(self: &Arc<Self>) {
        if let Err(error) = self.sync().await {
            tracing::error!(error = &error as &dyn std::error::Error, "closed without a sync");
        }
        self.tasks.close();
        self.tasks.wait().await;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn shares_a_subject(one: &StreamConfig, other: &StreamConfig) -> bool {
    one.name != other.name
        && one.subjects.iter().any(|ours| other.subjects.iter().any(|it| it.overlaps(ours)))
}
