//! Documents.

use std::collections::{HashMap, HashSet};

use db::{Tx, run};
use sqlx::types::Json;
use sqlx::{AssertSqlSafe, query, query_as};
use wire::knowledge::Document;
use wire::{CollectionId, DocumentId, Slug, SourceId, Timestamp};

/// What a list or a search is narrowed to.
#[derive(Debug, Clone, Default)]
pub(in crate::knowledge) struct DocumentFilter {
    pub kind: Option<String>,
    /// Paths begin with it.
    pub prefix: String,
    pub tag: Option<String>,
    pub since: Option<Timestamp>,
    pub failed: Option<bool>,
    pub source: Option<SourceId>,
}

/// A document that is read, ready to be stored.
pub(in crate::knowledge) struct NewRow<'a> {
    pub collection: CollectionId,
    pub source: Option<SourceId>,
    pub path: &'a str,
    pub kind: Option<&'a str>,
    pub language: Option<&'a str>,
    pub title: Option<&'a str>,
    pub tags: &'a [String],
    pub hash: &'a str,
    pub bytes: i64,
    pub chunks: Range,
    pub failure: Option<&'a str>,
    pub modified_at: Timestamp,
    pub added_at: Timestamp,
}

/// Chunk numbers of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::knowledge) struct Range {
    pub first: u32,
    pub count: u32,
}

impl Range {
    pub(in crate::knowledge) const fn numbers(self) -> std::ops::Range<u32> {
        self.first..self.first + self.count
    }
}

/// A document of a chunk that was found.
pub(in crate::knowledge) struct Located {
    pub id: DocumentId,
    pub path: String,
    pub kind: Option<String>,
    pub title: Option<String>,
}

/// Paths of a collection with the hashes of what was read, failed ones left out.
pub(in crate::knowledge) async fn hashes(
    tx: &mut Tx,
    collection: CollectionId,
) -> Result<HashMap<String, String>, db::Error> {
    let text = "select path, hash from knowledge_document
                where collection_id = $1 and failure is null";
    let rows: Vec<(String, String)> = run!(tx, fetch_all, query_as(text).bind(collection))?;
    Ok(rows.into_iter().collect())
}

/// Paths of a collection with their hashes and whether they failed.
pub(in crate::knowledge) async fn outcomes(
    tx: &mut Tx,
    collection: CollectionId,
) -> Result<HashMap<String, (String, bool)>, db::Error> {
    let text = "select path, hash, failure is not null from knowledge_document
                where collection_id = $1";
    let rows: Vec<(String, String, bool)> = run!(tx, fetch_all, query_as(text).bind(collection))?;
    Ok(rows.into_iter().map(|(path, hash, failed)| (path, (hash, failed))).collect())
}

pub(in crate::knowledge) async fn range_of_path(
    tx: &mut Tx,
    collection: CollectionId,
    path: &str,
) -> Result<Option<(DocumentId, Range)>, db::Error> {
    let text = "select id, first_chunk, chunk_count from knowledge_document
                where collection_id = $1 and path = $2";
    let row: Option<(DocumentId, i64, i64)> =
        run!(tx, fetch_optional, query_as(text).bind(collection).bind(path))?;
    Ok(row.map(|(id, first, count)| (id, range(first, count))))
}

pub(in crate::knowledge) async fn insert(
    tx: &mut Tx,
    id: DocumentId,
    row: &NewRow<'_>,
) -> Result<(), db::Error> {
    run!(
        tx,
        execute,
        query(
            "insert into knowledge_document (id, collection_id, source_id, path, kind, language,
                 title, tags, hash, bytes, first_chunk, chunk_count, failure, modified_at, added_at)
             values ($1, $2, (select id from knowledge_source where id = $3), $4, $5, $6, $7, $8,
                     $9, $10, $11, $12, $13, $14, $15)"
        )
        .bind(id)
        .bind(row.collection)
        .bind(row.source)
        .bind(row.path)
        .bind(row.kind)
        .bind(row.language)
        .bind(row.title)
        .bind(Json(row.tags))
        .bind(row.hash)
        .bind(row.bytes)
        .bind(i64::from(row.chunks.first))
        .bind(i64::from(row.chunks.count))
        .bind(row.failure)
        .bind(row.modified_at)
        .bind(row.added_at)
    )?;
    Ok(())
}

