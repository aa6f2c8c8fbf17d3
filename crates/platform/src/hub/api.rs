//! What the page asks the hub itself.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::response::sse::Event;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wire::access::Permission;
use wire::hub::{ProjectList, ProjectView};
use wire::{Problem, Slug};

use super::Hub;
use super::catalog::Catalog;
use crate::access::{Caller, FedRead};
use crate::events;
use crate::ground::error::Result;
use crate::ground::http::extract::Path;
use crate::ground::http::sse;
use crate::ground::log;

pub(super) fn routes(hub: Hub) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(read))
        .routes(routes!(follow))
        .with_state(hub)
}

/// Lists all projects with their status; the last good copy when the federation is away.
#[utoipa::path(get, path = "/api/v1/projects", tag = "hub",
    responses((status = 200, body = ProjectList), (status = "4XX", body = Problem)))]
async fn list(State(hub): State<Hub>, _: Caller<FedRead>) -> Result<Json<ProjectList>> {
    Ok(Json(hub.catalog.list(&hub.app).await?))
}

/// Shows a project; from the last good copy when the federation is away.
#[utoipa::path(get, path = "/api/v1/projects/{slug}", tag = "hub",
    params(("slug" = Slug, Path)),
    responses((status = 200, body = ProjectView), (status = "4XX", body = Problem)))]
async fn read(
    State(hub): State<Hub>,
    _: Caller<FedRead>,
    Path(slug): Path<Slug>,
) -> Result<Json<ProjectView>> {
    let (freshness, project) = hub.catalog.find(&hub.app, &slug).await?;
    Ok(Json(ProjectView { freshness, project }))
}

/// Everything the page follows, in one stream: `project.changed` with the project as it is now,
/// `project.removed` with its slug, `event` with what happened (for whoever may read events),
/// `beats` with who beat when, `federation` with how good the hub's copy is. Goes on where
/// `Last-Event-ID` says.
#[utoipa::path(get, path = "/api/v1/stream", tag = "hub",
    params(("Last-Event-ID" = Option<i64>, Header)),
    responses((status = 200, body = String, content_type = "text/event-stream"),
              (status = "4XX", body = Problem)))]
async fn follow(
    State(hub): State<Hub>,
    caller: Caller<FedRead>,
    headers: HeaderMap,
) -> Result<Response> {
    let last = sse::last_event_id(&headers)?;
    let (start, log) = events::follow(&hub.app, caller.scope(), last).await?;
    let told = Told { hub: hub.clone(), of_events: caller.holds(Permission::EventsRead) };
    let changes = log.flat_map(move |event| told.messages(event));
    let freshness = hub
        .catalog
        .freshness(&hub.app)
        .filter_map(async |it| Event::default().event("federation").json_data(it).ok());
    let beats = hub
        .catalog
        .beats(&hub.app)
        .filter_map(async |it| Event::default().event("beats").json_data(it).ok());
    let all: [BoxStream<'static, Event>; 3] = [changes.boxed(), freshness.boxed(), beats.boxed()];
    Ok(sse::answer(&hub.app, start, stream::select_all(all)))
}

/// Who looks on, and what they may see.
struct Told {
    hub: Hub,
    of_events: bool,
}

impl Told {
    /// What an event of the log means to the page.
    fn messages(&self, event: log::Event) -> BoxStream<'static, Event> {
        let id = event.sequence.to_string();
        let plain = self.of_events.then(|| {
            let message = Event::default().event("event").id(&id);
            message.json_data(event.to_wire(&self.hub.app.tenant.slug)).ok()
        });
        let catalog = self.hub.catalog.clone();
        let project = stream::once(async move { of_project(&catalog, &event, &id).await });
        stream::iter(plain.flatten()).chain(project.filter_map(std::future::ready)).boxed()
    }
}

/// The project an event is about, as it is now. Nothing for an event of another slice.
async fn of_project(catalog: &Catalog, event: &log::Event, id: &str) -> Option<Event> {
    let slug = event.project.as_ref().filter(|_| event.kind.starts_with("federation."))?;
    if event.kind == "federation.project_removed" {
        let gone = json!({ "slug": slug });
        return Event::default().event("project.removed").id(id).json_data(gone).ok();
    }
    // One that was removed since has an event of its own further on.
    let project = catalog.now(slug).await?;
    Event::default().event("project.changed").id(id).json_data(project).ok()
}
