//! How an instance is, and what is to be done about it: decided from what is wanted, what a driver
//! saw, and what the instance answered. No IO.

use std::time::Duration;

use wire::Timestamp;
use wire::instances::{Handle, InstanceHealth, InstanceState, Restart, Wanted};

/// Tries, a second apart, before an instance that does not get ready has failed.
pub(super) const GATE_TRIES: u32 = 10;
/// Failures in a row before one that was ready counts as unwell: one may be chance.
const UNWELL_AFTER: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(5);
/// Who ran this long is no crash loop.
const RAN_WELL: Duration = Duration::from_mins(10);

/// What is recorded of an instance, as far as it decides.
#[derive(Debug, Clone)]
pub(super) struct Record {
    pub wanted: Wanted,
    pub one_shot: bool,
    pub restart: Restart,
    /// The number of the run that is wanted or was the last; 0 before the first.
    pub run: i64,
    pub started_at: Option<Timestamp>,
    /// This run was ready once.
    pub ready: bool,
    /// Why this run could not be started.
    pub failure: Option<String>,
    pub restart_at: Option<Timestamp>,
    /// Restarts since it last ran well.
    pub streak: u32,
}

/// What a driver saw.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sight {
    /// The run it is of; 0 where there is none.
    pub run: i64,
    pub what: Seen,
    pub handle: Option<Handle>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Seen {
    Absent,
    /// Made, and not started.
    Made,
    Running(EngineHealth),
    /// Without a code when nobody saw how it ended.
    Ended {
        code: Option<i32>,
        words: String,
    },
    /// The driver itself could not be asked.
    Unreadable(String),
}

/// What the driver itself says of the health of what runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EngineHealth {
    /// It checks nothing.
    None,
    Starting,
    Healthy,
    Unhealthy,
    /// It checks, and says nothing that means anything to us.
    Unknown,
}

/// What came of asking an instance whether it is well.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Answer {
    NothingToAsk,
    Well,
    Unwell(String),
    Unclear(String),
}

impl Answer {
    /// Of what the engine says and what `/readyz` answered, where it was asked.
    pub(super) fn of(engine: EngineHealth, readyz: Option<Result<(), String>>) -> Self {
        match (engine, readyz) {
            (EngineHealth::Starting, _) => Self::Unwell("its health check has not passed".into()),
            (EngineHealth::Unhealthy, _) => Self::Unwell("its health check fails".into()),
            (_, Some(Err(words))) => Self::Unwell(words),
            (_, Some(Ok(()))) | (EngineHealth::Healthy, None) => Self::Well,
            (EngineHealth::None, None) => Self::NothingToAsk,
            (EngineHealth::Unknown, None) => {
                Self::Unclear("the engine does not say whether it is healthy".into())
            }
        }
    }
}

/// The last answer of a run, and how many in a row before it, itself included, were unwell.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Asked {
    pub last: Answer,
    pub unwell: u32,
}

impl Asked {
    /// After one more answer.
    #[must_use]
    pub(super) fn then(before: Option<&Self>, last: Answer) -> Self {
        let unwell = match (&last, before) {
            (Answer::Unwell(_), Some(before)) => before.unwell.saturating_add(1),
            (Answer::Unwell(_), None) => 1,
            (Answer::NothingToAsk | Answer::Well | Answer::Unclear(_), _) => 0,
        };
        Self { last, unwell }
    }
}

/// How an instance stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Standing {
    pub state: InstanceState,
    pub health: InstanceHealth,
    pub reason: Option<String>,
}

impl Standing {
    fn plain(state: InstanceState) -> Self {
        Self { state, health: InstanceHealth::None, reason: None }
    }

    fn because(state: InstanceState, reason: impl Into<String>) -> Self {
        Self { reason: Some(reason.into()), ..Self::plain(state) }
    }

    fn with(self, health: InstanceHealth) -> Self {
        Self { health, ..self }
    }
}

