//! From records to streams, and back to the fewest records that say the same.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;

use super::consumer::Consumer;
use super::log::Kept;
use super::record::{Record, stream_config};
use super::stream::Stream;
use crate::{ConsumerConfig, Error};

pub(super) type Streams = BTreeMap<String, Stream>;

/// A record about a stream or consumer that is not there is skipped: an older version may have
/// known how to delete one.
pub(super) fn apply(streams: &mut Streams, record: Record, payload: &[u8]) -> Result<(), Error> {
    match record {
        Record::Stream { stream, subjects, max_age_ms, dedup_window_ms, next_sequence } => {
            let config = stream_config(&stream, &subjects, max_age_ms, dedup_window_ms)?;
            if let Some(stream) = streams.get_mut(&*stream) {
                stream.config = config;
            } else {
                streams.insert(stream.into_owned(), Stream::new(config, next_sequence));
            }
        }
        Record::Message { stream, sequence, at, subject, headers } => {
            if let Some(stream) = streams.get_mut(&*stream) {
                let (subject, payload) = (subject.parse()?, Bytes::copy_from_slice(payload));
                let headers = headers.into_iter().collect();
                stream.log.push(Kept { sequence, at, subject, headers, payload });
            }
        }
        Record::Consumer {
            stream,
            consumer,
            filter,
            ack_wait_ms,
            max_deliver,
            max_in_flight,
            cursor,
        } => {
            let Some(stream) = streams.get_mut(&*stream) else { return Ok(()) };
            let config = ConsumerConfig {
                name: consumer.clone().into_owned(),
                filter: filter.parse()?,
                ack_wait: Duration::from_millis(ack_wait_ms),
                max_deliver,
                max_in_flight,
            };
            if let Some(consumer) = stream.consumers.get_mut(&*consumer) {
                consumer.config = config;
            } else {
                stream.consumers.insert(consumer.into_owned(), Consumer::new(config, cursor));
            }
        }
        Record::Delivered { stream, consumer, sequence, attempt } => {
            // Due at once: whoever had it did not outlive the process.
            with(streams, &stream, &consumer, |it| it.restore(sequence, attempt, 0));
        }
        Record::Settled { stream, consumer, sequence } => {
            with(streams, &stream, &consumer, |it| it.finish(sequence));
        }
    }
    Ok(())
}

fn with(streams: &mut Streams, stream: &str, consumer: &str, act: impl FnOnce(&mut Consumer)) {
    if let Some(stream) = streams.get_mut(stream)
        && let Some(consumer) = stream.consumers.get_mut(consumer)
    {
        act(consumer);
    }
}

/// Writes what `streams` holds, as records.
pub(super) fn summarise(
    streams: &Streams,
    mut write: impl FnMut(&Record, &[u8]) -> std::io::Result<()>,
) -> std::io::Result<()> {
    for (name, stream) in streams {
        write(&Record::stream(&stream.config, stream.log.first_sequence()), &[])?;
        for kept in stream.log.iter() {
            write(&Record::message(name, kept), &kept.payload)?;
        }
        for (consumer_name, consumer) in &stream.consumers {
            write(&Record::consumer(name, &consumer.config, consumer.cursor), &[])?;
            for (sequence, attempt) in consumer.pending() {
                write(&Record::delivered(name, consumer_name, sequence, attempt), &[])?;
            }
        }
    }
    Ok(())
}
