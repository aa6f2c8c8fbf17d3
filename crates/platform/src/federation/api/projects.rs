use axum::Json;
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use wire::federation::{History, NewProject, Project, ProjectPatch, Status};
use wire::{Problem, ProjectId, Slug};

use crate::access::{Caller, FedRead, FedWrite};
use crate::federation::catalog::not_found;
use crate::federation::description::{Description, Patch};
use crate::federation::listing::Filter;
use crate::federation::project::Source;
use crate::federation::{Federation, history, store};
use crate::ground::error::{Error, Result};
use crate::ground::http::etag::{self, Version};
use crate::ground::http::extract::{Path, Query, RawJson};
use crate::ground::http::page;

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    status: Option<Status>,
    tag: Option<String>,
    /// Part of the slug, the name or the description.
    q: Option<String>,
    /// 1 to 1,000; 100 when absent.
    limit: Option<usize>,
    cursor: Option<String>,
}

/// Lists the projects by slug, each with its status and the reasons for it.
#[utoipa::path(get, path = "/api/fed/projects", tag = "federation", params(ListQuery),
    responses((status = 200, body = Vec<Project>), (status = "4XX", body = Problem)))]
pub(super) async fn list(
    State(federation): State<Federation>,
    _: Caller<FedRead>,
    Query(asked): Query<ListQuery>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response> {
    let limit = page::limit(asked.limit)?;
    let filter = Filter {
        status: asked.status,
        tag: asked.tag,
        text: asked.q.map(|text| text.to_lowercase()),
        after: page::decode(asked.cursor.as_deref())?,
    };
    let page = federation.listing().page(&filter, limit);
    if etag::is_known(&page.tag, &headers) {
        return Ok(etag::not_modified(&page.tag));
    }
    let json = ([(CONTENT_TYPE, "application/json")], page.body);
    Ok(page::linked(etag::with_etag(&page.tag, json), &uri, page.next))
}

/// Registers a project, or brings the one of that slug up to date.
#[utoipa::path(post, path = "/api/fed/projects", tag = "federation", request_body = NewProject,
    responses((status = 201, body = Project), (status = 200, body = Project),
              (status = "4XX", body = Problem)))]
pub(super) async fn register(
    State(federation): State<Federation>,
    caller: Caller<FedWrite>,
    RawJson(body): RawJson,
) -> Result<Response> {
    let description = Description::from_json(&body).map_err(Error::Invalid)?;
    let registered = federation.register(caller.scope(), description, Source::Api).await?;
    let (project, version) = federation.show(registered.id)?;
    let location = format!("/api/fed/projects/{}", project.slug);
    let status = if registered.is_new { StatusCode::CREATED } else { StatusCode::OK };
    let answer = (status, [(LOCATION, location)], Json(project));
    Ok(etag::with_etag(&version.tag(), answer))
}

/// Shows a project.
#[utoipa::path(get, path = "/api/fed/projects/{slug}", tag = "federation",
    params(("slug" = Slug, Path)),
    responses((status = 200, body = Project), (status = "4XX", body = Problem)))]
pub(super) async fn read(
    State(federation): State<Federation>,
    _: Caller<FedRead>,
    Path(slug): Path<Slug>,
    headers: HeaderMap,
) -> Result<Response> {
    let (project, version) = federation.find(&slug)?;
    if version.is_known(&headers) {
        return Ok(etag::not_modified(&version.tag()));
    }
    Ok(etag::with_etag(&version.tag(), Json(project)))
}

/// Changes a project. What is absent stays; `null` clears what may be empty.
#[utoipa::path(patch, path = "/api/fed/projects/{slug}", tag = "federation",
    params(("slug" = Slug, Path), ("If-Match" = Option<String>, Header)),
    request_body = ProjectPatch,
    responses((status = 200, body = Project), (status = "4XX", body = Problem)))]
pub(super) async fn patch(
    State(federation): State<Federation>,
    caller: Caller<FedWrite>,
    Path(slug): Path<Slug>,
    headers: HeaderMap,
    RawJson(body): RawJson,
) -> Result<Response> {
    let patch = Patch::from_json(&body).map_err(Error::Invalid)?;
    let check = |known: &crate::federation::project::Project| version(known).check(&headers);
    let id = federation.patch(caller.scope(), &slug, patch, check).await?;
    let (project, version) = federation.show(id)?;
    Ok(etag::with_etag(&version.tag(), Json(project)))
}

/// Removes a project from the catalog, its history with it. Its beats make it a newcomer again.
#[utoipa::path(delete, path = "/api/fed/projects/{slug}", tag = "federation",
    params(("slug" = Slug, Path), ("If-Match" = String, Header)),
    responses((status = 204), (status = "4XX", body = Problem)))]
pub(super) async fn remove(
    State(federation): State<Federation>,
    caller: Caller<FedWrite>,
    Path(slug): Path<Slug>,
    headers: HeaderMap,
) -> Result<StatusCode> {
    let check = |known: &crate::federation::project::Project| version(known).require(&headers);
    federation.remove(caller.scope(), &slug, check).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct HistoryQuery {
    /// How far back, 1 to 400; 30 when absent.
    days: Option<u16>,
    /// How many transitions, 1 to 1,000; 100 when absent.
    limit: Option<usize>,
}

/// Shows the changes of a project's status, newest first, and its uptime per day.
#[utoipa::path(get, path = "/api/fed/projects/{slug}/history", tag = "federation",
    params(("slug" = Slug, Path), HistoryQuery),
    responses((status = 200, body = History), (status = "4XX", body = Problem)))]
pub(super) async fn history(
    State(federation): State<Federation>,
    caller: Caller<FedRead>,
    Path(slug): Path<Slug>,
    Query(asked): Query<HistoryQuery>,
) -> Result<Response> {
    let limit = page::limit(asked.limit)?;
    let days = asked.days.unwrap_or(30);
    if !(1..=400).contains(&days) {
        return Err(Error::field("days", "must be 1 to 400"));
    }
    let (project, _) = federation.find(&slug)?;
    let now = federation.0.app.clock.now();
    let back = std::time::Duration::from_secs(u64::from(days - 1) * 86_400);
    let since = (now - back).start_of_day();
    let mut tx = federation.0.app.db.read(caller.scope()).await?;
    let mut transitions = store::transitions(&mut tx, project.id, since, MAX_TRANSITIONS).await?;
    let uptime = history::uptime(&transitions, project.created_at, since, now);
    transitions.retain(|transition| transition.at >= since);
    transitions.truncate(limit);
    Ok(Json(History { transitions, uptime }).into_response())
}

/// More than this in the days asked for, and the oldest are left out of the uptime.
const MAX_TRANSITIONS: i64 = 100_000;

/// What `If-Match` is compared with: the described part alone.
fn version(project: &crate::federation::project::Project) -> Version {
    Version { edited: project.updated_at.micros(), observed: 0 }
}

impl Federation {
    fn find(&self, slug: &Slug) -> Result<(Project, Version)> {
        let board = self.board();
        let entry = board.find(slug.as_str()).ok_or_else(|| not_found(slug.as_str()))?;
        Ok((entry.to_wire(), Version { observed: entry.observed, ..version(&entry.project) }))
    }

    pub(super) fn show(&self, id: ProjectId) -> Result<(Project, Version)> {
        let board = self.board();
        let entry = board.get(id).ok_or_else(|| not_found("just written"))?;
        Ok((entry.to_wire(), Version { observed: entry.observed, ..version(&entry.project) }))
    }
}
