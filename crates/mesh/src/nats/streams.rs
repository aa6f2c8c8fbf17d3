//! Durable streams over JetStream.

use std::time::Duration;

use async_nats::jetstream::consumer::{AckPolicy, pull};
use async_nats::jetstream::context::GetStreamErrorKind;
use async_nats::jetstream::stream::Config;
use async_nats::jetstream::{self, Context, ErrorCode};
use bytes::Bytes;
use serde::Deserialize;

use super::{Nats, NatsDeliveries, SERVER_TIMEOUT};
use crate::deliveries::Queue;
use crate::message::check_name;
use crate::{ConsumerConfig, Deliveries, Error, Headers, Pattern, Stored, StreamConfig, Subject};

/// Pulled ahead of the reader. Small: what is pulled waits with its `ack_wait` running.
const LARGEST_BATCH: u32 = 64;
/// A pull ends after this long and is made again; the server says in between that it lives.
const PULL_EXPIRES: Duration = Duration::from_secs(30);
const PULL_HEARTBEAT: Duration = Duration::from_secs(5);

impl Nats {
    pub(crate) async fn publish_durable(
        &self,
        subject: &Subject,
        headers: Headers,
        payload: Bytes,
    ) -> Result<Stored, Error> {
        self.check_streams()?;
        let answer = match self.request(subject, headers, payload, SERVER_TIMEOUT).await {
            Err(Error::NoResponders(subject)) => return Err(Error::NoStream(subject)),
            answer => answer?,
        };
        let receipt: Receipt = serde_json::from_slice(&answer.payload)
            .map_err(|error| Error::server("read the stream's receipt")(error.into()))?;
        receipt.into_stored()
    }

    pub(crate) async fn ensure_stream(&self, stream: &StreamConfig) -> Result<(), Error> {
        check_name(&stream.name)?;
        self.check_streams()?;
        self.while_up(async {
            let context = self.jetstream();
            match context.get_stream(&stream.name).await {
                Ok(existing) => update(&context, &existing.cached_info().config, stream).await,
                Err(error) if is_not_found(&error.kind()) => create(&context, stream).await,
                Err(error) => Err(Error::server("look up the stream")(error.into())),
            }
        })
        .await?
    }

    pub(crate) async fn consume(
        &self,
        stream: &str,
        consumer: &ConsumerConfig,
    ) -> Result<Deliveries, Error> {
        check_name(stream)?;
        check_name(&consumer.name)?;
        let messages = self.pull(stream, consumer).await?;
        let deliveries = NatsDeliveries::new(self.clone(), stream, consumer.clone(), messages);
        Ok(Deliveries(Queue::Nats(Box::new(deliveries))))
    }

    /// Starts pulling, and creates the consumer when it is missing.
    pub(super) async fn pull(
        &self,
        stream: &str,
        consumer: &ConsumerConfig,
    ) -> Result<pull::Stream, Error> {
        self.check_streams()?;
        self.while_up(async {
            let created = self
                .jetstream()
                .create_consumer_on_stream(consumer_config(consumer), stream)
                .await;
            let created = created.map_err(|error| {
                use async_nats::jetstream::stream::ConsumerErrorKind::JetStream;
                if matches!(error.kind(), JetStream(it) if it.error_code() == ErrorCode::STREAM_NOT_FOUND) {
                    return Error::NoStream(stream.to_owned());
                }
                Error::server("create the consumer")(error.into())
            })?;
            let batch = consumer.max_in_flight.clamp(1, LARGEST_BATCH);
            created
                .stream()
                .max_messages_per_batch(usize::try_from(batch).unwrap_or(1))
                .expires(PULL_EXPIRES)
                .heartbeat(PULL_HEARTBEAT)
                .messages()
                .await
                .map_err(|error| Error::server("pull from the stream")(error.into()))
        })
        .await?
    }

    fn jetstream(&self) -> Context {
        jetstream::new(self.0.client.clone())
    }
}

/// What a stream answers to a publish.
#[derive(Deserialize)]
struct Receipt {
    #[serde(default)]
    seq: u64,
    #[serde(default)]
    duplicate: bool,
    error: Option<Refusal>,
}

#[derive(Deserialize)]
struct Refusal {
    #[serde(default)]
    description: String,
}

impl Receipt {
    fn into_stored(self) -> Result<Stored, Error> {
        match self.error {
            None => Ok(Stored { sequence: self.seq, duplicate: self.duplicate }),
            Some(refusal) => {
                Err(Error::Refused(format!("the stream said: {}", refusal.description)))
            }
        }
    }
}

async fn create(context: &Context, stream: &StreamConfig) -> Result<(), Error> {
    let config = wanted(&Config { allow_direct: true, ..Config::default() }, stream);
    let created = context.create_stream(config).await;
    created.map(drop).map_err(|error| Error::server("create the stream")(error.into()))
}

/// Only what [`StreamConfig`] says is changed: replicas and placement are the operator's.
async fn update(context: &Context, existing: &Config, stream: &StreamConfig) -> Result<(), Error> {
    let config = wanted(existing, stream);
    let same = existing.subjects == config.subjects
        && existing.max_age == config.max_age
        && existing.duplicate_window == config.duplicate_window;
    if same {
        return Ok(());
    }
    let updated = context.update_stream(config).await;
    updated.map(drop).map_err(|error| Error::server("update the stream")(error.into()))
}

fn wanted(base: &Config, stream: &StreamConfig) -> Config {
    Config {
        name: stream.name.clone(),
        subjects: stream.subjects.iter().map(Pattern::to_string).collect(),
        max_age: stream.max_age,
        duplicate_window: stream.window(),
        ..base.clone()
    }
}

fn consumer_config(consumer: &ConsumerConfig) -> pull::Config {
    pull::Config {
        durable_name: Some(consumer.name.clone()),
        // One filter, not the list: servers before 2.10 ignore the list and deliver everything.
        filter_subject: consumer.filter.to_string(),
        ack_policy: AckPolicy::Explicit,
        ack_wait: consumer.ack_wait,
        max_deliver: match consumer.max_deliver {
            0 => -1,
            limit => i64::from(limit),
        },
        max_ack_pending: i64::from(consumer.max_in_flight.max(1)),
        ..pull::Config::default()
    }
}

fn is_not_found(kind: &GetStreamErrorKind) -> bool {
    matches!(kind, GetStreamErrorKind::JetStream(it) if it.error_code() == ErrorCode::STREAM_NOT_FOUND)
}
