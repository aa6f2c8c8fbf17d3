//! A project on the board: what is known of it, and what its instances said last.

use wire::Timestamp;
use wire::federation::{Reason, Report, SelfStatus};

use super::beat::Beat;
use super::board::{Now, Rules, Standing};
use super::judge::Evidence;
use super::project::Project;
use crate::ground::clock::Moment;

/// A project on the board.
#[derive(Debug, Clone)]
pub struct Entry {
    pub project: Project,
    pub standing: Standing,
    pub last_heartbeat_at: Option<Timestamp>,
    pub report: Option<Report>,
    /// Rises with everything that changes what is shown.
    pub observed: u64,
    pub(super) evidence: Evidence,
    pub(super) marks: Vec<Mark>,
    pub(super) timer: Option<Moment>,
}

/// Where one instance of a project stands: its beats must advance on this.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    instance_id: Option<String>,
    timestamp: Option<Timestamp>,
    seq: Option<u64>,
    heard: Moment,
    status: SelfStatus,
    skewed: bool,
}

/// More instances of one project than this take the place of the one unheard the longest.
const MAX_MARKS: usize = 16;

impl Entry {
    /// Notes where the instance of `beat` stands. `false` when it does not advance.
    #[inline]
    pub(super) fn mark(&mut self, beat: &Beat<'_>, skewed: bool, heard: Moment) -> bool {
        let instance = beat.report.instance_id.as_deref();
        let known = self.marks.iter_mut().find(|mark| mark.instance_id.as_deref() == instance);
        if let Some(mark) = known {
            let stale = (mark.timestamp.is_some() && beat.timestamp.is_some())
                && beat.timestamp <= mark.timestamp
                || (mark.seq.is_some() && beat.seq.is_some() && beat.seq <= mark.seq);
            if stale {
                return false;
            }
            mark.timestamp = beat.timestamp.or(mark.timestamp);
            mark.seq = beat.seq.or(mark.seq);
            (mark.heard, mark.status, mark.skewed) = (heard, beat.status, skewed);
            return true;
        }
        if self.marks.len() >= MAX_MARKS {
            let oldest = self.marks.iter().enumerate().min_by_key(|(_, mark)| mark.heard);
            if let Some((index, _)) = oldest {
                self.marks.swap_remove(index);
            }
        }
        self.marks.push(Mark {
            instance_id: instance.map(str::to_owned),
            timestamp: beat.timestamp,
            seq: beat.seq,
            heard,
            status: beat.status,
            skewed,
        });
        true
    }

    /// Takes what an accepted beat says as evidence. A project is what its worst instance of
    /// late says, and stopped when all of them are.
    #[inline]
    pub(super) fn take(&mut self, beat: Beat<'_>, rules: &Rules, now: Now, observed: u64) {
        let of_late = |mark: &&Mark| now.moment.saturating_sub(mark.heard) < rules.degraded_after;
        let running =
            self.marks.iter().filter(of_late).filter(|mark| mark.status != SelfStatus::Stopping);
        let (mut last, mut degraded, mut skewed) = (None, false, false);
        for mark in running {
            last = last.max(Some(mark.heard));
            degraded |= mark.status == SelfStatus::Degraded;
            skewed |= mark.skewed;
        }
        self.evidence.heard(last.unwrap_or(now.moment), last.is_none());
        let url = beat.report.hub_url.as_deref();
        let url_differs = url.is_some_and(|url| !same_url(url, &self.project.hub_url));
        let said = [
            (degraded, Reason::SelfReported),
            (skewed, Reason::ClockSkew),
            (url_differs, Reason::UrlDiffers),
        ];
        self.evidence.says(said.iter().filter(|(is, _)| *is).map(|(_, reason)| *reason).collect());
        self.last_heartbeat_at = Some(now.at);
        self.report = Some(beat.report);
        self.observed = observed;
    }
}

/// A trailing slash makes no other address.
#[inline]
fn same_url(a: &str, b: &str) -> bool {
    a.trim_end_matches('/') == b.trim_end_matches('/')
}