/// The whole rule.
pub(super) fn judge(record: &Record, sight: &Sight, asked: Option<&Asked>) -> Standing {
    match (&sight.what, record.wanted) {
        (Seen::Unreadable(why), _) => Standing::because(InstanceState::Unknown, why),
        (Seen::Running(_), Wanted::Stopped) => Standing::plain(InstanceState::Stopping),
        (Seen::Running(_), Wanted::Running) if sight.run < record.run => {
            Standing::because(InstanceState::Starting, "the run before is being stopped")
        }
        (Seen::Running(_), Wanted::Running) => running(record, asked),
        (Seen::Made, Wanted::Stopped) => Standing::plain(InstanceState::Created),
        (Seen::Ended { code, words }, _) if sight.run == record.run => ended(record, *code, words),
        // What is left of an earlier run says nothing of this one.
        (Seen::Absent | Seen::Made | Seen::Ended { .. }, _) => not_there(record),
    }
}

fn not_there(record: &Record) -> Standing {
    match (record.wanted, &record.failure) {
        (Wanted::Stopped, _) if record.run == 0 => Standing::plain(InstanceState::Created),
        (Wanted::Stopped, _) => Standing::plain(InstanceState::Stopped),
        (Wanted::Running, Some(failure)) => {
            let words = format!("could not be started: {failure}");
            Standing::because(InstanceState::Failed, words + &what_follows(record))
        }
        (Wanted::Running, None) => Standing::plain(InstanceState::Starting),
    }
}

fn running(record: &Record, asked: Option<&Asked>) -> Standing {
    let healthy = || Standing::plain(InstanceState::Running).with(InstanceHealth::Healthy);
    let Some(Asked { last, unwell }) = asked else {
        return Standing::plain(InstanceState::Starting).with(InstanceHealth::Starting);
    };
    match last {
        Answer::NothingToAsk => Standing::plain(InstanceState::Running),
        Answer::Well => healthy(),
        Answer::Unclear(why) => {
            Standing::because(InstanceState::Running, why).with(InstanceHealth::Unknown)
        }
        Answer::Unwell(why) if record.ready && *unwell >= UNWELL_AFTER => {
            Standing::because(InstanceState::Degraded, why).with(InstanceHealth::Unhealthy)
        }
        Answer::Unwell(_) if record.ready => healthy(),
        Answer::Unwell(why) if *unwell >= GATE_TRIES => {
            let words = format!("was not ready after {GATE_TRIES} tries, a second apart: {why}");
            Standing::because(InstanceState::Failed, words).with(InstanceHealth::Unhealthy)
        }
        Answer::Unwell(why) => {
            let words = format!("is not ready yet: {why}");
            Standing::because(InstanceState::Starting, words).with(InstanceHealth::Starting)
        }
    }
}

fn ended(record: &Record, code: Option<i32>, words: &str) -> Standing {
    if record.one_shot && code == Some(0) {
        return Standing::plain(InstanceState::Completed);
    }
    if record.wanted == Wanted::Stopped {
        return Standing::plain(InstanceState::Stopped);
    }
    if code == Some(0) && !is_restarted(record, code) {
        let words = format!("{words}, and is started again only by somebody");
        return Standing::because(InstanceState::Stopped, words);
    }
    Standing::because(InstanceState::Failed, format!("{words}{}", what_follows(record)))
}

fn what_follows(record: &Record) -> String {
    match record.restart_at {
        Some(_) => {
            let seconds = pause(record.streak.saturating_sub(1)).as_secs();
            format!("; is started again after a pause of {seconds} s")
        }
        None => String::new(),
    }
}

/// What is to be done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Nothing,
    /// Start the run that is wanted.
    Start,
    /// Stop what runs.
    Stop,
    /// Write down when it is started again.
    Plan {
        at: Timestamp,
        streak: u32,
    },
    /// Begin a new run by itself.
    Again,
}

