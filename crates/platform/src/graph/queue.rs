//! A folder or a repository put on its way into the graph: by a caller, or by a head that moved.

use db::{Scope, Tx};
use serde_json::json;
use wire::graph::{Indexing, IndexingStage, NewIndexing};
use wire::{JobId, RepositoryId, Slug, Timestamp};

use super::index::Index;
use super::store;
use crate::federation;
use crate::ground::app::App;
use crate::ground::error::{Error, Result};
use crate::ground::log::{self, Change};
use crate::ground::{jobs, location};
use crate::repositories::{self, Head};

/// Puts on its way what is named. What waits already is answered with.
pub(super) async fn ask(
    app: &App,
    scope: &Scope,
    project: &Slug,
    new: NewIndexing,
) -> Result<Indexing> {
    match (new.path, new.repository) {
        (Some(path), None) => folder(app, scope, project, &path).await,
        (None, Some(id)) => repository(app, scope, project, id).await,
        (Some(_), Some(_)) => Err(Error::field("repository", "must not be given beside `path`")),
        (None, None) => Err(Error::field("path", "must be given, or `repository`")),
    }
}

async fn folder(app: &App, scope: &Scope, project: &Slug, path: &str) -> Result<Indexing> {
    let path = location::folder(app, path).await;
    let path = path.map_err(|words| Error::field("path", words))?;
    let now = app.clock.now();
    let mut tx = app.db.write(scope).await?;
    let project_id = federation::project_id(&mut tx, project).await?;
    if let Some(waiting) = store::waiting(&mut tx, project_id, &path).await? {
        return Ok(waiting);
    }
    let indexing = queued(JobId::new(), path, now);
    store::insert_indexing(&mut tx, project_id, &indexing).await?;
    jobs::enqueue(&mut tx, &Index { id: indexing.id }, now, None).await?;
    record(&mut tx, project, &indexing, None).await?;
    app.commit(tx).await?;
    Ok(indexing)
}

async fn repository(
    app: &App,
    scope: &Scope,
    project: &Slug,
    id: RepositoryId,
) -> Result<Indexing> {
    let mut tx = app.db.write(scope).await?;
    let head = repositories::head(&mut tx, project, id).await?;
    if let Some(indexing) = follow(&mut tx, &head, app.clock.now()).await? {
        app.commit(tx).await?;
        return Ok(indexing);
    }
    let newest = store::newest(&mut tx, id).await?;
    newest.ok_or_else(|| Error::NotFound(format!("an indexing of the repository {id}")))
}

/// Puts a repository on its way. One at a time: nothing where another of it waits or runs.
pub(super) async fn follow(tx: &mut Tx, head: &Head, now: Timestamp) -> Result<Option<Indexing>> {
    let id = JobId::new();
    let key = head.repository.to_string();
    if jobs::enqueue(tx, &Index { id }, now, Some(&key)).await?.is_none() {
        return Ok(None);
    }
    let indexing = queued(id, head.location.clone(), now);
    store::insert_indexing(tx, head.project_id, &indexing).await?;
    store::set_repository(tx, id, (head.repository, &head.commit)).await?;
    record(tx, &head.project, &indexing, Some(head)).await?;
    Ok(Some(indexing))
}

async fn record(
    tx: &mut Tx,
    project: &Slug,
    indexing: &Indexing,
    head: Option<&Head>,
) -> Result<()> {
    let change = Change {
        kind: "graph.indexing_asked",
        project: Some(project.clone()),
        target: indexing.id.to_string(),
        detail: match head {
            None => json!({ "path": indexing.path }),
            Some(head) => json!({
                "path": indexing.path,
                "repository": head.repository,
                "head": head.commit,
            }),
        },
    };
    log::append(tx, indexing.queued_at, change).await?;
    Ok(())
}

fn queued(id: JobId, path: String, now: Timestamp) -> Indexing {
    Indexing {
        id,
        path,
        stage: IndexingStage::Queued,
        total: 0,
        done: 0,
        queued_at: now,
        finished_at: None,
        failure: None,
        outcome: None,
    }
}
