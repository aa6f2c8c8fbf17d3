//! The catalog of projects, their beats and their status.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{FanoutId, ProjectId, Slug, Timestamp};

/// How a project is.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    sqlx::Type,
    utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum Status {
    /// Never heard, or the federation's own link to the mesh is down.
    Unknown,
    Online,
    /// It beats, but something is wrong, or a beat is overdue.
    Degraded,
    /// Silent past the threshold, or it said goodbye.
    Offline,
}

impl Status {
    pub const ALL: [Self; 4] = [Self::Unknown, Self::Online, Self::Degraded, Self::Offline];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Online => "online",
            Self::Degraded => "degraded",
            Self::Offline => "offline",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Why a project has the status it has.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// No beat has ever come.
    NeverHeard,
    /// The federation's own link to the mesh is down: silence proves nothing.
    MeshDown,
    /// No beat for longer than the threshold.
    Silent,
    /// It said goodbye.
    Stopped,
    /// Its beat says that it is not well; `report.reasons` has its words.
    SelfReported,
    /// Its clock is off by more than the allowance.
    ClockSkew,
    /// It beats, but `GET {hub_url}/readyz`, which used to answer, fails.
    ProbeFailed,
    /// It reports another `hub_url` than the catalog has. Does not degrade.
    UrlDiffers,
}

impl Reason {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NeverHeard => "never_heard",
            Self::MeshDown => "mesh_down",
            Self::Silent => "silent",
            Self::Stopped => "stopped",
            Self::SelfReported => "self_reported",
            Self::ClockSkew => "clock_skew",
            Self::ProbeFailed => "probe_failed",
            Self::UrlDiffers => "url_differs",
        }
    }

    /// The reason in words people read.
    pub const fn words(self) -> &'static str {
        match self {
            Self::NeverHeard => "no beat yet",
            Self::MeshDown => "the federation has lost the mesh",
            Self::Silent => "no beat when one was due",
            Self::Stopped => "said goodbye",
            Self::SelfReported => "says so itself",
            Self::ClockSkew => "its clock is off",
            Self::ProbeFailed => "beats, but its /readyz fails",
            Self::UrlDiffers => "reports another address",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A heartbeat, flat JSON on `hub.presence.<slug>`: "I am here, and this is how I am". The
/// instance writes this type; the federation reads its bytes by the same field names, and keeps
/// whatever else an instance adds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Beat {
    pub project_slug: Slug,
    /// `hub.<slug>`; anything else is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mesh_namespace: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hub_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// One run of one instance. `seq` and `timestamp` must rise within it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    #[serde(default)]
    pub status: SelfStatus,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub counts: BTreeMap<String, u64>,
    /// Ed25519 over the RFC 8785 canonical JSON of the beat without this field, base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
}

/// What an instance says of itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SelfStatus {
    #[default]
    Ok,
    Degraded,
    /// Goodbye: offline at once.
    Stopping,
}

/// What the last beat of a project said, beyond being there.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Report {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The address the instance gives; the catalog's own stays as registered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hub_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance_id: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub counts: BTreeMap<String, u64>,
    /// Fields of the beat that this version does not know, as they came.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    #[schema(value_type = Object)]
    pub extra: serde_json::Map<String, serde_json::Value>,
}

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

/// A change of status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Transition {
    pub at: Timestamp,
    pub from: Status,
    pub to: Status,
    pub reasons: Vec<Reason>,
}

/// `GET /api/fed/projects/{slug}/history`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct History {
    /// Newest first.
    pub transitions: Vec<Transition>,
    /// Oldest day first.
    pub uptime: Vec<DayUptime>,
}

/// One day (UTC) of a project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DayUptime {
    /// `2026-01-31`.
    pub day: String,
    /// Part of the known time spent online or degraded, 0 to 1; absent when nothing is known.
    pub uptime: Option<f64>,
    pub online_seconds: f64,
    pub degraded_seconds: f64,
    pub offline_seconds: f64,
    pub unknown_seconds: f64,
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

/// `POST /api/fed/fanout`: one action to many projects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFanout {
    /// What the instances are to do: `ping`, `beat` or `report`.
    pub action: String,
    pub projects: Vec<Slug>,
    /// How long to wait for answers, in milliseconds; 5,000 when absent, 20,000 at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline_ms: Option<u64>,
}

/// What came of a fan-out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Fanout {
    pub id: FanoutId,
    pub action: String,
    /// In the order asked.
    pub results: Vec<FanoutResult>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FanoutResult {
    pub project: Slug,
    pub outcome: FanoutOutcome,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    pub answer: Option<serde_json::Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FanoutOutcome {
    Answered,
    /// Its `allow_fanout` does not name the sender.
    Denied,
    /// No such project.
    NotFound,
    /// Nothing by the deadline, or nobody listens.
    NoAnswer,
    /// It answered with an error.
    Failed,
}

/// What a fan-out sends to `hub.<slug>.fanout`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FanoutCall {
    pub id: FanoutId,
    pub action: String,
    /// The project that asks; absent when a person or an administrator does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Slug>,
    pub to: Slug,
    pub issued_at: Timestamp,
    /// Ed25519 by the federation over the canonical JSON without this field, base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
}

/// What an instance answers to a [`FanoutCall`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FanoutReply {
    Answer(serde_json::Value),
    Error(String),
}

/// `GET /api/fed/identity`: the key that signs what the federation sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Identity {
    /// Public Ed25519 key, base64.
    pub verify_key: String,
}
