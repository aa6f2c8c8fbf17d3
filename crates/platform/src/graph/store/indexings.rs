//! Folders on their way into the graph.

use std::collections::HashMap;

use db::{Tx, run};
use sqlx::types::Json;
use sqlx::{AssertSqlSafe, query, query_as, query_scalar};
use wire::graph::{Indexed, Indexing, IndexingStage};
use wire::{JobId, ProjectId, RepositoryId, Slug, Timestamp};

use super::{unsigned, words};

pub(in crate::graph) async fn insert(
    tx: &mut Tx,
    project: ProjectId,
    indexing: &Indexing,
) -> Result<(), db::Error> {
    run!(
        tx,
        execute,
        query(
            "insert into graph_indexing (id, project_id, path, stage, queued_at)
             values ($1, $2, $3, $4, $5)"
        )
        .bind(indexing.id)
        .bind(project)
        .bind(&indexing.path)
        .bind(indexing.stage)
        .bind(indexing.queued_at)
    )?;
    Ok(())
}

/// The indexing, with the project it is of.
pub(in crate::graph) async fn find(
    tx: &mut Tx,
    id: JobId,
) -> Result<Option<(Slug, ProjectId, Indexing)>, db::Error> {
    let text = "select graph_indexing.*, project.slug from graph_indexing
         join project on project.id = graph_indexing.project_id where graph_indexing.id = $1";
    let row: Option<Row> = run!(tx, fetch_optional, query_as(text).bind(id))?;
    Ok(row.map(|row| (row.slug.clone(), row.project_id, row.into())))
}

/// The indexing of that folder that has not begun.
pub(in crate::graph) async fn waiting(
    tx: &mut Tx,
    project: ProjectId,
    path: &str,
) -> Result<Option<Indexing>, db::Error> {
    let text = "select graph_indexing.*, project.slug from graph_indexing
         join project on project.id = graph_indexing.project_id
         where project_id = $1 and path = $2 and stage = 'queued' order by queued_at limit 1";
    let row: Option<Row> = run!(tx, fetch_optional, query_as(text).bind(project).bind(path))?;
    Ok(row.map(Indexing::from))
}

pub(in crate::graph) async fn progress(
    tx: &mut Tx,
    id: JobId,
    stage: IndexingStage,
    (done, total): (u64, u64),
) -> Result<(), db::Error> {
    let text = "update graph_indexing set stage = $2, done = $3, total = $4
         where id = $1 and finished_at is null";
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    run!(tx, execute, query(text).bind(id).bind(stage).bind(count(done)).bind(count(total)))?;
    Ok(())
}

/// Ends an indexing, well or not.
pub(in crate::graph) async fn finish(
    tx: &mut Tx,
    id: JobId,
    outcome: Result<&Indexed, &str>,
    at: Timestamp,
) -> Result<(), db::Error> {
    let stage = if outcome.is_ok() { IndexingStage::Done } else { IndexingStage::Failed };
    let text = "update graph_indexing
         set stage = $2, done = total, finished_at = $3, outcome = $4, failure = $5 where id = $1";
    run!(
        tx,
        execute,
        query(text).bind(id).bind(stage).bind(at).bind(outcome.ok().map(Json)).bind(outcome.err())
    )?;
    Ok(())
}

/// The heads by which the last indexings of those repositories were asked for.
pub(in crate::graph) async fn heads_asked(
    tx: &mut Tx,
    repositories: &[RepositoryId],
) -> Result<HashMap<RepositoryId, String>, db::Error> {
    let (id, list) = tx.dialect(
        ("unhex(replace(value, '-', ''))", "json_each($1)"),
        ("value::uuid", "jsonb_array_elements_text($1) as value"),
    );
    let text = format!(
        "select repository_id, head from graph_indexing where id in
             (select (select id from graph_indexing where repository_id = {id}
                      order by queued_at desc, id desc limit 1) from {list})"
    );
    let rows: Vec<(RepositoryId, String)> =
        run!(tx, fetch_all, query_as(AssertSqlSafe(text)).bind(words(repositories)))?;
    Ok(rows.into_iter().collect())
}

/// The last indexing that was asked for of a repository.
pub(in crate::graph) async fn newest(
    tx: &mut Tx,
    repository: RepositoryId,
) -> Result<Option<Indexing>, db::Error> {
    let text = "select graph_indexing.*, project.slug from graph_indexing
         join project on project.id = graph_indexing.project_id
         where repository_id = $1 order by queued_at desc, graph_indexing.id desc limit 1";
    let row: Option<Row> = run!(tx, fetch_optional, query_as(text).bind(repository))?;
    Ok(row.map(Indexing::from))
}

/// Notes that the indexing is of that repository, and the head it was asked for by.
pub(in crate::graph) async fn set_repository(
    tx: &mut Tx,
    id: JobId,
    (repository, head): (RepositoryId, &str),
) -> Result<(), db::Error> {
    let text = "update graph_indexing set repository_id = $2, head = $3 where id = $1";
    run!(tx, execute, query(text).bind(id).bind(repository).bind(head))?;
    Ok(())
}

/// The repository the indexing is of; none when it is of a folder.
pub(in crate::graph) async fn repository_of(
    tx: &mut Tx,
    id: JobId,
) -> Result<Option<RepositoryId>, db::Error> {
    let text = "select repository_id from graph_indexing where id = $1";
    let found: Option<Option<RepositoryId>> =
        run!(tx, fetch_optional, query_scalar(text).bind(id))?;
    Ok(found.flatten())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: JobId,
    project_id: ProjectId,
    slug: Slug,
    path: String,
    stage: IndexingStage,
    total: i64,
    done: i64,
    queued_at: Timestamp,
    finished_at: Option<Timestamp>,
    failure: Option<String>,
    outcome: Option<Json<Indexed>>,
}

impl From<Row> for Indexing {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            path: row.path,
            stage: row.stage,
            total: unsigned(row.total),
            done: unsigned(row.done),
            queued_at: row.queued_at,
            finished_at: row.finished_at,
            failure: row.failure,
            outcome: row.outcome.map(|outcome| outcome.0),
        }
    }
}
