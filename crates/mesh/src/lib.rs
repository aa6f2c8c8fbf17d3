//! The message bus: subjects, wildcards, queue groups, request and reply, durable streams.
//!
//! [`Mesh`] is either a [`Nats`] server or cluster, or [`Local`]: the same guarantees inside one
//! process, so that the embedded default needs no server. One suite of claims (`tests/claims.rs`)
//! runs on both; where the two could differ, NATS decides what is right.
//!
//! Two kinds of delivery, and the caller chooses by the method:
//! - [`Mesh::publish`] and [`Mesh::subscribe`]: at most once, nothing is kept. For beats.
//! - [`Mesh::publish_durable`] and [`Mesh::consume`]: at least once, acknowledged on both ends,
//!   published once per id. For events.
//!
//! A [`Door`] lets other processes onto a local mesh: it speaks the core of the NATS protocol, so
//! that what is written for a NATS server needs not know the difference.
//!
//! What is absent: this crate knows no payload format, no subject of its own, no tenant. It never
//! buffers a message for a server that is away: the caller hears [`Error::Disconnected`].

mod deliveries;
mod door;
mod error;
mod headers;
mod local;
mod mesh;
mod message;
mod nats;
mod subject;
mod subscription;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;

pub use deliveries::{Deliveries, Delivery};
pub use door::{Door, DoorOptions};
pub use error::Error;
pub use headers::Headers;
pub use local::Local;
pub use mesh::Mesh;
pub use message::{ConsumerConfig, Link, Message, Stored, StreamConfig};
pub use nats::{Nats, NatsOptions};
pub use subject::{Pattern, Subject};
pub use subscription::Subscription;

/// Messages a subscription holds for a reader that is behind. Past it messages are lost, counted
/// in [`Mesh::lost`] and logged.
pub const SUBSCRIPTION_CAPACITY: usize = 262_144;

/// The largest payload with its headers, in bytes: the default of a NATS server.
pub const MAX_PAYLOAD: usize = 1_048_576;
