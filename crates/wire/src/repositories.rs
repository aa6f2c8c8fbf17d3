//! The git repositories of a project.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{JobId, RepositoryId, Timestamp};

/// A git repository, looked at again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Repository {
    pub id: RepositoryId,
    /// A folder of the server, or a URL.
    pub location: String,
    /// The branch that is followed; the one the repository itself shows when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// Seconds between two looks.
    pub every: u64,
    /// Whether a token is kept for it, which is never shown.
    pub has_credential: bool,
    pub created_at: Timestamp,
    pub next_fetch_at: Timestamp,
    /// When it was last looked at, with or without success.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fetched_at: Option<Timestamp>,
    /// The commit of the last successful look, 40 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<String>,
    /// The branch `head` was found on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head_branch: Option<String>,
    /// What its history takes on the disk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Why the last look failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// `POST /api/v1/projects/{project}/repositories`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRepository {
    /// The absolute path of a folder of the server, or an http or https URL.
    pub location: String,
    /// The one the repository itself shows when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// Seconds, at least 60; an hour when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<u64>,
    /// What the forge gave for reading it. Kept sealed, and never shown again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// Goes with the token where the forge asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
}

impl fmt::Debug for NewRepository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewRepository").field("location", &self.location).finish_non_exhaustive()
    }
}

/// A repository with the secret of its webhook: shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CreatedRepository {
    pub repository: Repository,
    pub webhook: Webhook,
}

/// What GitHub, GitLab or Gitea is told, so that a push is fetched at once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Webhook {
    /// On this server.
    pub path: String,
    pub secret: String,
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook").field("path", &self.path).finish_non_exhaustive()
    }
}

/// A look that will be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QueuedFetch {
    /// Absent when one waits or runs already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<JobId>,
}
