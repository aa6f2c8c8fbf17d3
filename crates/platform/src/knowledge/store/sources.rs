//! Sources, and what of them is in their collections.

use std::collections::HashMap;

use db::{Tx, run};
use sqlx::{query, query_as};
use wire::knowledge::{Source, SourceKind};
use wire::{CollectionId, ProjectId, Slug, SourceId, Timestamp};

/// A source as its job sees it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(in crate::knowledge) struct SourceRow {
    pub id: SourceId,
    pub collection_id: CollectionId,
    pub project: Slug,
    pub collection: Slug,
    pub kind: SourceKind,
    pub location: String,
    pub every: i64,
    pub depth: i64,
    pub prune: bool,
    pub created_at: Timestamp,
    pub next_run_at: Timestamp,
    pub last_run_at: Option<Timestamp>,
    pub last_result: Option<String>,
}

/// What is known of a document, to be compared with what a source holds.
#[derive(Debug, Clone)]
pub(in crate::knowledge) struct Known {
    pub hash: String,
    pub bytes: u64,
    pub modified_at: Timestamp,
    pub source: Option<SourceId>,
    /// It could not be read.
    pub failed: bool,
}

/// `false` when the collection has a source of that kind there.
pub(in crate::knowledge) async fn insert_source(
    tx: &mut Tx,
    collection: CollectionId,
    source: &Source,
) -> Result<bool, db::Error> {
    let inserted = run!(
        tx,
        execute,
        query(
            "insert into knowledge_source (id, collection_id, kind, location, every, depth, prune,
                                           created_at, next_run_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             on conflict (collection_id, kind, location) do nothing"
        )
        .bind(source.id)
        .bind(collection)
        .bind(source.kind)
        .bind(&source.location)
        .bind(i64::try_from(source.every).unwrap_or(i64::MAX))
        .bind(i64::from(source.depth))
        .bind(source.prune)
        .bind(source.created_at)
        .bind(source.next_run_at)
    )?;
    Ok(inserted > 0)
}

/// The sources of a project, the oldest first.
pub(in crate::knowledge) async fn sources(
    tx: &mut Tx,
    project: ProjectId,
) -> Result<Vec<SourceRow>, db::Error> {
    run!(
        tx,
        fetch_all,
        query_as(
            "select source.*, collection.name as collection, project.slug as project
             from knowledge_source as source
             join knowledge_collection as collection on collection.id = collection_id
             join project on project.id = project_id
             where project.id = $1 order by source.id"
        )
        .bind(project)
    )
}

pub(in crate::knowledge) async fn source(
    tx: &mut Tx,
    id: SourceId,
) -> Result<Option<SourceRow>, db::Error> {
    run!(
        tx,
        fetch_optional,
        query_as(
            "select source.*, collection.name as collection, project.slug as project
             from knowledge_source as source
             join knowledge_collection as collection on collection.id = collection_id
             join project on project.id = project_id
             where source.id = $1"
        )
        .bind(id)
    )
}

/// Sources to look at, with the seconds between two looks.
pub(in crate::knowledge) async fn due_sources(
    tx: &mut Tx,
    now: Timestamp,
) -> Result<Vec<(SourceId, i64)>, db::Error> {
    let text = "select id, every from knowledge_source where next_run_at <= $1
                order by next_run_at limit 100";
    run!(tx, fetch_all, query_as(text).bind(now))
}

pub(in crate::knowledge) async fn set_next_run(
    tx: &mut Tx,
    id: SourceId,
    next: Timestamp,
) -> Result<(), db::Error> {
    let text = "update knowledge_source set next_run_at = $2 where id = $1";
    run!(tx, execute, query(text).bind(id).bind(next))?;
    Ok(())
}

/// Writes how a look went.
pub(in crate::knowledge) async fn settle_source(
    tx: &mut Tx,
    id: SourceId,
    (now, next): (Timestamp, Timestamp),
    result: &str,
) -> Result<(), db::Error> {
    let text = "update knowledge_source set last_run_at = $2, next_run_at = $3, last_result = $4
                where id = $1";
    run!(tx, execute, query(text).bind(id).bind(now).bind(next).bind(result))?;
    Ok(())
}

pub(in crate::knowledge) async fn delete_source(
    tx: &mut Tx,
    id: SourceId,
) -> Result<(), db::Error> {
    run!(tx, execute, query("delete from knowledge_source where id = $1").bind(id))?;
    Ok(())
}

/// What a collection holds, by path.
pub(in crate::knowledge) async fn known(
    tx: &mut Tx,
    collection: CollectionId,
) -> Result<HashMap<String, Known>, db::Error> {
    let rows: Vec<KnownRow> = run!(
        tx,
        fetch_all,
        query_as(
            "select path, hash, bytes, modified_at, source_id, failure is not null as failed
             from knowledge_document where collection_id = $1"
        )
        .bind(collection)
    )?;
    Ok(rows.into_iter().map(KnownRow::into_known).collect())
}

#[derive(sqlx::FromRow)]
struct KnownRow {
    path: String,
    hash: String,
    bytes: i64,
    modified_at: Timestamp,
    source_id: Option<SourceId>,
    failed: bool,
}

impl KnownRow {
    fn into_known(self) -> (String, Known) {
        let known = Known {
            hash: self.hash,
            bytes: self.bytes.unsigned_abs(),
            modified_at: self.modified_at,
            source: self.source_id,
            failed: self.failed,
        };
        (self.path, known)
    }
}

impl From<SourceRow> for Source {
    fn from(row: SourceRow) -> Self {
        Self {
            id: row.id,
            collection: row.collection,
            kind: row.kind,
            location: row.location,
            every: row.every.unsigned_abs(),
            depth: u32::try_from(row.depth).unwrap_or(u32::MAX),
            prune: row.prune,
            created_at: row.created_at,
            next_run_at: row.next_run_at,
            last_run_at: row.last_run_at,
            last_result: row.last_result,
        }
    }
}
