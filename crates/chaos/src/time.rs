//! Simulated time: microseconds since the run began.

use std::fmt;

/// A moment of the run, or a span of it.
pub(crate) type Time = u64;

pub(crate) const MILLISECOND: Time = 1_000;
pub(crate) const SECOND: Time = 1_000_000;
pub(crate) const MINUTE: Time = 60 * SECOND;
pub(crate) const HOUR: Time = 60 * MINUTE;
pub(crate) const DAY: Time = 24 * HOUR;

/// Prints a moment as `1d 02:03:04.567`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clocked(pub Time);

impl fmt::Display for Clocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, hours) = (self.0 / DAY, self.0 / HOUR % 24);
        let (minutes, seconds) = (self.0 / MINUTE % 60, self.0 / SECOND % 60);
        let millis = self.0 / MILLISECOND % 1_000;
        write!(f, "{days}d {hours:02}:{minutes:02}:{seconds:02}.{millis:03}")
    }
}
