//! What leads out of a graph.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{EdgeKind, NodeId, NodeKind, Proof};
use crate::Slug;

/// The names in a file that lead to nothing that was read: of other projects, of packages, or of
/// what is known only when it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnresolvedNames {
    pub path: String,
    pub names: Vec<UnresolvedName>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnresolvedName {
    /// As written, as `client.get`; `…` is what nobody can name.
    pub name: String,
    /// What it would be.
    pub kind: EdgeKind,
    /// Where it is named first.
    pub line: u32,
}

/// What ties a project to others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProjectTies {
    /// By name, then by project.
    pub ties: Vec<ProjectTie>,
    /// There are more than these.
    pub truncated: bool,
}

/// One project needs what another has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProjectTie {
    /// What both name: `cargo/atlas-client`, `GET /users/{}`, `orders.created`, `table orders`.
    pub name: String,
    /// Who needs it.
    pub from: TieEnd,
    /// Who has it.
    pub to: TieEnd,
    pub proof: Proof,
}

/// The place in a project that names it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TieEnd {
    pub project: Slug,
    pub node: NodeId,
    pub kind: NodeKind,
    pub qualified_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}
