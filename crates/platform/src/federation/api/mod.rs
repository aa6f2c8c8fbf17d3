//! `/api/fed/…`

mod fanout;
mod newcomers;
mod projects;
mod stream;
mod transfer;
mod uptime;

use axum::Json;
use axum::extract::State;
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wire::federation::Identity;

use super::Federation;
use crate::access::{Caller, FedRead};

pub(crate) fn routes(federation: Federation) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(projects::list, projects::register))
        .routes(routes!(projects::read, projects::patch, projects::remove))
        .routes(routes!(projects::history))
        .routes(routes!(uptime::show))
        .routes(routes!(transfer::export))
        .routes(routes!(transfer::import))
        .routes(routes!(newcomers::list))
        .routes(routes!(newcomers::admit))
        .routes(routes!(fanout::fan_out))
        .routes(routes!(stream::follow))
        .routes(routes!(identity))
        .routes(routes!(file_schema))
        .with_state(federation)
}

/// Shows the key that signs what this federation sends.
#[utoipa::path(get, path = "/api/fed/identity", tag = "federation",
    responses((status = 200, body = Identity)))]
async fn identity(State(federation): State<Federation>, _: Caller<FedRead>) -> Json<Identity> {
    Json(Identity { verify_key: federation.verify_key() })
}

/// The JSON Schema of `projects.yaml`.
#[utoipa::path(get, path = "/api/fed/projects.schema.json", tag = "federation",
    responses((status = 200, body = Object)))]
async fn file_schema(_: Caller<FedRead>) -> Json<Value> {
    Json(super::schema())
}
