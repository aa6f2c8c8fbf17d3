//! The board: how every project is, by what was heard and when.
//!
//! Pure: no clock, no bus, no database. Whoever holds it says what happened and when, asks for
//! the next moment something changes by itself, and collects what changed. The simulation and
//! the running service hold the same one.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap};
use std::time::Duration;

use wire::federation::{Reason, Report, Status};
use wire::{ProjectId, Slug, Timestamp};

use super::beat::{Beat, Refusal};
use super::entry::Entry;
use super::judge::{self, Evidence, Hold};
use super::project::Project;
use crate::ground::clock::Moment;

/// The thresholds.
#[derive(Debug, Clone)]
pub struct Rules {
    pub degraded_after: Duration,
    pub offline_after: Duration,
    pub clock_skew: Duration,
    /// How long the mesh may be gone before nothing is known any more.
    pub link_grace: Duration,
}

/// When something happens, on both clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    pub moment: Moment,
    pub at: Timestamp,
}

/// What a project is said to be, and since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub status: Status,
    pub since: Timestamp,
    pub reasons: Vec<Reason>,
}

impl Standing {
    /// Of a project that was never heard.
    pub fn never_heard(since: Timestamp) -> Self {
        Self { status: Status::Unknown, since, reasons: vec![Reason::NeverHeard] }
    }
}

/// What became of a beat.
#[derive(Debug, PartialEq, Eq)]
pub enum Heard {
    Counted(ProjectId),
    /// The slug is in no catalog.
    Unknown,
    Refused(Refusal),
}

#[derive(Debug)]
pub struct Board {
    rules: Rules,
    entries: HashMap<ProjectId, Entry>,
    by_slug: BTreeMap<Slug, ProjectId>,
    timers: BinaryHeap<Reverse<(Moment, ProjectId)>>,
    /// Since when the mesh is gone.
    link_down: Option<Moment>,
    /// The mesh is gone for longer than the grace: nothing is known.
    blind: bool,
    /// Every change of a standing, in order, until it is taken.
    changes: Vec<(ProjectId, Standing)>,
    heard: BTreeSet<ProjectId>,
    observed: u64,
    stamp: u64,
}

impl Board {
    /// An empty board of a service that is not connected yet.
    pub fn new(rules: Rules, now: Moment) -> Self {
        Self {
            rules,
            entries: HashMap::new(),
            by_slug: BTreeMap::new(),
            timers: BinaryHeap::new(),
            link_down: Some(now),
            blind: false,
            changes: Vec::new(),
            heard: BTreeSet::new(),
            observed: 0,
            stamp: 0,
        }
    }

