//! The graph as it is drawn.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{EdgeKind, MapLevel, NodeId, NodeKind};

/// A part of the graph as it is drawn: nodes of one level, or clusters that can be opened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GraphMap {
    pub level: MapLevel,
    pub version: u64,
    pub nodes: Vec<MapNode>,
    pub links: Vec<MapLink>,
    pub truncated: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MapNode {
    pub id: NodeId,
    pub kind: NodeKind,
    pub name: String,
    pub qualified_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The one that holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<NodeId>,
    /// Of a file its own, of a folder that of most lines in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    pub files: u64,
    pub symbols: u64,
    pub lines: u64,
    pub ghosts: u64,
    /// Commits that changed it: of a folder those of its files, added up; of a symbol those of its
    /// file. 0 where there is no history.
    pub changes: u64,
    /// Who made most of those changes; of two with as many, who made the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Unix seconds of the first of those commits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_change: Option<i64>,
}

/// All edges of one kind from what is in one node to what is in another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MapLink {
    pub from: NodeId,
    pub to: NodeId,
    pub kind: EdgeKind,
    pub count: u64,
}
