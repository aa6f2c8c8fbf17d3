//! What every slice stands on; knows none of them.

pub(crate) mod address;
pub(crate) mod app;
pub(crate) mod clock;
pub mod config;
pub(crate) mod document;
pub(crate) mod error;
pub(crate) mod git;
pub(crate) mod health;
pub(crate) mod hex;
pub(crate) mod http;
pub(crate) mod jobs;
pub(crate) mod location;
pub(crate) mod log;
pub(crate) mod logging;
pub(crate) mod mesh_door;
pub(crate) mod metrics;
pub(crate) mod program;
pub(crate) mod retrieval;
pub(crate) mod seal;
pub(crate) mod secret_file;
pub(crate) mod signing;
