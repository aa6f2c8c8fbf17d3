use axum::Json;
use axum::extract::State;
use wire::Problem;
use wire::federation::{Fanout, NewFanout};

use crate::access::{Caller, FedFanout};
use crate::federation::Federation;
use crate::ground::error::Result;
use crate::ground::http::extract::Body;

/// Sends one action to many projects and gathers their answers until the deadline. Only projects
/// whose `allow_fanout` names the caller's project are reached.
#[utoipa::path(post, path = "/api/fed/fanout", tag = "federation", request_body = NewFanout,
    responses((status = 200, body = Fanout), (status = "4XX", body = Problem)))]
pub(super) async fn fan_out(
    State(federation): State<Federation>,
    caller: Caller<FedFanout>,
    Body(new): Body<NewFanout>,
) -> Result<Json<Fanout>> {
    let fanout = federation.fan_out(caller.scope(), caller.project(), new).await?;
    Ok(Json(fanout))
}
