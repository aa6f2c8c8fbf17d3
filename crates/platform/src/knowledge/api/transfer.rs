use axum::Json;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use wire::knowledge::{ImportReport, TableImport};
use wire::{Problem, Slug};

use crate::access::{Caller, KnowledgeRead, KnowledgeWrite};
use crate::ground::app::App;
use crate::ground::error::Result;
use crate::ground::http::extract::{Body, Path, Query};
use crate::knowledge::collections::Place;
use crate::knowledge::transfer::{self, Spool};

/// Sends a collection as one archive: documents, chunks and vectors as they are stored.
#[utoipa::path(get, path = "/api/v1/projects/{project}/knowledge/collections/{name}/export",
    tag = "knowledge", params(("project" = Slug, Path), ("name" = Slug, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "application/gzip"),
              (status = "4XX", body = Problem)))]
pub(super) async fn export(
    State(app): State<App>,
    caller: Caller<KnowledgeRead>,
    Path((project, name)): Path<(Slug, Slug)>,
) -> Result<Response> {
    let file = format!("attachment; filename=\"{name}.jsonl.gz\"");
    let pieces = transfer::export(&app, caller.scope(), Place { project, name }).await?;
    let headers = [(CONTENT_TYPE, "application/gzip".to_owned()), (CONTENT_DISPOSITION, file)];
    Ok((headers, axum::body::Body::from_stream(pieces)).into_response())
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ImportQuery {
    /// Made when it does not exist; `documents` when absent.
    collection: Option<String>,
    /// `archive` when absent.
    #[serde(default)]
    #[param(inline)]
    format: Format,
}

#[derive(Debug, Clone, Copy, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum Format {
    /// What an export sent.
    #[default]
    Archive,
    /// One JSON object a line.
    Jsonl,
    /// What a collection of Chroma answers when it is asked for all it holds.
    Chroma,
}

/// Imports a file into a collection. A file that is wrong in one place changes nothing; importing
/// the same again changes nothing either.
#[utoipa::path(post, path = "/api/v1/projects/{project}/knowledge/import", tag = "knowledge",
    params(("project" = Slug, Path), ImportQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = ImportReport), (status = "4XX", body = Problem)))]
pub(super) async fn import(
    State(app): State<App>,
    caller: Caller<KnowledgeWrite>,
    Path(project): Path<Slug>,
    Query(asked): Query<ImportQuery>,
    body: axum::body::Body,
) -> Result<Json<ImportReport>> {
    let place = Place::new(project, asked.collection.as_deref())?;
    place.check_project(&app, caller.scope()).await?;
    let spool = Spool::receive(&app, body).await?;
    let report = match asked.format {
        Format::Archive => transfer::restore(&app, caller.scope(), &place, spool).await?,
        Format::Jsonl => transfer::json_lines(&app, caller.scope(), &place, spool).await?,
        Format::Chroma => transfer::chroma(&app, caller.scope(), &place, spool).await?,
    };
    Ok(Json(report))
}

/// Imports a table of another PostgreSQL into a collection.
#[utoipa::path(post, path = "/api/v1/projects/{project}/knowledge/import/table",
    tag = "knowledge", params(("project" = Slug, Path)), request_body = TableImport,
    responses((status = 200, body = ImportReport), (status = "4XX", body = Problem)))]
pub(super) async fn import_table(
    State(app): State<App>,
    caller: Caller<KnowledgeWrite>,
    Path(project): Path<Slug>,
    Body(asked): Body<TableImport>,
) -> Result<Json<ImportReport>> {
    let place = Place::new(project, asked.collection.as_deref())?;
    place.check_project(&app, caller.scope()).await?;
    Ok(Json(transfer::table(&app, caller.scope(), &place, &asked).await?))
}
