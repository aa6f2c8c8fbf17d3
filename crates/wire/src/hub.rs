//! What the hub adds for its page: the projects as it last saw them, and who is looking.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::access::Permission;
use crate::federation::Project;

/// `GET /api/v1/projects`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProjectList {
    #[serde(flatten)]
    pub freshness: Freshness,
    /// By slug.
    pub projects: Vec<Project>,
}

/// `GET /api/v1/projects/{slug}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProjectView {
    #[serde(flatten)]
    pub freshness: Freshness,
    pub project: Project,
}

/// How old an answer is that the federation may not have given just now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Freshness {
    /// When the federation said so.
    pub as_of: Timestamp,
    /// The federation is away: this is the last good copy.
    pub stale: bool,
    /// Why it is stale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// `GET /api/v1/me`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Me {
    pub tenant: String,
    pub principal: Principal,
    /// By name.
    pub permissions: Vec<Permission>,
    /// Of the server.
    pub version: String,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Principal {
    pub kind: PrincipalKind,
    /// As the audit log names it.
    pub name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PrincipalKind {
    /// An API key, sent with each request.
    Key,
    /// A person who signed in.
    Session,
}
