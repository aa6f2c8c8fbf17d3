//! Wakes whoever follows the log.

use tokio::sync::watch;

/// Counts wake-ups: a follower that looks late still sees that something came.
pub(crate) struct Feed(watch::Sender<u64>);

impl Feed {
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(0))
    }

    pub(crate) fn wake(&self) {
        self.0.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Ends its wait when something was committed since it last looked.
    pub(crate) fn follow(&self) -> watch::Receiver<u64> {
        self.0.subscribe()
    }
}
