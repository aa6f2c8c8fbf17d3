//! Slugs that beat but are in no catalog: remembered up to a bound, the newest first.

use std::collections::HashMap;

use wire::federation::Newcomer;
use wire::{Slug, Timestamp};

use super::beat::Beat;

pub(super) struct Newcomers {
    bound: usize,
    by_slug: HashMap<Slug, Newcomer>,
}

impl Newcomers {
    pub(super) fn new(bound: usize) -> Self {
        Self { bound, by_slug: HashMap::new() }
    }

    pub(super) fn saw(&mut self, beat: &Beat<'_>, at: Timestamp) {
        let Ok(slug) = beat.slug.parse::<Slug>() else { return };
        if !self.by_slug.contains_key(&slug) && self.by_slug.len() >= self.bound {
            self.forget_the_oldest_tenth();
        }
        let newcomer = self.by_slug.entry(slug.clone()).or_insert(Newcomer {
            slug,
            first_seen_at: at,
            last_seen_at: at,
            beats: 0,
            hub_url: None,
            version: None,
        });
        newcomer.last_seen_at = at;
        newcomer.beats += 1;
        newcomer.hub_url.clone_from(&beat.report.hub_url);
        newcomer.version.clone_from(&beat.report.version);
    }

    pub(super) fn get(&self, slug: &Slug) -> Option<&Newcomer> {
        self.by_slug.get(slug)
    }

    pub(super) fn forget(&mut self, slug: &Slug) {
        self.by_slug.remove(slug);
    }

    /// The newest first.
    pub(super) fn list(&self) -> Vec<Newcomer> {
        let mut list: Vec<Newcomer> = self.by_slug.values().cloned().collect();
        list.sort_by(|a, b| b.last_seen_at.cmp(&a.last_seen_at).then(a.slug.cmp(&b.slug)));
        list
    }

    /// A tenth at a time, so that a flood of fresh slugs costs one sort per tenth.
    fn forget_the_oldest_tenth(&mut self) {
        let kept = self.bound - (self.bound / 10).max(1);
        let newest = self.list();
        for newcomer in newest.get(kept..).unwrap_or_default() {
            self.by_slug.remove(&newcomer.slug);
        }
    }
}
