//! Collections on the move: out into one archive, back in bit for bit, and out of older stores
//! into ours.
//!
//! What strangers send is spooled to a file without a name, and read through once before anything
//! is written: a line that is wrong is named, and then nothing has changed.

mod archive;
mod chroma;
mod export;
mod lines;
mod older;
mod parity;
mod record;
mod restore;
mod spool;
mod table;

pub(super) use export::export;
pub(super) use older::{chroma, json_lines, table};
pub(super) use restore::restore;
pub(super) use spool::Spool;

use crate::ground::error::Result;

/// Runs what reads a file and computes, apart from what answers requests.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(anyhow::Error::from(error).into()),
    }
}
