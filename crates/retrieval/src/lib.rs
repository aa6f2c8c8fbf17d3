//! The search engine: text is cut into chunks, chunks are embedded and indexed, questions are
//! answered by keyword and by meaning and the two are fused.
//!
//! This crate knows no project, no user and no HTTP.

pub mod chunk;
pub mod embed;
pub mod extract;
