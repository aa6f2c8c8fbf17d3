//! Places documents come from.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Slug, SourceId, Timestamp};

/// A place documents come from, looked at again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Source {
    pub id: SourceId,
    pub collection: Slug,
    pub kind: SourceKind,
    /// A folder of the server, or a URL.
    pub location: String,
    /// Seconds between two looks.
    pub every: u64,
    /// Links to follow from the first page of a site.
    pub depth: u32,
    /// Documents that are gone there are removed here.
    pub prune: bool,
    pub created_at: Timestamp,
    pub next_run_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_run_at: Option<Timestamp>,
    /// What the last look found, or why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_result: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type, ToSchema)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum SourceKind {
    /// A folder on the server's machine, with `.gitignore` respected.
    Folder,
    /// A git repository by URL or path: what its default branch holds.
    Git,
    /// RSS, Atom or JSON Feed.
    Feed,
    /// Pages of one host, by their links, within `robots.txt`.
    Site,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSource {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub collection: Option<String>,
    pub kind: SourceKind,
    pub location: String,
    /// Seconds, at least 60; an hour when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<u64>,
    /// 0 to 5; 2 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depth: Option<u32>,
    #[serde(default)]
    pub prune: bool,
}
