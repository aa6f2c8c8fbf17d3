//! `/api/v1/instances…`, of the processes that are a hub.

mod ask;
mod read;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Instances;

pub(crate) fn routes(instances: Instances) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(read::list, ask::create))
        .routes(routes!(ask::plan))
        .routes(routes!(ask::adopt))
        .routes(routes!(read::read, ask::remove))
        .routes(routes!(ask::start))
        .routes(routes!(ask::stop))
        .routes(routes!(ask::restart))
        .routes(routes!(read::logs))
        .with_state(instances)
}
