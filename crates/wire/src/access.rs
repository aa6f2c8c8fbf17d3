//! Keys, and who asks.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{KeyId, Slug, Timestamp};

/// What a principal may do. A route names the one it needs.
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
pub enum Permission {
    #[serde(rename = "fed:read")]
    FedRead,
    #[serde(rename = "fed:write")]
    FedWrite,
    #[serde(rename = "fed:fanout")]
    FedFanout,
    #[serde(rename = "keys:read")]
    KeysRead,
    #[serde(rename = "keys:write")]
    KeysWrite,
    #[serde(rename = "events:read")]
    EventsRead,
    #[serde(rename = "events:write")]
    EventsWrite,
    #[serde(rename = "audit:read")]
    AuditRead,
    #[serde(rename = "jobs:read")]
    JobsRead,
    #[serde(rename = "jobs:write")]
    JobsWrite,
    #[serde(rename = "knowledge:read")]
    KnowledgeRead,
    #[serde(rename = "knowledge:write")]
    KnowledgeWrite,
    #[serde(rename = "repositories:read")]
    RepositoriesRead,
    #[serde(rename = "repositories:write")]
    RepositoriesWrite,
    #[serde(rename = "instances:read")]
    InstancesRead,
    #[serde(rename = "instances:write")]
    InstancesWrite,
    #[serde(rename = "grants:read")]
    GrantsRead,
    #[serde(rename = "grants:write")]
    GrantsWrite,
    #[serde(rename = "mesh:send")]
    MeshSend,
    #[serde(rename = "graph:read")]
    GraphRead,
    #[serde(rename = "graph:write")]
    GraphWrite,
}

impl Permission {
    pub const ALL: [Self; 21] = [
        Self::FedRead,
        Self::FedWrite,
        Self::FedFanout,
        Self::KeysRead,
        Self::KeysWrite,
        Self::EventsRead,
        Self::EventsWrite,
        Self::AuditRead,
        Self::JobsRead,
        Self::JobsWrite,
        Self::KnowledgeRead,
        Self::KnowledgeWrite,
        Self::RepositoriesRead,
        Self::RepositoriesWrite,
        Self::InstancesRead,
        Self::InstancesWrite,
        Self::GrantsRead,
        Self::GrantsWrite,
        Self::MeshSend,
        Self::GraphRead,
        Self::GraphWrite,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FedRead => "fed:read",
            Self::FedWrite => "fed:write",
            Self::FedFanout => "fed:fanout",
            Self::KeysRead => "keys:read",
            Self::KeysWrite => "keys:write",
            Self::EventsRead => "events:read",
            Self::EventsWrite => "events:write",
            Self::AuditRead => "audit:read",
            Self::JobsRead => "jobs:read",
            Self::JobsWrite => "jobs:write",
            Self::KnowledgeRead => "knowledge:read",
            Self::KnowledgeWrite => "knowledge:write",
            Self::RepositoriesRead => "repositories:read",
            Self::RepositoriesWrite => "repositories:write",
            Self::InstancesRead => "instances:read",
            Self::InstancesWrite => "instances:write",
            Self::GrantsRead => "grants:read",
            Self::GrantsWrite => "grants:write",
            Self::MeshSend => "mesh:send",
            Self::GraphRead => "graph:read",
            Self::GraphWrite => "graph:write",
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no permission; there are fed:read, fed:write, fed:fanout, keys:read, keys:write, events:read, events:write, audit:read, jobs:read, jobs:write, knowledge:read, knowledge:write, repositories:read, repositories:write, instances:read, instances:write, grants:read, grants:write, mesh:send, graph:read and graph:write"
)]
pub struct InvalidPermission(String);

impl FromStr for Permission {
    type Err = InvalidPermission;

    fn from_str(text: &str) -> Result<Self, InvalidPermission> {
        let named = |it: &Self| it.as_str() == text;
        Self::ALL.into_iter().find(named).ok_or_else(|| InvalidPermission(text.to_owned()))
    }
}

/// An API key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Key {
    pub id: KeyId,
    pub name: String,
    pub owner: String,
    pub scopes: Vec<Permission>,
    /// The project this key speaks for, in a fan-out and to other projects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<Slug>,
    pub created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
    /// To the minute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
    /// The older key this one replaces; both work until the older one is revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotates: Option<KeyId>,
}

/// `POST /api/v1/keys`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewKey {
    /// 1 to 100 characters.
    pub name: String,
    /// Who answers for it; the caller when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// At least one; none that the caller lacks.
    pub scopes: Vec<Permission>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<Slug>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// A key this one is to replace. At most two keys stand in one rotation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotates: Option<KeyId>,
}

/// A key with its secret: shown once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CreatedKey {
    pub key: Key,
    /// `cck_<id>_<secret><checksum>`. The server keeps a hash and cannot show it again.
    pub secret: String,
}

impl fmt::Debug for CreatedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreatedKey").field("key", &self.key).finish_non_exhaustive()
    }
}
