use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::response::sse::Event;
use futures::StreamExt;
use serde_json::json;
use wire::Problem;

use crate::access::{Caller, FedRead};
use crate::events;
use crate::federation::Federation;
use crate::federation::entry::Entry;
use crate::ground::error::Result;
use crate::ground::http::sse;
use crate::ground::log;

/// Follows the catalog: `project.changed` with the project as it is, `project.removed` with its
/// slug. Goes on where `Last-Event-ID` says.
#[utoipa::path(get, path = "/api/fed/stream", tag = "federation",
    params(("Last-Event-ID" = Option<i64>, Header)),
    responses((status = 200, body = String, content_type = "text/event-stream"),
              (status = "4XX", body = Problem)))]
pub(super) async fn follow(
    State(federation): State<Federation>,
    caller: Caller<FedRead>,
    headers: HeaderMap,
) -> Result<Response> {
    let app = federation.0.app.clone();
    let last = sse::last_event_id(&headers)?;
    let (start, log) = events::follow(&app, caller.scope(), last).await?;
    let changes = log.filter_map(move |event| {
        let change = federation.to_change(&event);
        async move { change }
    });
    Ok(sse::answer(&app, start, changes))
}

impl Federation {
    /// The project an event is about, as it is now. Nothing for an event of another slice.
    fn to_change(&self, event: &log::Event) -> Option<Event> {
        let slug = event.project.as_ref().filter(|_| event.kind.starts_with("federation."))?;
        let id = event.sequence.to_string();
        if event.kind == "federation.project_removed" {
            let gone = json!({ "slug": slug });
            return Event::default().event("project.removed").id(id).json_data(gone).ok();
        }
        // One that was removed since has an event of its own further on.
        let project = self.board().find(slug.as_str()).map(Entry::to_wire)?;
        Event::default().event("project.changed").id(id).json_data(project).ok()
    }
}