pub(in crate::knowledge) async fn delete_document(
    tx: &mut Tx,
    id: DocumentId,
) -> Result<(), db::Error> {
    run!(tx, execute, query("delete from knowledge_document where id = $1").bind(id))?;
    Ok(())
}

/// A document of a project, with the collection it is in and its chunks.
pub(in crate::knowledge) async fn document(
    tx: &mut Tx,
    project: &Slug,
    id: DocumentId,
) -> Result<Option<(CollectionId, Range, Document)>, db::Error> {
    let row: Option<DocumentRow> = run!(
        tx,
        fetch_optional,
        query_as(
            "select document.*, collection.name as collection from knowledge_document as document
             join knowledge_collection as collection on collection.id = collection_id
             join project on project.id = project_id
             where document.id = $1 and project.slug = $2"
        )
        .bind(id)
        .bind(project)
    )?;
    Ok(row.map(|row| (row.collection_id, range(row.first_chunk, row.chunk_count), row.into())))
}

/// The documents of a collection by path, behind `after`.
pub(in crate::knowledge) async fn documents(
    tx: &mut Tx,
    collection: CollectionId,
    filter: &DocumentFilter,
    (after, limit): (Option<&str>, i64),
) -> Result<Vec<Document>, db::Error> {
    let text = tx.dialect(SELECT_SQLITE, SELECT_POSTGRES);
    let rows: Vec<DocumentRow> = run!(
        tx,
        fetch_all,
        query_as(text)
            .bind(collection)
            .bind(&filter.kind)
            .bind(&filter.prefix)
            .bind(&filter.tag)
            .bind(filter.since)
            .bind(filter.failed)
            .bind(filter.source)
            .bind(after)
            .bind(limit)
    )?;
    Ok(rows.into_iter().map(Document::from).collect())
}

/// Paths and chunks of the documents that pass `filter` and have any.
pub(in crate::knowledge) async fn ranges(
    tx: &mut Tx,
    collection: CollectionId,
    filter: &DocumentFilter,
) -> Result<Vec<(String, Range)>, db::Error> {
    let text = tx.dialect(RANGES_SQLITE, RANGES_POSTGRES);
    let rows: Vec<(String, i64, i64)> = run!(
        tx,
        fetch_all,
        query_as(text)
            .bind(collection)
            .bind(&filter.kind)
            .bind(&filter.prefix)
            .bind(&filter.tag)
            .bind(filter.since)
            .bind(filter.failed)
            .bind(filter.source)
    )?;
    Ok(rows.into_iter().map(|(path, first, count)| (path, range(first, count))).collect())
}

/// The chunks of the documents at `paths` that have any.
pub(in crate::knowledge) async fn ranges_of(
    tx: &mut Tx,
    collection: CollectionId,
    paths: &HashSet<&str>,
) -> Result<HashMap<String, Range>, db::Error> {
    let text = format!(
        "select path, first_chunk, chunk_count from knowledge_document
         where collection_id = $1 and chunk_count > 0 and {}",
        tx.is_one_of_texts("path", 2)
    );
    let rows: Vec<(String, i64, i64)> =
        run!(tx, fetch_all, query_as(AssertSqlSafe(text)).bind(collection).bind(Json(paths)))?;
    Ok(rows.into_iter().map(|(path, first, count)| (path, range(first, count))).collect())
}

