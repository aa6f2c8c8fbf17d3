//! Wall time for the ages of messages, which must survive a restart.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// Read from the system once and counted on from there, so that a clock set back does not bring
/// the past again, and a test that stops tokio's time stops this one too.
pub(super) struct Clock {
    started: Instant,
    at_start: u64,
}

impl Clock {
    pub(super) fn start() -> Self {
        #[expect(clippy::disallowed_methods, reason = "a leaf crate; the one place that asks")]
        let now = SystemTime::now();
        let since_epoch = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { started: Instant::now(), at_start: millis(since_epoch) }
    }

    /// Milliseconds since 1970.
    pub(super) fn now(&self) -> u64 {
        self.at_start.saturating_add(millis(self.started.elapsed()))
    }

    pub(super) fn instant(&self, at: u64) -> Instant {
        self.started + Duration::from_millis(at.saturating_sub(self.at_start))
    }
}

pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
