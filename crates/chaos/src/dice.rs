//! The one source of chance. The same seed throws the same dice.

use crate::time::Time;

#[derive(Debug)]
pub(crate) struct Dice(fastrand::Rng);

impl Dice {
    pub(crate) fn of_seed(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    /// True `times` in ten thousand.
    pub(crate) fn chance(&mut self, times: u32) -> bool {
        self.0.u32(..10_000) < times
    }

    /// Evenly from `least` up to, not including, `most`.
    pub(crate) fn between(&mut self, least: Time, most: Time) -> Time {
        self.0.u64(least..most.max(least + 1))
    }

    /// As often below the geometric middle of the two as above it.
    pub(crate) fn stretch(&mut self, least: Time, most: Time) -> Time {
        let doublings = most.checked_div(least).unwrap_or(1).max(1).ilog2();
        let low = least << self.0.u32(..=doublings);
        self.between(low, low.saturating_mul(2)).min(most)
    }

    pub(crate) fn index(&mut self, count: usize) -> usize {
        self.0.usize(..count.max(1))
    }
}
