//! What the journal is made of: one JSON line of facts, and a message's payload as it is.

use std::borrow::Cow;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::clock::millis;
use super::log::Kept;
use crate::{ConsumerConfig, Error, StreamConfig};

/// Each is applied to what came before. Names and meanings may be added to, not changed: journals
/// of older versions are read for ever.
#[derive(Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "snake_case")]
pub(super) enum Record<'a> {
    /// A stream was made, or its configuration changed.
    Stream {
        stream: Cow<'a, str>,
        subjects: Vec<Cow<'a, str>>,
        max_age_ms: u64,
        dedup_window_ms: u64,
        /// Of the message that comes next; only read when the stream is new.
        next_sequence: u64,
    },
    /// The payload follows.
    Message {
        stream: Cow<'a, str>,
        sequence: u64,
        at: u64,
        subject: Cow<'a, str>,
        headers: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    },
    /// A consumer was made, or its configuration changed.
    Consumer {
        stream: Cow<'a, str>,
        consumer: Cow<'a, str>,
        filter: Cow<'a, str>,
        ack_wait_ms: u64,
        max_deliver: u32,
        max_in_flight: u32,
        /// Only read when the consumer is new.
        cursor: u64,
    },
    Delivered {
        stream: Cow<'a, str>,
        consumer: Cow<'a, str>,
        sequence: u64,
        attempt: u32,
    },
    /// Acknowledged, or given up.
    Settled {
        stream: Cow<'a, str>,
        consumer: Cow<'a, str>,
        sequence: u64,
    },
}

impl<'a> Record<'a> {
    pub(super) fn stream(config: &'a StreamConfig, next_sequence: u64) -> Self {
        Self::Stream {
            stream: config.name.as_str().into(),
            subjects: config.subjects.iter().map(|it| it.as_str().into()).collect(),
            max_age_ms: millis(config.max_age),
            dedup_window_ms: millis(config.dedup_window),
            next_sequence,
        }
    }

    pub(super) fn message(stream: &'a str, kept: &'a Kept) -> Self {
        Self::Message {
            stream: stream.into(),
            sequence: kept.sequence,
            at: kept.at,
            subject: kept.subject.as_str().into(),
            headers: kept.headers.iter().map(|(name, it)| (name.into(), it.into())).collect(),
        }
    }

    pub(super) fn consumer(stream: &'a str, config: &'a ConsumerConfig, cursor: u64) -> Self {
        Self::Consumer {
            stream: stream.into(),
            consumer: config.name.as_str().into(),
            filter: config.filter.as_str().into(),
            ack_wait_ms: millis(config.ack_wait),
            max_deliver: config.max_deliver,
            max_in_flight: config.max_in_flight,
            cursor,
        }
    }

    pub(super) fn delivered(
        stream: &'a str,
        consumer: &'a str,
        sequence: u64,
        attempt: u32,
    ) -> Self {
        Self::Delivered { stream: stream.into(), consumer: consumer.into(), sequence, attempt }
    }

    pub(super) fn settled(stream: &'a str, consumer: &'a str, sequence: u64) -> Self {
        Self::Settled { stream: stream.into(), consumer: consumer.into(), sequence }
    }
}

pub(super) fn stream_config(
    name: &str,
    subjects: &[Cow<'_, str>],
    max_age_ms: u64,
    dedup_window_ms: u64,
) -> Result<StreamConfig, Error> {
    Ok(StreamConfig {
        name: name.to_owned(),
        subjects: subjects.iter().map(|it| it.parse()).collect::<Result<_, _>>()?,
        max_age: Duration::from_millis(max_age_ms),
        dedup_window: Duration::from_millis(dedup_window_ms),
    })
}
