//! Coming again when the server says when.

use client::{Error, Result};

/// A minute's writes are free again after a minute: more waits than this mean something else.
const MOST_WAITS: u32 = 20;

/// Does `attempt` until the server takes it, waiting as long as it says between two attempts.
pub(super) async fn patiently<T>(mut attempt: impl AsyncFnMut() -> Result<T>) -> Result<T> {
    for _ in 0..MOST_WAITS {
        match attempt().await {
            Err(Error::Later { after: Some(after), .. }) => tokio::time::sleep(after).await,
            answer => return answer,
        }
    }
    attempt().await
}
