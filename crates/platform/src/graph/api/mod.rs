//! The graph over HTTP.

mod ask;
mod index;
mod list;
mod whole;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ground::app::App;

pub(crate) fn routes(app: App) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(index::status))
        .routes(routes!(index::index))
        .routes(routes!(index::progress))
        .routes(routes!(list::symbols))
        .routes(routes!(list::nodes))
        .routes(routes!(list::node))
        .routes(routes!(list::ghosts))
        .routes(routes!(list::problems))
        .routes(routes!(list::unresolved))
        .routes(routes!(list::ties))
        .routes(routes!(ask::definition))
        .routes(routes!(ask::references))
        .routes(routes!(ask::callers))
        .routes(routes!(ask::callees))
        .routes(routes!(ask::impact))
        .routes(routes!(ask::imports))
        .routes(routes!(ask::cycles))
        .routes(routes!(ask::path))
        .routes(routes!(ask::neighbours))
        .routes(routes!(whole::map))
        .routes(routes!(whole::export))
        .with_state(app)
}
