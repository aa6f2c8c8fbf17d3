//! The heads of repositories, for those who follow them.

use db::Tx;
use wire::{ProjectId, RepositoryId, Slug};

use super::{register, store};
use crate::federation;
use crate::ground::error::{Error, Result};

/// What a repository was seen at.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct Head {
    pub repository: RepositoryId,
    pub project_id: ProjectId,
    pub project: Slug,
    pub location: String,
    pub commit: String,
}

/// Of every repository that was looked at, the oldest first.
pub(crate) async fn heads(tx: &mut Tx) -> Result<Vec<Head>> {
    Ok(store::heads(tx).await?)
}

/// Of that repository of the project.
pub(crate) async fn head(tx: &mut Tx, project: &Slug, id: RepositoryId) -> Result<Head> {
    let found = register::find(tx, project, id).await?;
    let Some(commit) = found.head else {
        return Err(Error::field("repository", "was not fetched yet"));
    };
    Ok(Head {
        repository: id,
        project_id: federation::project_id(tx, project).await?,
        project: found.project,
        location: found.location,
        commit,
    })
}
