use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use axum::response::sse::Event;
use db::Scope;
use futures::{Stream, StreamExt, stream};
use serde::Deserialize;
use wire::knowledge::{
    Comparison, Document, DocumentText, Ingest, IngestState, Manifest, NewDocuments, Removed,
    SearchFilters,
};
use wire::{DocumentId, JobId, Problem, Slug, SourceId};

use crate::access::{Caller, KnowledgeRead, KnowledgeWrite};
use crate::ground::app::App;
use crate::ground::error::{Error, Result};
use crate::ground::http::extract::{Body, Path, Query};
use crate::ground::http::{page, sse};
use crate::knowledge::collections::Place;
use crate::knowledge::documents;
use crate::knowledge::search::document_filter;
use crate::knowledge::store::DocumentFilter;

/// How often the progress of a job is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(250);

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// `documents` when absent.
    collection: Option<String>,
    kind: Option<String>,
    /// Paths begin with it.
    path: Option<String>,
    tag: Option<String>,
    source: Option<SourceId>,
    /// Those that could not be read, or those that could.
    failed: Option<bool>,
    /// 1 to 1,000; 100 when absent.
    limit: Option<usize>,
    cursor: Option<String>,
}

/// Lists the documents of a collection by path.
#[utoipa::path(get, path = "/api/v1/projects/{project}/knowledge/documents", tag = "knowledge",
    params(("project" = Slug, Path), ListQuery),
    responses((status = 200, body = Vec<Document>), (status = "4XX", body = Problem)))]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller<KnowledgeRead>,
    Path(project): Path<Slug>,
    Query(asked): Query<ListQuery>,
    uri: Uri,
) -> Result<Response> {
    let limit = page::limit(asked.limit)?;
    let after: Option<String> = page::decode(asked.cursor.as_deref())?;
    let place = Place::new(project, asked.collection.as_deref())?;
    let filters = SearchFilters { kind: asked.kind, tag: asked.tag, ..SearchFilters::default() };
    let mut wrong = None;
    let (known, _) = document_filter(&filters, &mut |_, message| wrong = Some(message));
    if let Some(message) = wrong {
        return Err(Error::field("kind", message));
    }
    let filter = DocumentFilter {
        prefix: asked.path.unwrap_or_default(),
        source: asked.source,
        failed: asked.failed,
        ..known
    };
    let mut tx = app.db.read(caller.scope()).await?;
    let found = documents::list(&mut tx, &place, &filter, (after.as_deref(), limit)).await?;
    let next = page::next(&found, limit, |document| document.path.clone());
    Ok(page::answer(&found, &uri, next))
}

/// Adds documents in the background; what is there already is left out.
#[utoipa::path(post, path = "/api/v1/projects/{project}/knowledge/documents", tag = "knowledge",
    params(("project" = Slug, Path)), request_body = NewDocuments,
    responses((status = 202, body = Ingest), (status = "4XX", body = Problem)))]
pub(super) async fn add(
    State(app): State<App>,
    caller: Caller<KnowledgeWrite>,
    Path(project): Path<Slug>,
    Body(new): Body<NewDocuments>,
) -> Result<(StatusCode, Json<Ingest>)> {
    let place = Place::new(project, new.collection.as_deref())?;
    let accepted = documents::add(&app, caller.scope(), &place, new.documents).await?;
    Ok((StatusCode::ACCEPTED, Json(accepted)))
}

/// Compares a list of paths and hashes with a collection.
#[utoipa::path(post, path = "/api/v1/projects/{project}/knowledge/compare", tag = "knowledge",
    params(("project" = Slug, Path)), request_body = Manifest,
    responses((status = 200, body = Comparison), (status = "4XX", body = Problem)))]
pub(super) async fn compare(
    State(app): State<App>,
    caller: Caller<KnowledgeRead>,
    Path(project): Path<Slug>,
    Body(manifest): Body<Manifest>,
) -> Result<Json<Comparison>> {
    let mut tx = app.db.read(caller.scope()).await?;
    Ok(Json(documents::compare(&mut tx, project, manifest).await?))
}

/// Reads a document: what is known of it, and its text.
#[utoipa::path(get, path = "/api/v1/projects/{project}/knowledge/documents/{id}",
    tag = "knowledge", params(("project" = Slug, Path), ("id" = DocumentId, Path)),
    responses((status = 200, body = DocumentText), (status = "4XX", body = Problem)))]
