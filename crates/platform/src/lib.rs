//! The application: one folder per feature.
//!
//! Modules stand in dependency order. A module names only modules above it.

pub mod ground;
mod access;
mod audit;
mod events;
mod jobs;
pub mod federation;
mod instance;
mod repositories;
mod graph;
mod knowledge;
mod grants;
mod mcp;
mod instances;
mod hub;

pub mod service;
mod router;
mod lifecycle;
pub mod local;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use ground::config;
pub use instances::{detach, keep};
pub use lifecycle::{Running, Started, serve};
pub use service::Service;
