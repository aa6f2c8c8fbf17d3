//! Stops asking who does not answer, for a while.

use std::time::Duration;

use crate::ground::clock::Moment;

/// So many failures in a row open it.
const FAILURES: u32 = 3;
/// How long it stays open before one request may try again.
const OPEN_FOR: Duration = Duration::from_secs(5);

/// A circuit breaker: closed, open for a while, then half open for one request at a time.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    failures: u32,
    open_until: Moment,
}

impl Breaker {
    /// Whether a request may go out now. While half open the first one is let through, and those
    /// behind it only when its time has passed without an answer.
    pub(super) fn admits(&mut self, now: Moment) -> bool {
        if self.failures < FAILURES {
            return true;
        }
        let admits = now >= self.open_until;
        if admits {
            self.open_until = now + OPEN_FOR;
        }
        admits
    }

    pub(super) const fn succeeded(&mut self) {
        self.failures = 0;
    }

    pub(super) fn failed(&mut self, now: Moment) {
        self.failures = self.failures.saturating_add(1);
        self.open_until = now + OPEN_FOR;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Duration::from_secs(100);

    fn open() -> Breaker {
        let mut breaker = Breaker::default();
        for _ in 0..FAILURES {
            assert!(breaker.admits(NOW));
            breaker.failed(NOW);
        }
        breaker
    }

    #[test]
    fn it_opens_after_three_failures_in_a_row() {
        let mut breaker = Breaker::default();
        for _ in 0..10 {
            breaker.failed(NOW);
            breaker.failed(NOW);
            breaker.succeeded();
            assert!(breaker.admits(NOW));
        }
        assert!(!open().admits(NOW));
    }

    #[test]
    fn half_open_lets_one_try() {
        let mut breaker = open();
        let later = NOW + OPEN_FOR;
        assert!(!breaker.admits(NOW + OPEN_FOR / 2));
        assert!(breaker.admits(later));
        assert!(!breaker.admits(later));
        breaker.failed(later);
        assert!(!breaker.admits(later + Duration::from_secs(1)));
        assert!(breaker.admits(later + OPEN_FOR));
        breaker.succeeded();
        assert!(breaker.admits(later + OPEN_FOR));
    }
}
