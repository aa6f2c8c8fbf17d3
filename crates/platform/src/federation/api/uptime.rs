use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use wire::Problem;
use wire::federation::ProjectUptime;

use crate::access::{Caller, FedRead};
use crate::federation::Federation;
use crate::ground::error::{Error, Result};
use crate::ground::http::extract::Query;

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct UptimeQuery {
    /// How far back, 1 to 168; 24 when absent.
    hours: Option<u32>,
}

/// Shows how every project was, hour by hour.
#[utoipa::path(get, path = "/api/fed/uptime", tag = "federation", params(UptimeQuery),
    responses((status = 200, body = Vec<ProjectUptime>), (status = "4XX", body = Problem)))]
pub(super) async fn show(
    State(federation): State<Federation>,
    caller: Caller<FedRead>,
    Query(asked): Query<UptimeQuery>,
) -> Result<Json<Vec<ProjectUptime>>> {
    let hours = asked.hours.unwrap_or(24);
    if !(1..=168).contains(&hours) {
        return Err(Error::field("hours", "must be 1 to 168"));
    }
    Ok(Json(federation.uptime(caller.scope(), hours).await?))
}
