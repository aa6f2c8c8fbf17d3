//! Where the time comes from. Tests turn it by hand.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use wire::Timestamp;

/// Tells the time of day and measures how long things take. The two are kept apart: a corrected
/// wall clock or a laptop that slept must not make anyone look silent.
#[derive(Clone)]
pub enum Clock {
    System(Instant),
    Manual(Arc<watch::Sender<Duration>>),
}

/// A point on a clock that only goes forward: the time since the clock was made.
pub(crate) type Moment = Duration;

/// The wall time a manual clock starts at.
const MANUAL_START: Timestamp = Timestamp::from_micros(1_767_225_600_000_000);

impl Clock {
    pub fn system() -> Self {
        Self::System(Instant::now())
    }

    /// Stands at 2026-01-01T00:00:00Z until [`Clock::advance`] turns it.
    pub fn manual() -> Self {
        Self::Manual(Arc::new(watch::Sender::new(Duration::ZERO)))
    }

    /// The time of day, UTC.
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system")]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System(_) => Timestamp::system_now(),
            Self::Manual(elapsed) => MANUAL_START + *elapsed.borrow(),
        }
    }

    pub(crate) fn monotonic(&self) -> Moment {
        match self {
            Self::System(start) => start.elapsed(),
            Self::Manual(elapsed) => *elapsed.borrow(),
        }
    }

    pub(crate) async fn sleep(&self, duration: Duration) {
        self.sleep_until(self.monotonic() + duration).await;
    }

    pub(crate) async fn sleep_until(&self, moment: Moment) {
        match self {
            Self::System(start) => tokio::time::sleep_until((*start + moment).into()).await,
            Self::Manual(elapsed) => {
                let mut elapsed = elapsed.subscribe();
                // The sender lives as long as the clock, which lives as long as this borrow.
                drop(elapsed.wait_for(|elapsed| *elapsed >= moment).await);
            }
        }
    }

    /// Turns a manual clock forward. A system clock goes by itself.
    pub fn advance(&self, duration: Duration) {
        if let Self::Manual(elapsed) = self {
            elapsed.send_modify(|elapsed| *elapsed += duration);
        }
    }
}