pub(super) fn next(record: &Record, sight: &Sight, now: Timestamp) -> Step {
    let is_of_this_run = sight.run == record.run;
    let is_wanted = record.wanted == Wanted::Running;
    match &sight.what {
        Seen::Running(_) if is_wanted && is_of_this_run => Step::Nothing,
        Seen::Running(_) => Step::Stop,
        // Nothing that is not wanted is started, and nothing that nobody can see.
        Seen::Unreadable(_) => Step::Nothing,
        Seen::Absent | Seen::Made | Seen::Ended { .. } if !is_wanted => Step::Nothing,
        Seen::Ended { code, .. } if is_of_this_run => after_end(record, *code, now),
        Seen::Absent | Seen::Made | Seen::Ended { .. } if record.failure.is_some() => {
            after_end(record, None, now)
        }
        Seen::Absent | Seen::Made | Seen::Ended { .. } => Step::Start,
    }
}

fn after_end(record: &Record, code: Option<i32>, now: Timestamp) -> Step {
    if !is_restarted(record, code) {
        return Step::Nothing;
    }
    if let Some(at) = record.restart_at {
        return if now >= at { Step::Again } else { Step::Nothing };
    }
    let ran_well = record.started_at.is_some_and(|start| now.since(start) >= RAN_WELL);
    let streak = if ran_well { 0 } else { record.streak };
    Step::Plan { at: now + pause(streak), streak: streak.saturating_add(1) }
}

fn is_restarted(record: &Record, code: Option<i32>) -> bool {
    match record.restart {
        Restart::Always => true,
        Restart::OnFailure => code != Some(0),
        Restart::Never => false,
    }
}

/// A second, and twice as long each time, to five minutes.
fn pause(streak: u32) -> Duration {
    FIRST_PAUSE.saturating_mul(1 << streak.min(16)).min(LONGEST_PAUSE)
}

