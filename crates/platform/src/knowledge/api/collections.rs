use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use wire::knowledge::{Collection, CollectionPatch, NewCollection};
use wire::{Problem, Slug};

use crate::access::{Caller, KnowledgeRead, KnowledgeWrite};
use crate::ground::app::App;
use crate::ground::error::Result;
use crate::ground::http::extract::{Body, Path};
use crate::knowledge::collections::{self, Place};
use crate::knowledge::reembed;

/// Lists the collections of a project, with what they hold.
#[utoipa::path(get, path = "/api/v1/projects/{project}/knowledge/collections", tag = "knowledge",
    params(("project" = Slug, Path)),
    responses((status = 200, body = Vec<Collection>), (status = "4XX", body = Problem)))]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller<KnowledgeRead>,
    Path(project): Path<Slug>,
) -> Result<Json<Vec<Collection>>> {
    let mut tx = app.db.read(caller.scope()).await?;
    Ok(Json(collections::list(&mut tx, &project, None).await?))
}

/// Makes a collection.
#[utoipa::path(post, path = "/api/v1/projects/{project}/knowledge/collections", tag = "knowledge",
    params(("project" = Slug, Path)), request_body = NewCollection,
    responses((status = 201, body = Collection), (status = "4XX", body = Problem)))]
pub(super) async fn create(
    State(app): State<App>,
    caller: Caller<KnowledgeWrite>,
    Path(project): Path<Slug>,
    Body(new): Body<NewCollection>,
) -> Result<(StatusCode, Json<Collection>)> {
    let made = collections::create(&app, caller.scope(), &project, &new).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Shows a collection.
#[utoipa::path(get, path = "/api/v1/projects/{project}/knowledge/collections/{name}",
    tag = "knowledge", params(("project" = Slug, Path), ("name" = Slug, Path)),
    responses((status = 200, body = Collection), (status = "4XX", body = Problem)))]
pub(super) async fn read(
    State(app): State<App>,
    caller: Caller<KnowledgeRead>,
    Path((project, name)): Path<(Slug, Slug)>,
) -> Result<Json<Collection>> {
    let mut tx = app.db.read(caller.scope()).await?;
    Ok(Json(collections::show(&mut tx, &project, &name).await?))
}

/// Changes how a collection is searched.
#[utoipa::path(patch, path = "/api/v1/projects/{project}/knowledge/collections/{name}",
    tag = "knowledge", params(("project" = Slug, Path), ("name" = Slug, Path)),
    request_body = CollectionPatch,
    responses((status = 200, body = Collection), (status = "4XX", body = Problem)))]
pub(super) async fn change(
    State(app): State<App>,
    caller: Caller<KnowledgeWrite>,
    Path((project, name)): Path<(Slug, Slug)>,
    Body(patch): Body<CollectionPatch>,
) -> Result<Json<Collection>> {
    let place = Place { project, name };
    Ok(Json(collections::change(&app, caller.scope(), &place, patch).await?))
}

/// Removes a collection with all its documents.
#[utoipa::path(delete, path = "/api/v1/projects/{project}/knowledge/collections/{name}",
    tag = "knowledge", params(("project" = Slug, Path), ("name" = Slug, Path)),
    responses((status = 204), (status = "4XX", body = Problem)))]
pub(super) async fn remove(
    State(app): State<App>,
    caller: Caller<KnowledgeWrite>,
    Path((project, name)): Path<(Slug, Slug)>,
) -> Result<StatusCode> {
    collections::remove(&app, caller.scope(), &Place { project, name }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes new vectors for a collection in the background; the old ones serve until all are there.
#[utoipa::path(post, path = "/api/v1/projects/{project}/knowledge/collections/{name}/reembed",
    tag = "knowledge", params(("project" = Slug, Path), ("name" = Slug, Path)),
    responses((status = 202), (status = "4XX", body = Problem)))]
pub(super) async fn reembed(
    State(app): State<App>,
    caller: Caller<KnowledgeWrite>,
    Path((project, name)): Path<(Slug, Slug)>,
) -> Result<StatusCode> {
    reembed::queue(&app, caller.scope(), &Place { project, name }).await?;
    Ok(StatusCode::ACCEPTED)
}
