//! How long a project was what, day by day.

use wire::Timestamp;
use wire::federation::{DayUptime, Status, Transition};

const DAY: std::time::Duration = std::time::Duration::from_hours(24);

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
    let end = day + DAY;
    let seconds = |status: Status| -> f64 {
        let within = |span: &Span| span.until.min(end).since(span.from.max(day)).as_secs_f64();
        spans.iter().filter(|span| span.status == status).map(within).fold(0.0, |sum, it| sum + it)
    };
    let (online, degraded) = (seconds(Status::Online), seconds(Status::Degraded));
    let (offline, unknown) = (seconds(Status::Offline), seconds(Status::Unknown));
    let known = online + degraded + offline;
    DayUptime {
        day: day.to_string().chars().take(10).collect(),
        uptime: (known > 0.0).then(|| (online + degraded) / known),
        online_seconds: online,
        degraded_seconds: degraded,
        offline_seconds: offline,
        unknown_seconds: unknown,
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
    fn a_day_nothing_is_known_of_has_no_uptime() {
        let since = at("2026-01-01T00:00:00Z");
        let days = uptime(&[], since, since, at("2026-01-01T06:00:00Z"));
        assert_eq!(days.len(), 1);
        assert_eq!(days[0].uptime, None);
    }
}
