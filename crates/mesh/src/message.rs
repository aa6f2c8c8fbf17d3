//! The plain values that cross the mesh's surface.

use std::time::Duration;

use bytes::Bytes;

use crate::{Headers, Pattern, Subject};

#[derive(Clone, Debug)]
pub struct Message {
    pub subject: Subject,
    /// Where an answer is awaited; publish it there.
    pub reply: Option<Subject>,
    pub headers: Headers,
    pub payload: Bytes,
}

impl Message {
    /// What counts against [`crate::MAX_PAYLOAD`].
    pub(crate) fn size(headers: &Headers, payload: &Bytes) -> usize {
        headers.iter().map(|(name, value)| name.len() + value.len() + 4).sum::<usize>()
            + payload.len()
    }
}

/// Whether messages get through right now.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Link {
    Up,
    Down,
}

/// The receipt of a durable publish.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Stored {
    pub sequence: u64,
    /// The id was stored before; `sequence` is where.
    pub duplicate: bool,
}

/// A stream keeps every message published on its subjects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamConfig {
    /// Letters, digits, `-` and `_`.
    pub name: String,
    /// No two streams may share a subject.
    pub subjects: Vec<Pattern>,
    /// Older messages are dropped, read or not. Zero keeps them for ever.
    pub max_age: Duration,
    /// For how long a second message of the same id counts as the first. At most `max_age`.
    /// Zero is NATS's default: two minutes, or `max_age` when that is less.
    pub dedup_window: Duration,
}

impl StreamConfig {
    pub(crate) fn window(&self) -> Duration {
        const DEFAULT: Duration = Duration::from_mins(2);
        match (self.dedup_window, self.max_age) {
            (Duration::ZERO, Duration::ZERO) => DEFAULT,
            (Duration::ZERO, max_age) => DEFAULT.min(max_age),
            (window, _) => window,
        }
    }
}

/// A named position in a stream. Whoever consumes under one name shares its messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsumerConfig {
    /// Letters, digits, `-` and `_`.
    pub name: String,
    pub filter: Pattern,
    /// A delivery not acknowledged for this long comes again.
    pub ack_wait: Duration,
    /// Deliveries of one message before it is given up. Zero never gives up.
    pub max_deliver: u32,
    /// Deliveries under way and not yet acknowledged, over all who share the name.
    pub max_in_flight: u32,
}

/// NATS's grammar for names of streams, consumers and queues, narrowed to plain words.
pub(crate) fn check_name(name: &str) -> Result<(), crate::Error> {
    let valid = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if !name.is_empty() && name.len() <= 255 && name.bytes().all(valid) {
        return Ok(());
    }
    Err(crate::Error::Refused(format!("{name:?} is not the name of a stream, consumer or queue")))
}
