//! Folders and repositories on their way into the graph.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::IndexingStage;
use crate::{JobId, RepositoryId, Timestamp};

/// `POST /api/v1/projects/{project}/graph/index`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewIndexing {
    /// A folder of the server's machine; absolute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// A repository of the project, in the place of `path`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<RepositoryId>,
}

/// A folder on its way into the graph.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Indexing {
    pub id: JobId,
    /// The folder, or where the repository is.
    pub path: String,
    pub stage: IndexingStage,
    /// Files or rows of this stage, as far as they are known.
    pub total: u64,
    pub done: u64,
    pub queued_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// What came of it, when it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Indexed>,
}

/// What an indexing found and changed. Nothing was written when nothing changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Indexed {
    pub files: u64,
    /// Those that were not known with this content.
    pub files_read: u64,
    pub lines: u64,
    pub nodes: u64,
    pub edges: u64,
    /// Nodes and edges that were written or removed.
    pub changes: u64,
    pub problems: u64,
    pub milliseconds: u64,
}
