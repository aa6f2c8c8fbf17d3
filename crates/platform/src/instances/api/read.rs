use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use futures::StreamExt;
use serde::Deserialize;
use wire::instances::{Instance, InstanceState};
use wire::{ManagedInstanceId, Problem, Slug};

use crate::access::{Caller, InstancesRead};
use crate::ground::error::{Error, Result};
use crate::ground::http::extract::{Path, Query};
use crate::ground::http::{page, sse};
use crate::instances::Instances;
use crate::instances::logs::{self, Until};
use crate::instances::store::{self, Filter};

const DEFAULT_TAIL: usize = 200;
const LONGEST_TAIL: usize = 10_000;

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    project: Option<Slug>,
    state: Option<InstanceState>,
    /// 1 to 1,000; 100 when absent.
    limit: Option<usize>,
    cursor: Option<String>,
}

/// Lists instances, the oldest first.
#[utoipa::path(get, path = "/api/v1/instances", tag = "instances", params(ListQuery),
    responses((status = 200, body = Vec<Instance>), (status = "4XX", body = Problem)))]
pub(super) async fn list(
    State(instances): State<Instances>,
    caller: Caller<InstancesRead>,
    Query(asked): Query<ListQuery>,
    uri: Uri,
) -> Result<Response> {
    let limit = page::limit(asked.limit)?;
    let after = page::decode(asked.cursor.as_deref())?;
    let filter = Filter { project: asked.project, state: asked.state, after };
    let mut tx = instances.0.app.db.read(caller.scope()).await?;
    let found = store::list(&mut tx, &filter, page::sql_limit(limit)).await?;
    let shown: Vec<Instance> = found.iter().map(store::Managed::shown).collect();
    let next = page::next(&shown, limit, |it| it.id.to_string());
    Ok(page::answer(&shown, &uri, next))
}

/// An instance.
#[utoipa::path(get, path = "/api/v1/instances/{id}", tag = "instances",
    params(("id" = ManagedInstanceId, Path)),
    responses((status = 200, body = Instance), (status = "4XX", body = Problem)))]
pub(super) async fn read(
    State(instances): State<Instances>,
    caller: Caller<InstancesRead>,
    Path(id): Path<ManagedInstanceId>,
) -> Result<Json<Instance>> {
    let mut tx = instances.0.app.db.read(caller.scope()).await?;
    Ok(Json(instances.find(&mut tx, id).await?.shown()))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct LogQuery {
    /// How many of the last lines, at most 10,000; 200 when absent.
    tail: Option<usize>,
    /// Goes on with what comes.
    #[serde(default)]
    follow: bool,
}

/// What an instance prints: messages `line` with a `LogLine`.
#[utoipa::path(get, path = "/api/v1/instances/{id}/logs", tag = "instances",
    params(("id" = ManagedInstanceId, Path), LogQuery),
    responses((status = 200, body = String, content_type = "text/event-stream"),
              (status = "4XX", body = Problem)))]
pub(super) async fn logs(
    State(instances): State<Instances>,
    caller: Caller<InstancesRead>,
    Path(id): Path<ManagedInstanceId>,
    Query(asked): Query<LogQuery>,
) -> Result<Response> {
    let tail = asked.tail.unwrap_or(DEFAULT_TAIL);
    if tail > LONGEST_TAIL {
        return Err(Error::field("tail", "must be at most 10,000"));
    }
    let mut tx = instances.0.app.db.read(caller.scope()).await?;
    let it = instances.find(&mut tx, id).await?;
    drop(tx);
    instances.check_is_here(&it)?;
    let until = if asked.follow { Until::Stopped } else { Until::Now };
    let lines = instances.log_of(&it, tail, until).await?;
    let events = lines.filter_map(async |line| logs::event(&line));
    Ok(sse::from_now(&instances.0.app, events))
}