/// Of several that carry the marks of one instance, the one that counts: what runs before what does
/// not, then the later run.
pub(super) fn the_one_that_counts(sights: Vec<Sight>) -> Sight {
    let none = Sight { run: 0, what: Seen::Absent, handle: None };
    let rank = |sight: &Sight| (matches!(sight.what, Seen::Running(_)), sight.run);
    sights.into_iter().max_by_key(rank).unwrap_or(none)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_767_225_600_000_000);

    fn service() -> Record {
        Record {
            wanted: Wanted::Running,
            one_shot: false,
            restart: Restart::Always,
            run: 1,
            started_at: Some(NOW),
            ready: false,
            failure: None,
            restart_at: None,
            streak: 0,
        }
    }

    fn ready() -> Record {
        Record { ready: true, ..service() }
    }

    fn stopped() -> Record {
        Record { wanted: Wanted::Stopped, ..service() }
    }

    fn one_shot() -> Record {
        Record { one_shot: true, restart: Restart::Never, ..service() }
    }

    fn sight(what: Seen) -> Sight {
        Sight { run: 1, what, handle: None }
    }

    fn runs() -> Sight {
        sight(Seen::Running(EngineHealth::None))
    }

    fn absent() -> Sight {
        Sight { run: 0, what: Seen::Absent, handle: None }
    }

    fn ended(code: Option<i32>) -> Sight {
        let words =
            code.map_or_else(|| "is gone".into(), |code| format!("exited with code {code}"));
        sight(Seen::Ended { code, words })
    }

    fn unwell(times: u32) -> Asked {
        Asked { last: Answer::Unwell("refused".into()), unwell: times }
    }

    fn said(last: Answer) -> Asked {
        Asked { last, unwell: 0 }
    }

    /// State, health and reason as one line.
    fn standing(record: &Record, sight: &Sight, asked: Option<&Asked>) -> String {
        let Standing { state, health, reason } = judge(record, sight, asked);
        let reason = reason.map_or_else(String::new, |reason| format!(": {reason}"));
        format!("{state}/{health}{reason}")
    }

    #[test]
    fn what_runs_is_what_it_answers() {
        let unclear = said(Answer::of(EngineHealth::Unknown, None));
        let too_late = "failed/unhealthy: was not ready after 10 tries, a second apart: refused";
        let vague = "running/unknown: the engine does not say whether it is healthy";
        let second = Record { run: 2, ..service() };
        for (record, asked, expected) in [
            (&service(), None, "starting/starting"),
            (&service(), Some(unwell(1)), "starting/starting: is not ready yet: refused"),
            (&service(), Some(unwell(9)), "starting/starting: is not ready yet: refused"),
            (&service(), Some(unwell(10)), too_late),
            (&service(), Some(said(Answer::Well)), "running/healthy"),
            (&service(), Some(said(Answer::NothingToAsk)), "running/none"),
            (&service(), Some(unclear), vague),
            (&one_shot(), Some(said(Answer::NothingToAsk)), "running/none"),
            (&ready(), Some(unwell(2)), "running/healthy"),
            (&ready(), Some(unwell(3)), "degraded/unhealthy: refused"),
            (&stopped(), Some(said(Answer::Well)), "stopping/none"),
            (&second, None, "starting/none: the run before is being stopped"),
        ] {
            assert_eq!(standing(record, &runs(), asked.as_ref()), expected, "{record:?}");
        }
    }

    #[test]
    fn what_does_not_run_is_what_was_wanted_and_how_it_ended() {
        let new = Record { run: 0, ..stopped() };
        let failed = Record { failure: Some("no such file".into()), ..service() };
        let paused = Record { restart_at: Some(NOW), streak: 3, ..service() };
        let on_failure = Record { restart: Restart::OnFailure, ..service() };
        let never = Record { restart: Restart::Never, ..service() };
        let second = Record { run: 2, ..service() };
        let again = "failed/none: exited with code 3; is started again after a pause of 4 s";
        let enough = "stopped/none: exited with code 0, and is started again only by somebody";
        let blind = sight(Seen::Unreadable("no engine".into()));
        for (record, seen, expected) in [
            (&new, absent(), "created/none"),
            (&new, sight(Seen::Made), "created/none"),
            (&stopped(), sight(Seen::Made), "created/none"),
            (&service(), absent(), "starting/none"),
            (&service(), sight(Seen::Made), "starting/none"),
            (&stopped(), absent(), "stopped/none"),
            (&stopped(), ended(Some(143)), "stopped/none"),
            (&service(), ended(Some(3)), "failed/none: exited with code 3"),
            (&paused, ended(Some(3)), again),
            (&never, ended(None), "failed/none: is gone"),
            (&on_failure, ended(Some(0)), enough),
            (&one_shot(), ended(Some(0)), "completed/none"),
            (&one_shot(), ended(Some(1)), "failed/none: exited with code 1"),
            (&failed, absent(), "failed/none: could not be started: no such file"),
            (&second, ended(Some(1)), "starting/none"),
            (&service(), blind, "unknown/none: no engine"),
        ] {
            assert_eq!(standing(record, &seen, None), expected, "{record:?} {seen:?}");
        }
    }

    #[test]
    fn whatever_is_not_plain_has_a_reason() {
        use InstanceState::{Degraded, Failed, Unknown};
        let sights = [absent(), runs(), ended(Some(1)), ended(None), sight(Seen::Made)];
        let failed = Record { failure: Some("x".into()), ..service() };
        for record in [service(), ready(), stopped(), one_shot(), failed] {
            for seen in &sights {
                for asked in [None, Some(unwell(1)), Some(unwell(12)), Some(said(Answer::Well))] {
                    let standing = judge(&record, seen, asked.as_ref());
                    let needs = matches!(standing.state, Degraded | Failed | Unknown);
                    assert!(!needs || standing.reason.is_some(), "{standing:?}");
                }
            }
        }
    }

    #[test]
    fn a_slow_starter_is_well_as_soon_as_it_answers() {
        let mut asked = None;
        for _ in 0..30 {
            asked = Some(Asked::then(asked.as_ref(), Answer::Unwell("refused".into())));
        }
        assert!(standing(&service(), &runs(), asked.as_ref()).starts_with("failed/unhealthy"));
        let asked = Asked::then(asked.as_ref(), Answer::Well);
        assert_eq!(standing(&service(), &runs(), Some(&asked)), "running/healthy");
    }

    #[test]
    fn a_health_the_engine_does_not_know_is_not_ill_health() {
        assert_eq!(Answer::of(EngineHealth::Unknown, Some(Ok(()))), Answer::Well);
        assert!(matches!(Answer::of(EngineHealth::Unknown, None), Answer::Unclear(_)));
        let refused = || Some(Err("refused".to_owned()));
        assert_eq!(Answer::of(EngineHealth::Healthy, refused()), Answer::Unwell("refused".into()));
        assert!(matches!(Answer::of(EngineHealth::Unhealthy, Some(Ok(()))), Answer::Unwell(_)));
    }

    #[test]
    fn an_old_container_that_ended_hides_no_healthy_one() {
        let old = Sight { run: 2, ..ended(Some(1)) };
        let current = Sight { run: 1, what: Seen::Running(EngineHealth::Healthy), handle: None };
        let counts = the_one_that_counts(vec![old.clone(), current.clone(), absent()]);
        assert_eq!(counts, current);
        let counts = the_one_that_counts(vec![ended(Some(0)), old.clone()]);
        assert_eq!(counts, old);
        assert_eq!(the_one_that_counts(Vec::new()), absent());
    }

    #[test]
    fn what_is_done_follows_from_what_is_wanted() {
        let second = Record { run: 2, ..service() };
        let never = Record { restart: Restart::Never, ..service() };
        let on_failure = Record { restart: Restart::OnFailure, ..service() };
        let due = Record { restart_at: Some(NOW), ..service() };
        let waits = Record { restart_at: Some(NOW + Duration::from_secs(1)), ..service() };
        let failed = Record { failure: Some("x".into()), ..never.clone() };
        let planned = Step::Plan { at: NOW + Duration::from_secs(1), streak: 1 };
        for (record, seen, expected) in [
            (&service(), absent(), Step::Start),
            (&service(), sight(Seen::Made), Step::Start),
            (&service(), runs(), Step::Nothing),
            (&second, runs(), Step::Stop),
            (&second, ended(Some(0)), Step::Start),
            (&stopped(), runs(), Step::Stop),
            (&stopped(), ended(Some(1)), Step::Nothing),
            (&stopped(), absent(), Step::Nothing),
            (&service(), ended(Some(0)), planned),
            (&service(), ended(None), planned),
            (&on_failure, ended(Some(1)), planned),
            (&on_failure, ended(Some(0)), Step::Nothing),
            (&never, ended(Some(1)), Step::Nothing),
            (&one_shot(), ended(Some(0)), Step::Nothing),
            (&due, ended(Some(1)), Step::Again),
            (&waits, ended(Some(1)), Step::Nothing),
            (&failed, absent(), Step::Nothing),
            (&service(), sight(Seen::Unreadable("x".into())), Step::Nothing),
        ] {
            assert_eq!(next(record, &seen, NOW), expected, "{record:?} {seen:?}");
        }
    }

    #[test]
    fn a_stop_that_was_asked_never_restarts() {
        for restart in [Restart::Always, Restart::OnFailure, Restart::Never] {
            for restart_at in [None, Some(NOW)] {
                let record = Record { restart, restart_at, ..stopped() };
                for seen in [ended(Some(0)), ended(Some(143)), ended(None), absent()] {
                    assert_eq!(next(&record, &seen, NOW), Step::Nothing);
                }
            }
        }
    }

    #[test]
    fn pauses_double_to_five_minutes_and_begin_anew_after_ten_good_minutes() {
        let seconds: Vec<u64> = (0..11).map(|streak| pause(streak).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
        let record = Record { streak: 6, ..service() };
        let later = |minutes| NOW + Duration::from_mins(minutes);
        let plan =
            |now, seconds, streak| Step::Plan { at: now + Duration::from_secs(seconds), streak };
        assert_eq!(next(&record, &ended(Some(1)), later(9)), plan(later(9), 64, 7));
        assert_eq!(next(&record, &ended(Some(1)), later(10)), plan(later(10), 1, 1));
    }
}