    /// Puts a project on the board, or brings it up to date. `recorded` is what the database
    /// says of one that is new here; it is held until there is better evidence.
    pub fn put(&mut self, project: Project, recorded: Recorded, now: Now) {
        let id = project.id;
        self.observed += 1;
        self.stamp += 1;
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.project = project;
            entry.observed = self.observed;
        } else {
            let Recorded { standing, last_heartbeat_at, report } = recorded;
            let hold = Hold { status: standing.status, reasons: standing.reasons.clone() };
            // The beat itself is written later than the standing it caused.
            let ever_heard = standing.reasons != [Reason::NeverHeard];
            let entry = Entry {
                evidence: Evidence::new(now.moment, hold, ever_heard),
                standing,
                last_heartbeat_at,
                report,
                observed: self.observed,
                marks: Vec::new(),
                timer: None,
                project,
            };
            self.by_slug.insert(entry.project.slug.clone(), id);
            self.entries.insert(id, entry);
        }
        self.assess(id, now);
    }

    /// Another replica heard a project that this one never did: what it recorded is held, as after
    /// a restart, until there is better evidence.
    pub fn adopt(&mut self, id: ProjectId, recorded: &Standing, now: Now) {
        let Some(entry) = self.entries.get_mut(&id) else { return };
        if entry.evidence.ever_heard() || recorded.reasons == [Reason::NeverHeard] {
            return;
        }
        let hold = Hold { status: recorded.status, reasons: recorded.reasons.clone() };
        entry.evidence = Evidence::new(now.moment, hold, true);
        entry.standing = recorded.clone();
        self.observed += 1;
        self.stamp += 1;
        entry.observed = self.observed;
        self.assess(id, now);
    }

    pub fn remove(&mut self, id: ProjectId) -> Option<Entry> {
        let entry = self.entries.remove(&id)?;
        self.by_slug.remove(&entry.project.slug);
        self.changes.retain(|(changed, _)| *changed != id);
        self.heard.remove(&id);
        self.observed += 1;
        self.stamp += 1;
        Some(entry)
    }

    /// A beat came.
    #[inline]
    pub fn hear(&mut self, beat: Beat<'_>, now: Now) -> Heard {
        let Some(id) = self.by_slug.get(&*beat.slug).copied() else { return Heard::Unknown };
        let Some(entry) = self.entries.get_mut(&id) else { return Heard::Unknown };
        let skewed = beat
            .timestamp
            .is_some_and(|timestamp| timestamp.distance(now.at) > self.rules.clock_skew);
        if !entry.mark(&beat, skewed, now.moment) {
            return Heard::Refused(Refusal::Replay);
        }
        self.observed += 1;
        entry.take(beat, &self.rules, now, self.observed);
        self.heard.insert(id);
        self.assess(id, now);
        Heard::Counted(id)
    }

    /// The mesh came or went.
    #[inline]
    pub fn link(&mut self, is_up: bool, now: Now) {
        if !is_up {
            self.link_down.get_or_insert(now.moment);
            return;
        }
        if self.link_down.take().is_none() {
            return;
        }
        // Beats were lost meanwhile: everyone gets a full threshold from here.
        let was_blind = std::mem::take(&mut self.blind);
        for entry in self.entries.values_mut() {
            let hold = if was_blind && entry.evidence.ever_heard() {
                Hold { status: Status::Unknown, reasons: vec![Reason::MeshDown] }
            } else {
                let Standing { status, reasons, .. } = entry.standing.clone();
                Hold { status, reasons }
            };
            entry.evidence.start_over(now.moment, hold);
        }
        self.assess_all(now);
    }

    /// `GET /readyz` of a project was tried.
    pub fn probed(&mut self, id: ProjectId, is_ready: bool, now: Now) {
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.evidence.probe(is_ready);
            self.assess(id, now);
        }
    }

    /// When something changes by itself next.
    #[inline]
    pub fn next_deadline(&self) -> Option<Moment> {
        let timer = self.timers.peek().map(|Reverse((moment, _))| *moment);
        let blind = self.link_down.filter(|_| !self.blind).map(|down| down + self.rules.link_grace);
        timer.into_iter().chain(blind).min()
    }

    /// Brings everything up to `now` whose moment has come.
    #[inline]
    pub fn expire(&mut self, now: Now) {
        if !self.blind
            && self.link_down.is_some_and(|down| now.moment >= down + self.rules.link_grace)
        {
            self.blind = true;
            self.assess_all(now);
        }
        while let Some(Reverse((moment, id))) = self.timers.peek().copied() {
            if moment > now.moment {
                return;
            }
            self.timers.pop();
            // A timer that was set again since, or of a project that is gone, means nothing.
            if let Some(entry) = self.entries.get_mut(&id).filter(|it| it.timer == Some(moment)) {
                entry.timer = None;
                self.assess(id, now);
            }
        }
    }

    /// Every change of a standing since this was last asked, in order.
    #[inline]
    pub fn take_changes(&mut self) -> Vec<(ProjectId, Standing)> {
        std::mem::take(&mut self.changes)
    }

    #[inline]
    pub fn has_changed(&self) -> bool {
        !self.changes.is_empty()
    }

    /// The projects that beat since this was last asked.
    #[inline]
    pub fn take_heard(&mut self) -> BTreeSet<ProjectId> {
        std::mem::take(&mut self.heard)
    }

    /// The beats of these could not be written.
    pub fn put_heard_back(&mut self, ids: impl Iterator<Item = ProjectId>) {
        self.heard.extend(ids);
    }

    #[inline]
    pub fn get(&self, id: ProjectId) -> Option<&Entry> {
        self.entries.get(&id)
    }

    #[inline]
    pub fn find(&self, slug: &str) -> Option<&Entry> {
        self.by_slug.get(slug).and_then(|id| self.entries.get(id))
    }

    /// Every project, by slug.
    #[inline]
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.by_slug.values().filter_map(|id| self.entries.get(id))
    }

    /// Whether the mesh is gone for so long that nothing is known.
    #[inline]
    pub const fn is_blind(&self) -> bool {
        self.blind
    }

    /// Rises with everything that changes what is shown.
    pub const fn observed(&self) -> u64 {
        self.observed
    }

    /// Like [`Board::observed`], but beats that change nothing else do not count.
    pub const fn stamp(&self) -> u64 {
        self.stamp
    }

    #[inline]
    fn assess_all(&mut self, now: Now) {
        for id in self.entries.keys().copied().collect::<Vec<_>>() {
            self.assess(id, now);
        }
    }

    /// Judges one project anew and sets its timer.
    #[inline]
    fn assess(&mut self, id: ProjectId, now: Now) {
        let Some(entry) = self.entries.get_mut(&id) else { return };
        // Without the mesh silence proves nothing: its time stands still, and no timer runs.
        let silent_until = self.link_down.unwrap_or(now.moment);
        let verdict = judge::judge(&entry.evidence, self.blind, silent_until, &self.rules);
        if let Some(until) = verdict.until
            && self.link_down.is_none()
            && entry.timer.is_none_or(|timer| until < timer)
        {
            entry.timer = Some(until);
            self.timers.push(Reverse((until, id)));
        }
        let standing = &mut entry.standing;
        if standing.status == verdict.status && standing.reasons == verdict.reasons {
            return;
        }
        if standing.status != verdict.status {
            standing.since = now.at;
            standing.status = verdict.status;
        }
        standing.reasons = verdict.reasons;
        self.observed += 1;
        self.stamp += 1;
        entry.observed = self.observed;
        self.changes.push((id, entry.standing.clone()));
    }
}

/// What the database says of a project.
#[derive(Debug, Clone)]
pub struct Recorded {
    pub standing: Standing,
    pub last_heartbeat_at: Option<Timestamp>,
    pub report: Option<Report>,
}
