//! The whole HTTP surface, service by service.

use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Deserialize;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::SwaggerUi;
use wire::health::{CheckStatus, Readiness};

use crate::access::{self, Access, authenticate};
use crate::federation::{self, Federation};
use crate::ground::app::App;
use crate::ground::error::{Error, Result};
use crate::ground::health::Health;
use crate::ground::http::extract::Query;
use crate::ground::http::observe::{Observed, describe, observe};
use crate::ground::http::openapi;
use crate::ground::http::parameters::{self, Documented};
use crate::ground::http::{deadline, idempotency};
use crate::hub::{self, Catalog, Hub};
use crate::instances::{self, Instances};
use crate::service::Service;
use crate::{audit, events, grants, graph, jobs, knowledge, mcp, repositories};

/// What a service serves with.
pub(crate) struct Parts {
    pub app: App,
    pub service: Service,
    pub access: Access,
    pub federation: Option<Federation>,
    /// The projects as the hub sees them, for a hub.
    pub catalog: Option<Catalog>,
    /// Where the process is a hub.
    pub instances: Option<Instances>,
    pub health: Health,
}

pub(crate) fn router(parts: Parts) -> Router {
    let Parts { app, service, access, federation, catalog, instances, health } = parts;
    let mut protected = access::routes(access.clone())
        .merge(events::routes(app.clone()))
        .merge(audit::routes(app.clone()))
        .merge(jobs::routes(app.clone()))
        .merge(knowledge::routes(app.clone()))
        .merge(repositories::routes(app.clone()))
        .merge(graph::routes(app.clone()));
    let mut public = health_routes(health).merge(repositories::webhooks(app.clone()));
    if let Some(federation) = federation {
        protected = protected.merge(grants::routes(app.clone(), federation.clone()));
        protected = protected.merge(federation::routes(federation));
    }
    if let Some(instances) = instances {
        protected = protected.merge(instances::routes(instances));
    }
    let is_hub = catalog.is_some();
    let mut beside = Router::new();
    if let Some(catalog) = catalog {
        if let Catalog::There(remote) = &catalog {
            beside = hub::passed_on(remote.clone());
        }
        protected = protected.merge(hub::routes(Hub { app: app.clone(), catalog }));
    }
    let metrics = OpenApiRouter::new().routes(routes!(metrics)).with_state(app.clone());
    if app.config.http.public_metrics {
        public = public.merge(metrics);
    } else {
        protected = protected.merge(metrics);
    }
    let (public, public_api) = public.split_for_parts();
    let (protected, mut api) = protected.split_for_parts();
    api.merge(public_api);
    let documented = Documented::of(&api);
    let protected = protected
        .merge(mcp::routes(app.clone()))
        .merge(SwaggerUi::new("/docs").url("/openapi.json", openapi::finish(api)))
        .layer(from_fn_with_state(app.clone(), idempotency::once))
        .layer(from_fn_with_state(access.clone(), authenticate));
    let mut router =
        protected.merge(public).layer(from_fn_with_state(documented, parameters::check));
    router = router.merge(beside);
    if is_hub {
        router = router.merge(hub::page(access));
    }
    let http = &app.config.http;
    router
        .layer(DefaultBodyLimit::max(http.max_body))
        .layer(from_fn_with_state(http.request_timeout, deadline::within))
        .layer(CatchPanicLayer::new())
        .layer(from_fn(describe))
        .layer(from_fn_with_state(Observed { app, service: service.as_str() }, observe))
}

fn health_routes(health: Health) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(livez))
        .routes(routes!(readyz))
        .route("/health", get(readyz))
        .with_state(health)
}

/// Whether the process is alive; asks nothing else.
#[utoipa::path(get, path = "/livez", tag = "health", security(()),
    responses((status = 200, body = String)))]
async fn livez() -> &'static str {
    "ok\n"
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ReadyQuery {
    /// With what else is known of each check.
    verbose: Option<String>,
}

/// Whether the service can work: each thing it stands on, tried.
#[utoipa::path(get, path = "/readyz", tag = "health", security(()), params(ReadyQuery),
    responses((status = 200, body = Readiness), (status = 503, body = Readiness)))]
async fn readyz(State(health): State<Health>, Query(asked): Query<ReadyQuery>) -> Response {
    let readiness = health.readiness(asked.verbose.is_some()).await;
    let status = match readiness.status {
        CheckStatus::Ok => StatusCode::OK,
        CheckStatus::Fail => StatusCode::SERVICE_UNAVAILABLE,
    };
    (status, Json(readiness)).into_response()
}

/// What the process counts, as OpenMetrics.
#[utoipa::path(get, path = "/metrics", tag = "health", security(()),
    responses((status = 200, body = String, content_type = "application/openmetrics-text")))]
async fn metrics(State(app): State<App>) -> Result<Response> {
    const KIND: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    let text = app.metrics.encode().map_err(|error| Error::Internal(error.into()))?;
    Ok(([(CONTENT_TYPE, KIND)], text).into_response())
}
