//! Turns texts into vectors.

mod encoder;
mod error;

pub use self::encoder::{Counter, Encoder};
pub use self::error::EmbedError;

/// Which vectors can be compared with each other: those of one model.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ModelId {
    /// Identifies the weights, e.g. `all-MiniLM-L6-v2`.
    pub name: String,
    pub dimensions: usize,
}
