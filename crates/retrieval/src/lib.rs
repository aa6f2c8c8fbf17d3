//! The search engine: text is cut into chunks, chunks are embedded and indexed, questions are
//! answered by keyword and by meaning and the two are fused.
//!
//! An index keeps its chunks under dense numbers. Their words are posting blocks of our own
//! format, the same rows on both engines, so that a keyword score does not depend on the engine.
//! Their vectors are scanned in memory on SQLite and found by pgvector on PostgreSQL.
//!
//! This crate knows no project, no user and no HTTP.

pub mod bits;
pub mod chunk;
pub mod embed;
pub mod evaluate;
pub mod extract;
pub mod index;
pub mod keyword;
pub mod search;
pub mod vector;

mod best;
mod error;

pub use error::Error;
pub use index::IndexId;
