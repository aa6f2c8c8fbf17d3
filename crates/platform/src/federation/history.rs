//! How long a project was what, day by day.

use wire::Timestamp;
use wire::federation::{DayUptime, HourUptime, Status, Transition};

const DAY: std::time::Duration = std::time::Duration::from_hours(24);
const HOUR: std::time::Duration = std::time::Duration::from_hours(1);

/// Uptime of each day (UTC) from `since` to `now`, oldest first. `transitions` are newest first
/// and reach back to before `since` where there is anything to know.
pub(super) fn uptime(
    transitions: &[Transition],
    created_at: Timestamp,
    since: Timestamp,
    now: Timestamp,
) -> Vec<DayUptime> {
    let spans = spans(transitions, created_at, now);
    let mut days = Vec::new();
    let mut day = since.start_of_day();
    while day < now {
        days.push(of_day(day, &spans));
        day = day + DAY;
    }
    days
}

/// The last `count` hours until `now`, oldest first, and the uptime over all of them.
pub(super) fn hours(
    transitions: &[Transition],
    created_at: Timestamp,
    count: u32,
    now: Timestamp,
) -> (Option<f64>, Vec<HourUptime>) {
    let spans = spans(transitions, created_at, now);
    let since = now - HOUR * count;
    let hour = |index: u32| {
        let from = since + HOUR * index;
        let spent = Spent::within(from, from + HOUR, &spans);
        HourUptime { from, worst: spent.worst(), online: spent.up() / HOUR.as_secs_f64() }
    };
    (Spent::within(since, now, &spans).uptime(), (0..count).map(hour).collect())
}

/// A time spent in one status.
struct Span {
    status: Status,
    from: Timestamp,
    until: Timestamp,
}

fn spans(transitions: &[Transition], created_at: Timestamp, now: Timestamp) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut until = now;
    for transition in transitions {
        spans.push(Span { status: transition.to, from: transition.at, until });
        until = transition.at;
    }
    let before = transitions.last().map_or(Status::Unknown, |oldest| oldest.from);
    spans.push(Span { status: before, from: created_at.min(until), until });
    spans
}

fn of_day(day: Timestamp, spans: &[Span]) -> DayUptime {
    let spent = Spent::within(day, day + DAY, spans);
    DayUptime {
        day: day.to_string().chars().take(10).collect(),
        uptime: spent.uptime(),
        online_seconds: spent.online,
        degraded_seconds: spent.degraded,
        offline_seconds: spent.offline,
        unknown_seconds: spent.unknown,
    }
}

/// Seconds spent in each status.
struct Spent {
    online: f64,
    degraded: f64,
    offline: f64,
    unknown: f64,
}

impl Spent {
    fn within(from: Timestamp, until: Timestamp, spans: &[Span]) -> Self {
        let seconds = |status: Status| -> f64 {
            let part = |span: &Span| span.until.min(until).since(span.from.max(from)).as_secs_f64();
            spans
                .iter()
                .filter(|span| span.status == status)
                .map(part)
                .fold(0.0, |sum, it| sum + it)
        };
        Self {
            online: seconds(Status::Online),
            degraded: seconds(Status::Degraded),
            offline: seconds(Status::Offline),
            unknown: seconds(Status::Unknown),
        }
    }

    fn up(&self) -> f64 {
        self.online + self.degraded
    }

    fn uptime(&self) -> Option<f64> {
        let known = self.up() + self.offline;
        (known > 0.0).then(|| self.up() / known)
    }

    fn worst(&self) -> Status {
        let was = [
            (self.offline, Status::Offline),
            (self.degraded, Status::Degraded),
            (self.online, Status::Online),
        ];
        was.iter().find(|(seconds, _)| *seconds > 0.0).map_or(Status::Unknown, |(_, it)| *it)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn moved(to: Status, from: Status, moment: &str) -> Transition {
        Transition { at: at(moment), from, to, reasons: vec![] }
    }

    #[test]
    fn a_day_half_offline_is_half_up() {
        let transitions = [
            moved(Status::Offline, Status::Online, "2026-01-02T12:00:00Z"),
            moved(Status::Online, Status::Unknown, "2026-01-01T12:00:00Z"),
        ];
        let since = at("2026-01-01T00:00:00Z");
        let days = uptime(&transitions, since, since, at("2026-01-03T00:00:00Z"));
        let seen: Vec<_> = days.iter().map(|day| (day.day.as_str(), day.uptime)).collect();
        assert_eq!(seen, [("2026-01-01", Some(1.0)), ("2026-01-02", Some(0.5))]);
        assert!((days[0].unknown_seconds - 43_200.0).abs() < 1e-6);
    }

    #[test]
    fn an_hour_is_as_bad_as_its_worst_moment() {
        let transitions = [
            moved(Status::Online, Status::Offline, "2026-01-01T22:40:00Z"),
            moved(Status::Offline, Status::Online, "2026-01-01T22:10:00Z"),
            moved(Status::Online, Status::Unknown, "2026-01-01T21:00:00Z"),
        ];
        let created = at("2026-01-01T20:00:00Z");
        let (uptime, hours) = hours(&transitions, created, 4, at("2026-01-02T00:00:00Z"));
        let worst: Vec<_> = hours.iter().map(|hour| hour.worst).collect();
        assert_eq!(worst, [Status::Unknown, Status::Online, Status::Offline, Status::Online]);
        assert_eq!(hours[0].from, created);
        assert!((hours[2].online - 0.5).abs() < 1e-9);
        assert!((uptime.unwrap() - 2.5 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn a_day_nothing_is_known_of_has_no_uptime() {
        let since = at("2026-01-01T00:00:00Z");
        let days = uptime(&[], since, since, at("2026-01-01T06:00:00Z"));
        assert_eq!(days.len(), 1);
        assert_eq!(days[0].uptime, None);
    }
}
