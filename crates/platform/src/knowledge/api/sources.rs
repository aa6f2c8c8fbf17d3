use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use wire::knowledge::{NewSource, Source};
use wire::{Problem, Slug, SourceId};

use crate::access::{Caller, KnowledgeRead, KnowledgeWrite};
use crate::ground::app::App;
use crate::ground::error::Result;
use crate::ground::http::extract::{Body, Path, Query};
use crate::knowledge::sources::{self, Documents};

/// Lists the sources of a project, the oldest first, with what the last look found.
#[utoipa::path(get, path = "/api/v1/projects/{project}/knowledge/sources", tag = "knowledge",
    params(("project" = Slug, Path)),
    responses((status = 200, body = Vec<Source>), (status = "4XX", body = Problem)))]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller<KnowledgeRead>,
    Path(project): Path<Slug>,
) -> Result<Json<Vec<Source>>> {
    let mut tx = app.db.read(caller.scope()).await?;
    Ok(Json(sources::list(&mut tx, &project).await?))
}

/// Adds a source; it is looked at at once, and again and again.
#[utoipa::path(post, path = "/api/v1/projects/{project}/knowledge/sources", tag = "knowledge",
    params(("project" = Slug, Path)), request_body = NewSource,
    responses((status = 201, body = Source), (status = "4XX", body = Problem)))]
pub(super) async fn create(
    State(app): State<App>,
    caller: Caller<KnowledgeWrite>,
    Path(project): Path<Slug>,
    Body(new): Body<NewSource>,
) -> Result<(StatusCode, Json<Source>)> {
    let made = sources::create(&app, caller.scope(), project, new).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct RemoveQuery {
    /// The documents it brought go too; they stay when absent.
    #[serde(default)]
    documents: bool,
}

/// Removes a source.
#[utoipa::path(delete, path = "/api/v1/projects/{project}/knowledge/sources/{id}",
    tag = "knowledge", params(("project" = Slug, Path), ("id" = SourceId, Path), RemoveQuery),
    responses((status = 204), (status = "4XX", body = Problem)))]
pub(super) async fn remove(
    State(app): State<App>,
    caller: Caller<KnowledgeWrite>,
    Path((project, id)): Path<(Slug, SourceId)>,
    Query(asked): Query<RemoveQuery>,
) -> Result<StatusCode> {
    let documents = if asked.documents { Documents::Remove } else { Documents::Keep };
    sources::remove(&app, caller.scope(), &project, (id, documents)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Looks at a source now, in the background.
#[utoipa::path(post, path = "/api/v1/projects/{project}/knowledge/sources/{id}/run",
    tag = "knowledge", params(("project" = Slug, Path), ("id" = SourceId, Path)),
    responses((status = 202), (status = "4XX", body = Problem)))]
pub(super) async fn run(
    State(app): State<App>,
    caller: Caller<KnowledgeWrite>,
    Path((project, id)): Path<(Slug, SourceId)>,
) -> Result<StatusCode> {
    sources::run(&app, caller.scope(), &project, id).await?;
    Ok(StatusCode::ACCEPTED)
}
