//! Every statement on `repository` and `repository_delivery`.

use db::{Tx, run};
use sqlx::{query, query_as};
use wire::repositories::Repository;
use wire::{ProjectId, RepositoryId, Slug, Timestamp};

use super::heads::Head;

/// A repository with what is kept sealed of it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Row {
    pub id: RepositoryId,
    pub project: Slug,
    pub location: String,
    pub branch: Option<String>,
    pub every: i64,
    pub credential: Option<Vec<u8>>,
    pub webhook_secret: Vec<u8>,
    pub created_at: Timestamp,
    pub next_fetch_at: Timestamp,
    pub fetched_at: Option<Timestamp>,
    pub head: Option<String>,
    pub head_branch: Option<String>,
    pub bytes: Option<i64>,
    pub error: Option<String>,
}

/// What a look that succeeded found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub head: String,
    pub branch: Option<String>,
    pub bytes: u64,
}

/// `false` when the project has it already.
pub(super) async fn insert(tx: &mut Tx, project: ProjectId, row: &Row) -> Result<bool, db::Error> {
    let inserted = run!(
        tx,
        execute,
        query(
            "insert into repository (id, project_id, location, branch, every, credential,
                                     webhook_secret, created_at, next_fetch_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             on conflict (project_id, location) do nothing"
        )
        .bind(row.id)
        .bind(project)
        .bind(&row.location)
        .bind(&row.branch)
        .bind(row.every)
        .bind(&row.credential)
        .bind(&row.webhook_secret)
        .bind(row.created_at)
        .bind(row.next_fetch_at)
    )?;
    Ok(inserted > 0)
}

/// The repositories of a project, the oldest first.
pub(super) async fn list(tx: &mut Tx, project: ProjectId) -> Result<Vec<Row>, db::Error> {
    let text = "select repository.*, project.slug as project
                from repository join project on project.id = project_id
                where project.id = $1 order by repository.id";
    run!(tx, fetch_all, query_as(text).bind(project))
}

pub(super) async fn find(tx: &mut Tx, id: RepositoryId) -> Result<Option<Row>, db::Error> {
    let text = "select repository.*, project.slug as project
                from repository join project on project.id = project_id
                where repository.id = $1";
    run!(tx, fetch_optional, query_as(text).bind(id))
}

pub(super) async fn heads(tx: &mut Tx) -> Result<Vec<Head>, db::Error> {
    let text = "select repository.id as repository, project_id, project.slug as project,
                       repository.location, head as \"commit\"
                from repository join project on project.id = project_id
                where head is not null order by repository.id";
    run!(tx, fetch_all, query_as(text))
}

pub(super) async fn delete(tx: &mut Tx, id: RepositoryId) -> Result<(), db::Error> {
    run!(tx, execute, query("delete from repository where id = $1").bind(id))?;
    Ok(())
}

/// Repositories to look at, with the seconds between two looks.
pub(super) async fn due(
    tx: &mut Tx,
    now: Timestamp,
) -> Result<Vec<(RepositoryId, i64)>, db::Error> {
    let text = "select id, every from repository where next_fetch_at <= $1
                order by next_fetch_at limit 100";
    run!(tx, fetch_all, query_as(text).bind(now))
}

pub(super) async fn set_next_fetch(
    tx: &mut Tx,
    id: RepositoryId,
    next: Timestamp,
) -> Result<(), db::Error> {
    let text = "update repository set next_fetch_at = $2 where id = $1";
    run!(tx, execute, query(text).bind(id).bind(next))?;
    Ok(())
}

/// `false` when the repository is gone.
pub(super) async fn settle(
    tx: &mut Tx,
    id: RepositoryId,
    (now, next): (Timestamp, Timestamp),
    found: &Found,
) -> Result<bool, db::Error> {
    let updated = run!(
        tx,
        execute,
        query(
            "update repository set fetched_at = $2, next_fetch_at = $3, head = $4,
                                   head_branch = $5, bytes = $6, error = null
             where id = $1"
        )
        .bind(id)
        .bind(now)
        .bind(next)
        .bind(&found.head)
        .bind(&found.branch)
        .bind(i64::try_from(found.bytes).unwrap_or(i64::MAX))
    )?;
    Ok(updated > 0)
}

/// `false` when the repository is gone.
pub(super) async fn settle_failed(
    tx: &mut Tx,
    id: RepositoryId,
    (now, next): (Timestamp, Timestamp),
    error: &str,
) -> Result<bool, db::Error> {
    let text = "update repository set fetched_at = $2, next_fetch_at = $3, error = $4
                where id = $1";
    let updated = run!(tx, execute, query(text).bind(id).bind(now).bind(next).bind(error))?;
    Ok(updated > 0)
}

/// Remembers what a forge delivered. `false` when it came before.
pub(super) async fn receive(
    tx: &mut Tx,
    id: RepositoryId,
    mark: &[u8],
    at: Timestamp,
) -> Result<bool, db::Error> {
    let text = "insert into repository_delivery (repository_id, mark, received_at)
                values ($1, $2, $3) on conflict (repository_id, mark) do nothing";
    let inserted = run!(tx, execute, query(text).bind(id).bind(mark).bind(at))?;
    Ok(inserted > 0)
}

/// Forgets what was delivered before `before`.
pub(super) async fn forget(tx: &mut Tx, before: Timestamp) -> Result<(), db::Error> {
    let text = "delete from repository_delivery where received_at < $1";
    run!(tx, execute, query(text).bind(before))?;
    Ok(())
}

impl From<Row> for Repository {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            location: row.location,
            branch: row.branch,
            every: row.every.unsigned_abs(),
            has_credential: row.credential.is_some(),
            created_at: row.created_at,
            next_fetch_at: row.next_fetch_at,
            fetched_at: row.fetched_at,
            head: row.head,
            head_branch: row.head_branch,
            bytes: row.bytes.map(i64::unsigned_abs),
            error: row.error,
        }
    }
}
