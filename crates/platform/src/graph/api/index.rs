use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use wire::graph::{GraphStatus, Indexing, NewIndexing};
use wire::{JobId, Problem, Slug};

use crate::access::{Caller, GraphRead, GraphWrite};
use crate::federation;
use crate::graph::plan::empty_status;
use crate::graph::{queue, store};
use crate::ground::app::App;
use crate::ground::error::{Error, Result};
use crate::ground::http::extract::{Body, Path};

/// What is indexed of a project, in numbers; all of them 0 when nothing is.
#[utoipa::path(get, path = "/api/v1/projects/{project}/graph", tag = "graph",
    params(("project" = Slug, Path)),
    responses((status = 200, body = GraphStatus), (status = "4XX", body = Problem)))]
pub(super) async fn status(
    State(app): State<App>,
    caller: Caller<GraphRead>,
    Path(project): Path<Slug>,
) -> Result<Json<GraphStatus>> {
    let mut tx = app.db.read(caller.scope()).await?;
    let id = federation::project_id(&mut tx, &project).await?;
    let Some(current) = store::current(&mut tx, id).await? else {
        return Ok(Json(empty_status()));
    };
    Ok(Json(GraphStatus {
        version: u64::try_from(current.version).unwrap_or(0),
        indexed_at: Some(current.indexed_at),
        ..current.summary.0
    }))
}

/// Reads a folder of the server's machine, or a repository of the project at its head, into the
/// graph, in the background. What the graph held
/// before and the folder does not hold goes.
#[utoipa::path(post, path = "/api/v1/projects/{project}/graph/index", tag = "graph",
    params(("project" = Slug, Path)), request_body = NewIndexing,
    responses((status = 202, body = Indexing), (status = "4XX", body = Problem)))]
pub(super) async fn index(
    State(app): State<App>,
    caller: Caller<GraphWrite>,
    Path(project): Path<Slug>,
    Body(new): Body<NewIndexing>,
) -> Result<(StatusCode, Json<Indexing>)> {
    let accepted = queue::ask(&app, caller.scope(), &project, new).await?;
    Ok((StatusCode::ACCEPTED, Json(accepted)))
}

/// How far an indexing is.
#[utoipa::path(get, path = "/api/v1/projects/{project}/graph/jobs/{id}", tag = "graph",
    params(("project" = Slug, Path), ("id" = JobId, Path)),
    responses((status = 200, body = Indexing), (status = "4XX", body = Problem)))]
pub(super) async fn progress(
    State(app): State<App>,
    caller: Caller<GraphRead>,
    Path((project, id)): Path<(Slug, JobId)>,
) -> Result<Json<Indexing>> {
    let mut tx = app.db.read(caller.scope()).await?;
    let found = store::find_indexing(&mut tx, id).await?;
    let own = found.filter(|(slug, _, _)| *slug == project);
    let (_, _, indexing) = own.ok_or_else(|| Error::NotFound(format!("the indexing {id}")))?;
    Ok(Json(indexing))
}
