use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wire::repositories::{CreatedRepository, NewRepository, QueuedFetch, Repository};
use wire::{Problem, RepositoryId, Slug};

use super::webhook::{__path_webhook, webhook};
use super::{register, store};
use crate::access::{Caller, RepositoriesRead, RepositoriesWrite};
use crate::federation;
use crate::ground::app::App;
use crate::ground::error::Result;
use crate::ground::http::extract::{Body, Path};
use crate::ground::http::idempotency::NotKept;

/// A push of thousands of commits is larger than what is taken elsewhere.
const LARGEST_DELIVERY: usize = 8 << 20;

pub(crate) fn routes(app: App) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, remove))
        .routes(routes!(fetch))
        .with_state(app)
}

/// Those that stand before authentication: a signature is asked for in its place.
pub(crate) fn webhooks(app: App) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(webhook))
        .layer(DefaultBodyLimit::max(LARGEST_DELIVERY))
        .with_state(app)
}

/// Lists the git repositories of a project, the oldest first, with what the last look found.
#[utoipa::path(get, path = "/api/v1/projects/{project}/repositories", tag = "repositories",
    params(("project" = Slug, Path)),
    responses((status = 200, body = Vec<Repository>), (status = "4XX", body = Problem)))]
async fn list(
    State(app): State<App>,
    caller: Caller<RepositoriesRead>,
    Path(project): Path<Slug>,
) -> Result<Json<Vec<Repository>>> {
    let mut tx = app.db.read(caller.scope()).await?;
    let project = federation::project_id(&mut tx, &project).await?;
    let rows = store::list(&mut tx, project).await?;
    Ok(Json(rows.into_iter().map(Repository::from).collect()))
}

/// Registers a folder of the server or a URL. It is looked at at once, and again and again. The
/// secret of its webhook is shown this once.
#[utoipa::path(post, path = "/api/v1/projects/{project}/repositories", tag = "repositories",
    params(("project" = Slug, Path)), request_body = NewRepository,
    responses((status = 201, body = CreatedRepository), (status = "4XX", body = Problem)))]
async fn create(
    State(app): State<App>,
    caller: Caller<RepositoriesWrite>,
    Path(project): Path<Slug>,
    Body(new): Body<NewRepository>,
) -> Result<Response> {
    let made = register::create(&app, caller.scope(), project, new).await?;
    Ok((StatusCode::CREATED, Extension(NotKept), Json(made)).into_response())
}

/// One repository.
#[utoipa::path(get, path = "/api/v1/projects/{project}/repositories/{id}", tag = "repositories",
    params(("project" = Slug, Path), ("id" = RepositoryId, Path)),
    responses((status = 200, body = Repository), (status = "4XX", body = Problem)))]
async fn show(
    State(app): State<App>,
    caller: Caller<RepositoriesRead>,
    Path((project, id)): Path<(Slug, RepositoryId)>,
) -> Result<Json<Repository>> {
    let mut tx = app.db.read(caller.scope()).await?;
    let row = register::find(&mut tx, &project, id).await?;
    Ok(Json(row.into()))
}

/// Removes a repository, and what is kept of it here.
#[utoipa::path(delete, path = "/api/v1/projects/{project}/repositories/{id}",
    tag = "repositories", params(("project" = Slug, Path), ("id" = RepositoryId, Path)),
    responses((status = 204), (status = "4XX", body = Problem)))]
async fn remove(
    State(app): State<App>,
    caller: Caller<RepositoriesWrite>,
    Path((project, id)): Path<(Slug, RepositoryId)>,
) -> Result<StatusCode> {
    register::remove(&app, caller.scope(), &project, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Looks at a repository now, in the background.
#[utoipa::path(post, path = "/api/v1/projects/{project}/repositories/{id}/fetch",
    tag = "repositories", params(("project" = Slug, Path), ("id" = RepositoryId, Path)),
    responses((status = 202, body = QueuedFetch), (status = "4XX", body = Problem)))]
async fn fetch(
    State(app): State<App>,
    caller: Caller<RepositoriesWrite>,
    Path((project, id)): Path<(Slug, RepositoryId)>,
) -> Result<(StatusCode, Json<QueuedFetch>)> {
    let mut tx = app.db.write(caller.scope()).await?;
    register::find(&mut tx, &project, id).await?;
    let job = register::queue(&app, &mut tx, id).await?;
    app.commit(tx).await?;
    Ok((StatusCode::ACCEPTED, Json(QueuedFetch { job })))
}
