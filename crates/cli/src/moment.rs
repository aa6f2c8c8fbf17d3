//! Times as people type them and as tables show them.

use std::str::FromStr;
use std::time::Duration;

use wire::Timestamp;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

#[expect(clippy::disallowed_methods, reason = "a command has no app, only the system's clock")]
pub(crate) fn now() -> Timestamp {
    Timestamp::system_now()
}

/// A time as an option takes it: `2026-01-31T12:00:00Z`, or a distance as `90d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    At(Timestamp),
    Away(Duration),
}

impl Moment {
    /// A distance counts back from now.
    pub(crate) fn past(self) -> Timestamp {
        match self {
            Self::At(time) => time,
            Self::Away(distance) => now() - distance,
        }
    }

    /// A distance counts on from now.
    pub(crate) fn future(self) -> Timestamp {
        match self {
            Self::At(time) => time,
            Self::Away(distance) => now() + distance,
        }
    }
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(time) = text.parse() {
            return Ok(Self::At(time));
        }
        duration(text).map(Self::Away).map_err(|_| {
            "a time is RFC 3339, as 2026-01-31T12:00:00Z, or a distance, as 30s, 5m, 12h or 90d"
                .to_owned()
        })
    }
}

/// `250ms`, `30s`, `5m`, `12h`, `90d`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.find(|it: char| !it.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| wrong_duration(text))?;
    let seconds = |each: u64| number.checked_mul(each).map(Duration::from_secs);
    match unit {
        "ms" => Some(Duration::from_millis(number)),
        "s" => seconds(1),
        "m" => seconds(MINUTE),
        "h" => seconds(HOUR),
        "d" => seconds(DAY),
        _ => None,
    }
    .ok_or_else(|| wrong_duration(text))
}

fn wrong_duration(text: &str) -> String {
    format!("a duration is as 250ms, 30s, 5m, 12h or 90d, {text:?} is not")
}

/// `2 s ago`, `12 min ago`, `in 3 d`.
pub(crate) fn relative(time: Timestamp, now: Timestamp) -> String {
    let words = rough(time.distance(now));
    if time > now { format!("in {words}") } else { format!("{words} ago") }
}

/// The largest unit that says it: `48 s`, `12 min`, `3 h`, `5 d`.
pub(crate) fn rough(duration: Duration) -> String {
    match duration.as_secs() {
        seconds @ 0..MINUTE => format!("{seconds} s"),
        seconds @ MINUTE..HOUR => format!("{} min", seconds / MINUTE),
        seconds @ HOUR..DAY => format!("{} h", seconds / HOUR),
        seconds => format!("{} d", seconds / DAY),
    }
}

/// `12:03:11`, for lines that follow each other.
pub(crate) fn clock_time(time: Timestamp) -> String {
    time.to_string().get(11..19).unwrap_or_default().to_owned()
}

/// `2026-01-31 12:03:11`, to the second, UTC.
pub(crate) fn absolute(time: Timestamp) -> String {
    let text = time.to_string();
    match (text.get(..10), text.get(11..19)) {
        (Some(day), Some(clock)) => format!("{day} {clock}"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_unit() {
        assert_eq!(duration("250ms"), Ok(Duration::from_millis(250)));
        assert_eq!(duration("5m"), Ok(Duration::from_mins(5)));
        assert_eq!(duration("90d"), Ok(Duration::from_hours(90 * 24)));
        for text in
            ["", "5", "s", "-5s", "5 s", "5y", "99999999999999999999d", "999999999999999999d"]
        {
            assert!(duration(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn tables_show_the_largest_unit() {
        let now = "2026-01-31T12:00:00Z".parse().unwrap();
        for (text, words) in [
            ("2026-01-31T11:59:58Z", "2 s ago"),
            ("2026-01-31T11:48:00Z", "12 min ago"),
            ("2026-01-31T09:00:00Z", "3 h ago"),
            ("2026-01-26T12:00:00Z", "5 d ago"),
            ("2026-02-03T12:00:00Z", "in 3 d"),
            ("2026-01-31T12:00:00Z", "0 s ago"),
        ] {
            assert_eq!(relative(text.parse().unwrap(), now), words);
        }
    }

    #[test]
    fn absolute_times_are_cut_to_the_second() {
        let time = "2026-01-31T12:03:11.25Z".parse().unwrap();
        assert_eq!(
            (absolute(time).as_str(), clock_time(time).as_str()),
            ("2026-01-31 12:03:11", "12:03:11")
        );
    }
}
