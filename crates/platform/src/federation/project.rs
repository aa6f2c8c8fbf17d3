//! A project of the catalog, as it was described.

use std::collections::BTreeMap;

use wire::{ProjectId, Slug, Timestamp};

use super::board::Standing;
use super::description::{Description, Patch};
use super::entry::Entry;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    pub id: ProjectId,
    pub slug: Slug,
    pub name: String,
    pub hub_url: String,
    pub tags: Vec<String>,
    pub owner: Option<String>,
    pub description: Option<String>,
    /// Slugs, or `*`.
    pub allow_fanout: Vec<String>,
    pub annotations: BTreeMap<String, String>,
    pub verify_key: Option<String>,
    pub source: Source,
    /// The file that named it no longer does.
    pub orphaned: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Who brought a project. A file only orphans what a file brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    Api,
    File,
}

impl Project {
    pub(super) fn new(description: Description, source: Source, now: Timestamp) -> Self {
        let Description {
            slug,
            name,
            hub_url,
            tags,
            owner,
            description,
            allow_fanout,
            annotations,
            verify_key,
        } = description;
        Self {
            id: ProjectId::new(),
            slug,
            name,
            hub_url,
            tags,
            owner,
            description,
            allow_fanout,
            annotations,
            verify_key,
            source,
            orphaned: false,
            created_at: now,
            updated_at: now,
        }
    }

    /// This project as `description` has it; `None` when it is so already. What people set by
    /// hand and the description leaves out (its key) stays.
    pub(super) fn described(
        &self,
        description: Description,
        source: Source,
        now: Timestamp,
    ) -> Option<Self> {
        let fresh = Self::new(description, source, now);
        let next = Self {
            id: self.id,
            created_at: self.created_at,
            updated_at: self.updated_at,
            verify_key: fresh.verify_key.or_else(|| self.verify_key.clone()),
            ..fresh
        };
        (next != *self).then_some(Self { updated_at: now, ..next })
    }

    /// This project with `patch` applied; `None` when nothing changes.
    pub(super) fn patched(&self, patch: Patch, now: Timestamp) -> Option<Self> {
        let mut next = self.clone();
        next.name = patch.name.unwrap_or(next.name);
        next.hub_url = patch.hub_url.unwrap_or(next.hub_url);
        next.tags = patch.tags.unwrap_or(next.tags);
        next.allow_fanout = patch.allow_fanout.unwrap_or(next.allow_fanout);
        patch.owner.apply_to(&mut next.owner);
        patch.description.apply_to(&mut next.description);
        patch.verify_key.apply_to(&mut next.verify_key);
        (next != *self).then_some(Self { updated_at: now, ..next })
    }

    /// Whether a fan-out of `sender` may reach it.
    pub(super) fn allows_fanout_from(&self, sender: Option<&Slug>) -> bool {
        let named = |allowed: &String| {
            allowed == "*" || sender.is_some_and(|sender| sender.as_str() == allowed)
        };
        self.allow_fanout.iter().any(named)
    }
}

impl Source {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::File => "file",
        }
    }

    pub(super) fn parse(text: &str) -> Self {
        if text == "file" { Self::File } else { Self::Api }
    }
}

impl Entry {
    pub(super) fn to_wire(&self) -> wire::federation::Project {
        let Project { slug, .. } = &self.project;
        let project = self.project.clone();
        let Standing { status, since, reasons } = self.standing.clone();
        wire::federation::Project {
            id: project.id,
            mesh_namespace: format!("hub.{slug}"),
            slug: project.slug,
            name: project.name,
            hub_url: project.hub_url,
            tags: project.tags,
            owner: project.owner,
            description: project.description,
            allow_fanout: project.allow_fanout,
            annotations: project.annotations,
            verify_key: project.verify_key,
            orphaned: project.orphaned,
            status,
            status_since: since,
            status_reasons: reasons,
            last_heartbeat_at: self.last_heartbeat_at,
            report: self.report.clone(),
            created_at: project.created_at,
            updated_at: project.updated_at,
        }
    }
}
