//! The hub: the page people use, and the projects as it sees them.

mod api;
mod breaker;
mod catalog;
mod page;
mod remote;
mod sign_in;
#[cfg(test)]
mod tests;

pub(crate) use catalog::Catalog;
pub(crate) use remote::Remote;

use axum::Router;
use axum::routing::{any, get, post};
use tower_http::compression::CompressionLayer;
use utoipa_axum::router::OpenApiRouter;

use crate::access::Access;
use crate::ground::app::App;

/// What the hub's handlers share.
#[derive(Clone)]
pub(crate) struct Hub {
    pub app: App,
    pub catalog: Catalog,
}

/// Those that need a principal.
pub(crate) fn routes(hub: Hub) -> OpenApiRouter {
    api::routes(hub)
}

/// The page and the way in, for everyone.
pub(crate) fn page(access: Access) -> Router {
    Router::new()
        .route("/assets/{*name}", get(page::asset))
        .fallback(get(page::page))
        .layer(CompressionLayer::new())
        .route("/sign-in", get(page::page).post(sign_in::open))
        .route("/sign-out", post(sign_in::close))
        .with_state(access)
}

/// The federation's routes on the hub's port, when it is in another process. It asks who calls.
pub(crate) fn passed_on(remote: Remote) -> Router {
    const ROUTES: [&str; 4] =
        ["/api/fed/{*path}", "/api/v1/grants", "/api/v1/grants/{id}", "/api/v1/mesh/{verb}"];
    let routes = ROUTES.iter().fold(Router::new(), |it, path| it.route(path, any(remote::pass_on)));
    routes.with_state(remote)
}