pub(super) async fn read(
    State(app): State<App>,
    caller: Caller<KnowledgeRead>,
    Path((project, id)): Path<(Slug, DocumentId)>,
) -> Result<Json<DocumentText>> {
    let mut tx = app.db.read(caller.scope()).await?;
    Ok(Json(documents::read(&mut tx, &project, id).await?))
}

/// Removes a document.
#[utoipa::path(delete, path = "/api/v1/projects/{project}/knowledge/documents/{id}",
    tag = "knowledge", params(("project" = Slug, Path), ("id" = DocumentId, Path)),
    responses((status = 204), (status = "4XX", body = Problem)))]
pub(super) async fn remove(
    State(app): State<App>,
    caller: Caller<KnowledgeWrite>,
    Path((project, id)): Path<(Slug, DocumentId)>,
) -> Result<StatusCode> {
    documents::remove(&app, caller.scope(), &project, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Documents to remove.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Paths {
    /// `documents` when absent.
    collection: Option<String>,
    /// At most 20,000.
    paths: Vec<String>,
}

/// Removes the documents of those paths; a path that is not there is passed over.
#[utoipa::path(post, path = "/api/v1/projects/{project}/knowledge/documents/remove",
    tag = "knowledge", params(("project" = Slug, Path)), request_body = Paths,
    responses((status = 200, body = Removed), (status = "4XX", body = Problem)))]
pub(super) async fn remove_paths(
    State(app): State<App>,
    caller: Caller<KnowledgeWrite>,
    Path(project): Path<Slug>,
    Body(asked): Body<Paths>,
) -> Result<Json<Removed>> {
    let place = Place::new(project, asked.collection.as_deref())?;
    Ok(Json(documents::remove_paths(&app, caller.scope(), &place, &asked.paths).await?))
}

/// How far documents are on their way in.
#[utoipa::path(get, path = "/api/v1/projects/{project}/knowledge/jobs/{id}", tag = "knowledge",
    params(("project" = Slug, Path), ("id" = JobId, Path)),
    responses((status = 200, body = Ingest), (status = "4XX", body = Problem)))]
pub(super) async fn progress(
    State(app): State<App>,
    caller: Caller<KnowledgeRead>,
    Path((project, id)): Path<(Slug, JobId)>,
) -> Result<Json<Ingest>> {
    let mut tx = app.db.read(caller.scope()).await?;
    Ok(Json(documents::progress(&mut tx, &project, id).await?))
}

/// Follows documents on their way in, until the last is there.
#[utoipa::path(get, path = "/api/v1/projects/{project}/knowledge/jobs/{id}/stream",
    tag = "knowledge", params(("project" = Slug, Path), ("id" = JobId, Path)),
    responses((status = 200, body = String, content_type = "text/event-stream"),
              (status = "4XX", body = Problem)))]
pub(super) async fn follow(
    State(app): State<App>,
    caller: Caller<KnowledgeRead>,
    Path((project, id)): Path<(Slug, JobId)>,
) -> Result<Response> {
    let mut tx = app.db.read(caller.scope()).await?;
    documents::progress(&mut tx, &project, id).await?;
    let scope = caller.scope().clone();
    let changes = changes(app.clone(), scope, project, id)
        .filter_map(async |ingest| Event::default().event("progress").json_data(&ingest).ok());
    Ok(sse::answer(&app, 0, Box::pin(changes)))
}

/// The progress whenever it changed; ends behind the last.
fn changes(app: App, scope: Scope, project: Slug, id: JobId) -> impl Stream<Item = Ingest> + Send {
    stream::unfold(
        (None::<Ingest>, app, scope, project),
        move |(last, app, scope, project)| async move {
            if last.as_ref().is_some_and(|last| last.state != IngestState::Running) {
                return None;
            }
            loop {
                let now = async {
                    let mut tx = app.db.read(&scope).await?;
                    documents::progress(&mut tx, &project, id).await
                };
                let now = now.await.ok()?;
                if last.as_ref() != Some(&now) {
                    return Some((now.clone(), (Some(now), app, scope, project)));
                }
                app.clock.sleep(LOOK_EVERY).await;
            }
        },
    )
}