/// The documents of chunk `numbers`.
pub(in crate::knowledge) async fn located_by_chunk(
    tx: &mut Tx,
    collection: CollectionId,
    numbers: &[u32],
) -> Result<HashMap<u32, Located>, db::Error> {
    let text = tx.dialect(
        "select wanted.value, document.id, document.path, kind, title
         from json_each($2) as wanted join knowledge_document as document on document.id = (
             select id from knowledge_document
             where collection_id = $1 and chunk_count > 0 and first_chunk <= wanted.value
             order by first_chunk desc limit 1)",
        // Materialized: see `Tx::is_one_of`.
        "with wanted as materialized
             (select value::bigint from jsonb_array_elements_text($2) as value)
         select wanted.value, document.id, document.path, kind, title
         from wanted join knowledge_document as document on document.id = (
             select id from knowledge_document
             where collection_id = $1 and chunk_count > 0 and first_chunk <= wanted.value
             order by first_chunk desc limit 1)",
    );
    let rows: Vec<LocatedRow> =
        run!(tx, fetch_all, query_as(text).bind(collection).bind(Json(numbers)))?;
    let located = rows.into_iter().map(|(number, id, path, kind, title)| {
        (u32::try_from(number).unwrap_or(u32::MAX), Located { id, path, kind, title })
    });
    Ok(located.collect())
}

type LocatedRow = (i64, DocumentId, String, Option<String>, Option<String>);

/// `$1` is the collection, `$2` to `$7` are the filter; one that is null holds for all.
macro_rules! filtered {
    (sqlite $columns:literal $rest:literal) => {
        concat!(
            "select ",
            $columns,
            " from knowledge_document as document
              join knowledge_collection as collection on collection.id = collection_id
              where collection_id = $1 and ($2 is null or kind = $2)
                and substr(path, 1, length($3)) = $3
                and ($4 is null or exists (select 1 from json_each(tags) where value = $4))
                and ($5 is null or modified_at >= $5)
                and ($6 is null or (failure is not null) = $6)
                and ($7 is null or source_id = $7) ",
            $rest
        )
    };
    (postgres $columns:literal $rest:literal) => {
        concat!(
            "select ",
            $columns,
            " from knowledge_document as document
              join knowledge_collection as collection on collection.id = collection_id
              where collection_id = $1 and ($2::text is null or kind = $2)
                and starts_with(path, $3)
                and ($4::text is null or tags ? $4)
                and ($5::timestamptz is null or modified_at >= $5)
                and ($6::boolean is null or (failure is not null) = $6)
                and ($7::uuid is null or source_id = $7) ",
            $rest
        )
    };
}

const SELECT_SQLITE: &str = filtered!(sqlite "document.*, collection.name as collection"
    "and ($8 is null or path > $8) order by path limit $9");
// The order of bytes, as on SQLite.
const SELECT_POSTGRES: &str = filtered!(postgres "document.*, collection.name as collection"
    "and ($8::text is null or path collate \"C\" > $8) order by path collate \"C\" limit $9");
const RANGES_SQLITE: &str =
    filtered!(sqlite "path, first_chunk, chunk_count" "and chunk_count > 0");
const RANGES_POSTGRES: &str =
    filtered!(postgres "path, first_chunk, chunk_count" "and chunk_count > 0");

fn range(first: i64, count: i64) -> Range {
    let small = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
    Range { first: small(first), count: small(count) }
}

#[derive(sqlx::FromRow)]
struct DocumentRow {
    id: DocumentId,
    collection_id: CollectionId,
    source_id: Option<SourceId>,
    collection: Slug,
    path: String,
    kind: Option<String>,
    language: Option<String>,
    title: Option<String>,
    tags: Json<Vec<String>>,
    hash: String,
    bytes: i64,
    first_chunk: i64,
    chunk_count: i64,
    failure: Option<String>,
    modified_at: Timestamp,
    added_at: Timestamp,
}

impl From<DocumentRow> for Document {
    fn from(row: DocumentRow) -> Self {
        Self {
            id: row.id,
            collection: row.collection,
            path: row.path,
            kind: row.kind,
            language: row.language,
            title: row.title,
            tags: row.tags.0,
            bytes: row.bytes.unsigned_abs(),
            chunks: u32::try_from(row.chunk_count).unwrap_or(u32::MAX),
            hash: row.hash,
            source: row.source_id,
            failure: row.failure,
            modified_at: row.modified_at,
            added_at: row.added_at,
        }
    }
}
