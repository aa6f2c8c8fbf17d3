//! Collections.

use std::str::FromStr;

use db::{Tx, run};
use retrieval::keyword::Language;
use sqlx::{query, query_as, query_scalar};
use wire::knowledge::Collection;
use wire::{CollectionId, ProjectId, Slug, Timestamp};

use crate::knowledge::collections::Settings;

/// `false` when the name is taken.
pub(in crate::knowledge) async fn insert_collection(
    tx: &mut Tx,
    settings: &Settings,
    now: Timestamp,
) -> Result<bool, db::Error> {
    let inserted = run!(
        tx,
        execute,
        query(
            "insert into knowledge_collection (id, project_id, name, language, model, chunk_tokens,
                                               chunk_overlap, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)
             on conflict (project_id, name) do nothing"
        )
        .bind(settings.id)
        .bind(settings.project)
        .bind(&settings.name)
        .bind(settings.language.as_str())
        .bind(&settings.model)
        .bind(i64::from(settings.chunk_tokens))
        .bind(i64::from(settings.chunk_overlap))
        .bind(now)
    )?;
    Ok(inserted > 0)
}

/// The collections of a project, or the one of that name.
pub(in crate::knowledge) async fn settings(
    tx: &mut Tx,
    project: ProjectId,
    name: Option<&Slug>,
) -> Result<Vec<Settings>, db::Error> {
    let rows: Vec<SettingsRow> = run!(
        tx,
        fetch_all,
        query_as(
            "select id, project_id, name, language, model, chunk_tokens, chunk_overlap, weight
             from knowledge_collection where project_id = $1 and name = coalesce($2, name)
             order by name"
        )
        .bind(project)
        .bind(name)
    )?;
    Ok(rows.into_iter().map(Settings::from).collect())
}

pub(in crate::knowledge) async fn settings_by_id(
    tx: &mut Tx,
    id: CollectionId,
) -> Result<Option<Settings>, db::Error> {
    let text = "select id, project_id, name, language, model, chunk_tokens, chunk_overlap, weight
                from knowledge_collection where id = $1";
    let row: Option<SettingsRow> = run!(tx, fetch_optional, query_as(text).bind(id))?;
    Ok(row.map(Settings::from))
}

pub(in crate::knowledge) async fn collections(
    tx: &mut Tx,
    project: ProjectId,
    slug: &Slug,
    name: Option<&Slug>,
) -> Result<Vec<Collection>, db::Error> {
    let rows: Vec<CollectionRow> = run!(
        tx,
        fetch_all,
        query_as(
            "select collection.id, name, language, model, chunk_tokens, chunk_overlap, weight,
                    collection.created_at, chunk_count, word_count,
                    coalesce(documents, 0) as documents, coalesce(failed, 0) as failed,
                    coalesce(bytes, 0) as bytes
             from knowledge_collection as collection
             join search_index on search_index.id = collection.id
             left join (
                 select collection_id, count(*) as documents, count(failure) as failed,
                        cast(sum(bytes) as bigint) as bytes
                 from knowledge_document group by collection_id
             ) as held on held.collection_id = collection.id
             where project_id = $1 and name = coalesce($2, name) order by name"
        )
        .bind(project)
        .bind(name)
    )?;
    Ok(rows.into_iter().map(|row| row.into_collection(slug)).collect())
}

pub(in crate::knowledge) async fn set_weight(
    tx: &mut Tx,
    id: CollectionId,
    weight: Option<f32>,
) -> Result<(), db::Error> {
    let text = "update knowledge_collection set weight = $2 where id = $1";
    run!(tx, execute, query(text).bind(id).bind(weight))?;
    Ok(())
}

pub(in crate::knowledge) async fn set_model(
    tx: &mut Tx,
    id: CollectionId,
    model: &str,
) -> Result<(), db::Error> {
    let text = "update knowledge_collection set model = $2 where id = $1";
    run!(tx, execute, query(text).bind(id).bind(model))?;
    Ok(())
}

/// Whether nothing is in a collection and nothing is on its way.
pub(in crate::knowledge) async fn is_empty(
    tx: &mut Tx,
    id: CollectionId,
) -> Result<bool, db::Error> {
    let text = "select (select count(*) from knowledge_document where collection_id = $1)
                     + (select count(*) from knowledge_ingest
                        where collection_id = $1 and finished_at is null)";
    let held: i64 = run!(tx, fetch_one, query_scalar(text).bind(id))?;
    Ok(held == 0)
}

/// Gives a collection that holds nothing the settings of another.
pub(in crate::knowledge) async fn adopt(tx: &mut Tx, settings: &Settings) -> Result<(), db::Error> {
    run!(
        tx,
        execute,
        query(
            "update knowledge_collection
             set language = $2, model = $3, chunk_tokens = $4, chunk_overlap = $5, weight = $6
             where id = $1"
        )
        .bind(settings.id)
        .bind(settings.language.as_str())
        .bind(&settings.model)
        .bind(i64::from(settings.chunk_tokens))
        .bind(i64::from(settings.chunk_overlap))
        .bind(settings.weight)
    )?;
    Ok(())
}

pub(in crate::knowledge) async fn delete_collection(
    tx: &mut Tx,
    id: CollectionId,
) -> Result<(), db::Error> {
    run!(tx, execute, query("delete from knowledge_collection where id = $1").bind(id))?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct SettingsRow {
    id: CollectionId,
    project_id: ProjectId,
    name: Slug,
    language: String,
    model: Option<String>,
    chunk_tokens: i64,
    chunk_overlap: i64,
    weight: Option<f32>,
}

impl From<SettingsRow> for Settings {
    fn from(row: SettingsRow) -> Self {
        Self {
            id: row.id,
            project: row.project_id,
            name: row.name,
            language: Language::from_str(&row.language).unwrap_or_default(),
            model: row.model,
            chunk_tokens: u32::try_from(row.chunk_tokens).unwrap_or(u32::MAX),
            chunk_overlap: u32::try_from(row.chunk_overlap).unwrap_or(u32::MAX),
            weight: row.weight,
        }
    }
}

#[derive(sqlx::FromRow)]
struct CollectionRow {
    id: CollectionId,
    name: Slug,
    language: String,
    model: Option<String>,
    chunk_tokens: i64,
    chunk_overlap: i64,
    weight: Option<f32>,
    created_at: Timestamp,
    chunk_count: i64,
    word_count: i64,
    documents: i64,
    failed: i64,
    bytes: i64,
}

impl CollectionRow {
    fn into_collection(self, project: &Slug) -> Collection {
        Collection {
            id: self.id,
            project: project.clone(),
            name: self.name,
            language: self.language,
            model: self.model,
            chunk_tokens: u32::try_from(self.chunk_tokens).unwrap_or(u32::MAX),
            chunk_overlap: u32::try_from(self.chunk_overlap).unwrap_or(u32::MAX),
            weight: self.weight,
            documents: self.documents.unsigned_abs(),
            failed: self.failed.unsigned_abs(),
            chunks: self.chunk_count.unsigned_abs(),
            words: self.word_count.unsigned_abs(),
            bytes: self.bytes.unsigned_abs(),
            created_at: self.created_at,
        }
    }
}
