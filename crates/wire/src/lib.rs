//! Every type that crosses a process boundary, one file per slice.
//!
//! The server answers with these, the client reads them, the API reference is generated from
//! them. They hold shapes and the grammar of their own ids; decisions are made elsewhere.

pub mod access;
pub mod audit;
pub mod events;
pub mod federation;
pub mod grants;
pub mod graph;
pub mod health;
pub mod hub;
pub mod instances;
pub mod jobs;
pub mod knowledge;
pub mod repositories;

mod id;
mod problem;
mod slug;
mod timestamp;

pub use id::{
    CollectionId, DocumentId, EventId, FanoutId, GrantId, InstanceId, JobId, KeyId,
    ManagedInstanceId, MessageId, ProjectId, RepositoryId, SourceId, TenantId,
};
pub use problem::{FieldError, Problem};
pub use slug::{InvalidSlug, Slug};
pub use timestamp::{InvalidTimestamp, Timestamp};
