use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use wire::federation::Project;
use wire::{Problem, Slug};

use crate::access::{Caller, FedRead, FedWrite};
use crate::federation::catalog::not_found;
use crate::federation::entry::Entry;
use crate::federation::project::Source;
use crate::federation::{Federation, backstage};
use crate::ground::error::{Error, Result};
use crate::ground::http::extract::{Path, Raw};

/// Writes a project as the `catalog-info.yaml` of Backstage.
#[utoipa::path(get, path = "/api/fed/projects/{slug}/catalog-info", tag = "federation",
    params(("slug" = Slug, Path)),
    responses((status = 200, body = String, content_type = "application/yaml"),
              (status = "4XX", body = Problem)))]
pub(super) async fn export(
    State(federation): State<Federation>,
    _: Caller<FedRead>,
    Path(slug): Path<Slug>,
) -> Result<Response> {
    let project = federation.board().find(slug.as_str()).map(Entry::to_wire);
    let project = project.ok_or_else(|| not_found(slug.as_str()))?;
    Ok(([(CONTENT_TYPE, "application/yaml")], backstage::export(&project)).into_response())
}

/// Registers every component of a `catalog-info.yaml`, or none.
#[utoipa::path(post, path = "/api/fed/catalog-info", tag = "federation",
    request_body(content = String, content_type = "application/yaml"),
    responses((status = 200, body = Vec<Project>), (status = "4XX", body = Problem)))]
pub(super) async fn import(
    State(federation): State<Federation>,
    caller: Caller<FedWrite>,
    Raw(body): Raw,
) -> Result<Json<Vec<Project>>> {
    let descriptions = backstage::import(&body).map_err(Error::Invalid)?;
    let ids = federation.register_all(caller.scope(), descriptions, Source::Api).await?;
    let projects = ids.into_iter().map(|id| federation.show(id).map(|(project, _)| project));
    projects.collect::<Result<_>>().map(Json)
}
