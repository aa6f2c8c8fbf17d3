use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use bytes::Bytes;
use wire::federation::{Admission, NewProject, Newcomer, Project};
use wire::{Problem, Slug};

use crate::access::{Caller, FedRead, FedWrite};
use crate::federation::Federation;
use crate::federation::description::Description;
use crate::federation::project::Source;
use crate::ground::error::{Error, Result};
use crate::ground::http::extract::{Path, Raw, from_json};

/// Lists the slugs that beat but are in no catalog, the newest first.
#[utoipa::path(get, path = "/api/fed/newcomers", tag = "federation",
    responses((status = 200, body = Vec<Newcomer>), (status = "4XX", body = Problem)))]
pub(super) async fn list(
    State(federation): State<Federation>,
    _: Caller<FedRead>,
) -> Json<Vec<Newcomer>> {
    Json(federation.newcomers().list())
}

/// Admits a newcomer to the catalog with what its beats said; the body may say more.
#[utoipa::path(post, path = "/api/fed/newcomers/{slug}/admit", tag = "federation",
    params(("slug" = Slug, Path)), request_body = Option<Admission>,
    responses((status = 201, body = Project), (status = "4XX", body = Problem)))]
pub(super) async fn admit(
    State(federation): State<Federation>,
    caller: Caller<FedWrite>,
    Path(slug): Path<Slug>,
    Raw(body): Raw,
) -> Result<(StatusCode, Json<Project>)> {
    let admission = read(&body)?;
    let newcomer = federation.newcomers().get(&slug).cloned();
    let newcomer = newcomer.ok_or_else(|| Error::NotFound(format!("newcomer '{slug}'")))?;
    let hub_url = admission.hub_url.or(newcomer.hub_url).ok_or_else(|| {
        Error::field("hub_url", "is in no beat of this newcomer: say where its hub is")
    })?;
    let new = NewProject {
        slug: slug.to_string(),
        name: admission.name.unwrap_or_else(|| slug.to_string()),
        hub_url,
        tags: admission.tags,
        ..NewProject::default()
    };
    let new = serde_json::to_vec(&new).map_err(|error| Error::Internal(error.into()))?;
    let description = Description::from_json(&new).map_err(Error::Invalid)?;
    let registered = federation.register(caller.scope(), description, Source::Api).await?;
    let (project, _) = federation.show(registered.id)?;
    Ok((StatusCode::CREATED, Json(project)))
}

fn read(body: &Bytes) -> Result<Admission> {
    if body.is_empty() { Ok(Admission::default()) } else { from_json(body) }
}
