//! Projects as they are shown, registered, changed and admitted.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Reason, Report, Status};
use crate::{ProjectId, Slug, Timestamp};

/// A project of the catalog.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Project {
    pub id: ProjectId,
    pub slug: Slug,
    pub name: String,
    pub hub_url: String,
    /// `hub.<slug>`.
    pub mesh_namespace: String,
    pub tags: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Slugs of the projects that may reach this one by fan-out, or `*`.
    pub allow_fanout: Vec<String>,
    /// Annotations of an imported `catalog-info.yaml`, verbatim.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// Public Ed25519 key, base64. With one, only beats signed by it count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verify_key: Option<String>,
    /// The file that named this project no longer does.
    pub orphaned: bool,
    pub status: Status,
    pub status_since: Timestamp,
    pub status_reasons: Vec<Reason>,
    pub last_heartbeat_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<Report>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A project to register, or to bring up to date: `POST /api/fed/projects`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct NewProject {
    #[schema(value_type = String)]
    pub slug: String,
    /// 1 to 200 characters.
    pub name: String,
    /// `http` or `https`.
    pub hub_url: String,
    /// May be given, must then be `hub.<slug>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mesh_namespace: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Slugs, or `*`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow_fanout: Vec<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verify_key: Option<String>,
}

/// What to change of a project: `PATCH /api/fed/projects/{slug}`. What is absent stays; `null`
/// clears `owner`, `description` and `verify_key`.
#[derive(Debug, Clone, Default, Serialize, utoipa::ToSchema)]
pub struct ProjectPatch {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hub_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Option<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Option<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_fanout: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verify_key: Option<Option<String>>,
}

/// A slug that beats but is in no catalog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Newcomer {
    pub slug: Slug,
    pub first_seen_at: Timestamp,
    pub last_seen_at: Timestamp,
    pub beats: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hub_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// `POST /api/fed/newcomers/{slug}/admit`: what its beats did not say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Admission {
    /// The slug when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What the newcomer reports when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hub_url: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}
