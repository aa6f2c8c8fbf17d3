//! The whole catalog at a glance, as the hub shows it.

use std::collections::BTreeMap;

use db::Scope;
use wire::federation::{Project, ProjectUptime, Status, Transition};
use wire::{Slug, Timestamp};

use super::entry::Entry;
use super::{Federation, history, store};
use crate::ground::error::Result;

/// More than this in the hours asked for, and the oldest are left out.
const MAX_TRANSITIONS: i64 = 100_000;

impl Federation {
    /// Every project, by slug.
    pub(crate) fn projects(&self) -> Vec<Project> {
        self.board().entries().map(Entry::to_wire).collect()
    }

    pub(crate) fn project(&self, slug: &Slug) -> Option<Project> {
        self.board().find(slug.as_str()).map(Entry::to_wire)
    }

    /// Who beat after `moment`, and when last.
    pub(crate) fn heard_after(&self, moment: Timestamp) -> BTreeMap<Slug, Timestamp> {
        let board = self.board();
        let last = |entry: &Entry| Some((entry.project.slug.clone(), entry.last_heartbeat_at?));
        board.entries().filter_map(last).filter(|(_, at)| *at > moment).collect()
    }

    /// How every project was in each of the last `hours` hours.
    pub(crate) async fn uptime(&self, scope: &Scope, hours: u32) -> Result<Vec<ProjectUptime>> {
        let now = self.0.app.clock.now();
        let since = now - std::time::Duration::from_hours(1) * hours;
        let mut tx = self.0.app.db.read(scope).await?;
        let mut all = store::transitions_of_all(&mut tx, since, MAX_TRANSITIONS).await?;
        drop(tx);
        let board = self.board();
        let of = |entry: &Entry| {
            let transitions = all.remove(&entry.project.id).unwrap_or_else(|| unchanged(entry));
            let created_at = entry.project.created_at;
            let (uptime, hours) = history::hours(&transitions, created_at, hours, now);
            ProjectUptime { slug: entry.project.slug.clone(), uptime, hours }
        };
        Ok(board.entries().map(of).collect())
    }
}

/// A project that did not change was all the time what it is.
fn unchanged(entry: &Entry) -> Vec<Transition> {
    let standing = &entry.standing;
    let from = Status::Unknown;
    vec![Transition { at: standing.since, from, to: standing.status, reasons: vec![] }]
}
