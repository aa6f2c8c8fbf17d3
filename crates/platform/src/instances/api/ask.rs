use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use wire::instances::{Instance, NewInstance, Plan};
use wire::{ManagedInstanceId, Problem};

use crate::access::{Caller, InstancesWrite};
use crate::ground::error::Result;
use crate::ground::http::extract::{Body, Path};
use crate::instances::Instances;
use crate::instances::store::Managed;

type Accepted = Result<(StatusCode, Json<Instance>)>;

fn accepted(it: &Managed) -> (StatusCode, Json<Instance>) {
    (StatusCode::ACCEPTED, Json(it.shown()))
}

/// Says what starting an instance would do, and what stands in its way. Changes nothing.
#[utoipa::path(post, path = "/api/v1/instances/plan", tag = "instances",
    request_body = NewInstance,
    responses((status = 200, body = Plan), (status = "4XX", body = Problem)))]
pub(super) async fn plan(
    State(instances): State<Instances>,
    caller: Caller<InstancesWrite>,
    Body(new): Body<NewInstance>,
) -> Result<Json<Plan>> {
    Ok(Json(instances.plan(caller.scope(), new).await?))
}

/// Makes an instance and starts it in the background. Of the same name and make it is the same one.
#[utoipa::path(post, path = "/api/v1/instances", tag = "instances", request_body = NewInstance,
    responses((status = 202, body = Instance), (status = "4XX", body = Problem)))]
pub(super) async fn create(
    State(instances): State<Instances>,
    caller: Caller<InstancesWrite>,
    Body(new): Body<NewInstance>,
) -> Accepted {
    Ok(accepted(&instances.create(caller.scope(), new).await?))
}

/// Takes over what runs on this machine, carries the marks of an instance and has lost its row.
#[utoipa::path(post, path = "/api/v1/instances/adopt", tag = "instances",
    responses((status = 200, body = Vec<Instance>), (status = "4XX", body = Problem)))]
pub(super) async fn adopt(
    State(instances): State<Instances>,
    caller: Caller<InstancesWrite>,
) -> Result<Json<Vec<Instance>>> {
    let adopted = instances.adopt(caller.scope()).await?;
    Ok(Json(adopted.iter().map(Managed::shown).collect()))
}

/// Removes a stopped instance, with its folder or its container and volume.
#[utoipa::path(delete, path = "/api/v1/instances/{id}", tag = "instances",
    params(("id" = ManagedInstanceId, Path)),
    responses((status = 204), (status = "4XX", body = Problem)))]
pub(super) async fn remove(
    State(instances): State<Instances>,
    caller: Caller<InstancesWrite>,
    Path(id): Path<ManagedInstanceId>,
) -> Result<StatusCode> {
    instances.ask_remove(caller.scope(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Starts an instance in the background. One that runs goes on.
#[utoipa::path(post, path = "/api/v1/instances/{id}/start", tag = "instances",
    params(("id" = ManagedInstanceId, Path)),
    responses((status = 202, body = Instance), (status = "4XX", body = Problem)))]
pub(super) async fn start(
    State(instances): State<Instances>,
    caller: Caller<InstancesWrite>,
    Path(id): Path<ManagedInstanceId>,
) -> Accepted {
    Ok(accepted(&instances.ask_start(caller.scope(), id).await?))
}

/// Stops an instance in the background: by a word, after 10 s by force.
#[utoipa::path(post, path = "/api/v1/instances/{id}/stop", tag = "instances",
    params(("id" = ManagedInstanceId, Path)),
    responses((status = 202, body = Instance), (status = "4XX", body = Problem)))]
pub(super) async fn stop(
    State(instances): State<Instances>,
    caller: Caller<InstancesWrite>,
    Path(id): Path<ManagedInstanceId>,
) -> Accepted {
    Ok(accepted(&instances.ask_stop(caller.scope(), id).await?))
}

/// Stops an instance if it runs and starts it again, in the background.
#[utoipa::path(post, path = "/api/v1/instances/{id}/restart", tag = "instances",
    params(("id" = ManagedInstanceId, Path)),
    responses((status = 202, body = Instance), (status = "4XX", body = Problem)))]
pub(super) async fn restart(
    State(instances): State<Instances>,
    caller: Caller<InstancesWrite>,
    Path(id): Path<ManagedInstanceId>,
) -> Accepted {
    Ok(accepted(&instances.ask_restart(caller.scope(), id).await?))
}
