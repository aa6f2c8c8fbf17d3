//! Decides the status of one project from the evidence. The whole rule stands here.

use std::time::Duration;

use wire::federation::{Reason, Status};

use super::board::Rules;
use crate::ground::clock::Moment;

/// What is known of a project.
#[derive(Debug, Clone)]
pub(super) struct Evidence {
    /// When the last beat came, if one came since this process listens.
    heard: Option<Moment>,
    /// It was heard at some time, by this process or one before it.
    ever_heard: bool,
    /// Silence counts from here at the earliest: when listening began, or began again.
    baseline: Moment,
    /// What is said until a beat comes after the baseline.
    hold: Hold,
    stopped: bool,
    /// What its beats of late give reason to say.
    said: Vec<Reason>,
    probe: Probe,
}

/// A standing from before listening began (again).
#[derive(Debug, Clone)]
pub(super) struct Hold {
    pub status: Status,
    pub reasons: Vec<Reason>,
}

/// A probe that never succeeded proves nothing: the hub may not be reachable from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Probe {
    NeverSucceeded,
    Succeeds,
    Fails,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub status: Status,
    pub reasons: Vec<Reason>,
    /// When it has to be judged again although nothing happened.
    pub until: Option<Moment>,
}

impl Evidence {
    pub(super) const fn new(baseline: Moment, hold: Hold, ever_heard: bool) -> Self {
        Self {
            heard: None,
            ever_heard,
            baseline,
            hold,
            stopped: false,
            said: Vec::new(),
            probe: Probe::NeverSucceeded,
        }
    }

    #[inline]
    pub(super) const fn ever_heard(&self) -> bool {
        self.ever_heard
    }

    #[inline]
    pub(super) fn heard(&mut self, moment: Moment, stopped: bool) {
        self.heard = Some(moment);
        self.ever_heard = true;
        self.stopped = stopped;
    }

    #[inline]
    pub(super) fn says(&mut self, reasons: Vec<Reason>) {
        self.said = reasons;
    }

    pub(super) fn probe(&mut self, is_ready: bool) {
        self.probe = match (self.probe, is_ready) {
            (_, true) => Probe::Succeeds,
            (Probe::NeverSucceeded, false) => Probe::NeverSucceeded,
            (Probe::Succeeds | Probe::Fails, false) => Probe::Fails,
        };
    }

    /// Listening begins again: what was missed meanwhile proves nothing.
    #[inline]
    pub(super) fn start_over(&mut self, baseline: Moment, hold: Hold) {
        self.baseline = baseline;
        self.hold = hold;
    }
}

/// Judges `evidence` at `now`. `blind`: the mesh is gone, silence proves nothing.
#[inline]
pub(super) fn judge(evidence: &Evidence, blind: bool, now: Moment, rules: &Rules) -> Verdict {
    if !evidence.ever_heard {
        return for_good(Status::Unknown, vec![Reason::NeverHeard]);
    }
    if blind {
        return for_good(Status::Unknown, vec![Reason::MeshDown]);
    }
    match evidence.heard.filter(|heard| *heard >= evidence.baseline) {
        Some(heard) => heard_since(evidence, heard, now, rules),
        None => not_heard_since(evidence, now, rules),
    }
}

#[inline]
fn heard_since(evidence: &Evidence, heard: Moment, now: Moment, rules: &Rules) -> Verdict {
    if evidence.stopped {
        return for_good(Status::Offline, vec![Reason::Stopped]);
    }
    let silent = now.saturating_sub(heard);
    if silent >= rules.offline_after {
        return for_good(Status::Offline, vec![Reason::Silent]);
    }
    let overdue = silent >= rules.degraded_after;
    let mut reasons = evidence.said.clone();
    reasons.extend(overdue.then_some(Reason::Silent));
    reasons.extend((evidence.probe == Probe::Fails).then_some(Reason::ProbeFailed));
    reasons.sort_unstable();
    // Another address is worth a word, and no worry.
    let is_well = reasons.iter().all(|reason| *reason == Reason::UrlDiffers);
    let status = if is_well { Status::Online } else { Status::Degraded };
    let patience = if overdue { rules.offline_after } else { rules.degraded_after };
    Verdict { status, reasons, until: Some(heard + patience) }
}

/// Holds what was said before, for one threshold at most.
#[inline]
fn not_heard_since(evidence: &Evidence, now: Moment, rules: &Rules) -> Verdict {
    let Evidence { baseline, hold, .. } = evidence;
    let silent: Duration = now.saturating_sub(*baseline);
    if hold.status == Status::Offline {
        return for_good(Status::Offline, hold.reasons.clone());
    }
    if silent >= rules.offline_after {
        return for_good(Status::Offline, vec![Reason::Silent]);
    }
    if silent >= rules.degraded_after && hold.status != Status::Unknown {
        let until = Some(*baseline + rules.offline_after);
        return Verdict { status: Status::Degraded, reasons: vec![Reason::Silent], until };
    }
    let patience = match hold.status {
        Status::Unknown => rules.offline_after,
        Status::Online | Status::Degraded | Status::Offline => rules.degraded_after,
    };
    let until = Some(*baseline + patience);
    Verdict { status: hold.status, reasons: hold.reasons.clone(), until }
}

#[inline]
const fn for_good(status: Status, reasons: Vec<Reason>) -> Verdict {
    Verdict { status, reasons, until: None }
}
