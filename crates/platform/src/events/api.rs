use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use axum::response::sse;
use db::Scope;
use futures::StreamExt;
use mesh::Pattern;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wire::events::{Event, Replay, Replayed};
use wire::{Problem, Timestamp};

use super::publish_again;
use crate::access::{Caller, EventsRead, EventsWrite};
use crate::ground::app::App;
use crate::ground::error::{Error, Result};
use crate::ground::http::extract::{Body, Query};
use crate::ground::http::{page, sse as http_sse};
use crate::ground::log::{self, Filter};

pub(crate) fn routes(app: App) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(follow))
        .routes(routes!(replay))
        .with_state(app)
}

/// Events read from the log at a time when a pattern may leave most of them out.
const BATCH: i64 = 1_000;

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// A subject pattern as NATS has them: `cc.default.*.federation.>`.
    subject: Option<String>,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    correlation: Option<String>,
    /// 1 to 1,000; 100 when absent.
    limit: Option<usize>,
    cursor: Option<String>,
}

/// Lists events, oldest first.
#[utoipa::path(get, path = "/api/v1/events", tag = "events", params(ListQuery),
    responses((status = 200, body = Vec<Event>), (status = "4XX", body = Problem)))]
async fn list(
    State(app): State<App>,
    caller: Caller<EventsRead>,
    Query(asked): Query<ListQuery>,
    uri: Uri,
) -> Result<Response> {
    let limit = page::limit(asked.limit)?;
    let pattern = pattern(asked.subject.as_deref())?;
    let filter = Filter {
        after: page::decode(asked.cursor.as_deref())?.unwrap_or(0),
        since: asked.since,
        until: asked.until,
        correlation: asked.correlation,
    };
    let found = find(&app, caller.scope(), filter, pattern.as_ref(), limit).await?;
    let tenant = &app.tenant.slug;
    let events: Vec<Event> = found.iter().map(|event| event.to_wire(tenant)).collect();
    let next = page::next(&events, limit, |event| event.sequence.to_string());
    Ok(page::answer(&events, &uri, next))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FollowQuery {
    /// A subject pattern as NATS has them.
    subject: Option<String>,
}

/// Follows the log as it grows. Goes on where `Last-Event-ID` says.
#[utoipa::path(get, path = "/api/v1/events/stream", tag = "events",
    params(FollowQuery, ("Last-Event-ID" = Option<i64>, Header)),
    responses((status = 200, body = String, content_type = "text/event-stream"),
              (status = "4XX", body = Problem)))]
async fn follow(
    State(app): State<App>,
    caller: Caller<EventsRead>,
    Query(asked): Query<FollowQuery>,
    headers: HeaderMap,
) -> Result<Response> {
    let pattern = pattern(asked.subject.as_deref())?;
    let last = http_sse::last_event_id(&headers)?;
    let (start, log) = super::follow(&app, caller.scope(), last).await?;
    let tenant = std::sync::Arc::clone(&app.tenant.slug);
    let events = log.filter_map(move |event| {
        let wanted = pattern.as_ref().is_none_or(|pattern| pattern.matches(&event.subject));
        let message = sse::Event::default().event(&event.kind).id(event.sequence.to_string());
        let message = message.json_data(event.to_wire(&tenant)).ok().filter(|_| wanted);
        async move { message }
    });
    Ok(http_sse::answer(&app, start, events))
}

/// Publishes stored events on the mesh again, under their first ids.
#[utoipa::path(post, path = "/api/v1/events/replay", tag = "events", request_body = Replay,
    responses((status = 200, body = Replayed), (status = "4XX", body = Problem)))]
async fn replay(
    State(app): State<App>,
    caller: Caller<EventsWrite>,
    Body(asked): Body<Replay>,
) -> Result<Json<Replayed>> {
    let pattern = pattern(asked.subject.as_deref())?;
    let mut filter =
        Filter { after: 0, since: asked.since, until: asked.until, correlation: asked.correlation };
    let mut count = 0;
    loop {
        let found =
            find(&app, caller.scope(), filter.clone(), pattern.as_ref(), page::MAX_LIMIT).await?;
        for event in &found {
            publish_again(&app, event).await.map_err(|error| {
                tracing::warn!(error = format!("{error:#}"), "cannot replay");
                Error::Unavailable("the mesh")
            })?;
            count += 1;
        }
        let Some(last) = found.last().filter(|_| found.len() == page::MAX_LIMIT) else { break };
        filter.after = last.sequence;
    }
    Ok(Json(Replayed { events: count }))
}

fn pattern(text: Option<&str>) -> Result<Option<Pattern>> {
    let parse = |text: &str| {
        text.parse()
            .map_err(|_| Error::field("subject", "is no pattern, as in cc.default.*.federation.>"))
    };
    text.map(parse).transpose()
}

async fn find(
    app: &App,
    scope: &Scope,
    mut filter: Filter,
    pattern: Option<&Pattern>,
    limit: usize,
) -> Result<Vec<log::Event>> {
    let mut found = Vec::new();
    let mut tx = app.db.read(scope).await?;
    loop {
        let batch = log::events(&mut tx, &filter, BATCH).await?;
        let Some(last) = batch.last().map(|event| event.sequence) else { return Ok(found) };
        filter.after = last;
        for event in batch {
            if pattern.is_none_or(|pattern| pattern.matches(&event.subject)) {
                found.push(event);
            }
            if found.len() == limit {
                return Ok(found);
            }
        }
    }
}
