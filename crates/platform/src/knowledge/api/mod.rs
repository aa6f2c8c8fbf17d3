//! `/api/v1/projects/{project}/knowledge/…`.

mod collections;
mod documents;
mod search;
mod sources;
mod transfer;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ground::app::App;

/// Documents come in base64 and in batches.
const LARGEST_BODY: usize = 96 << 20;

pub(crate) fn routes(app: App) -> OpenApiRouter {
    let documents = OpenApiRouter::new()
        .routes(routes!(documents::list, documents::add))
        .routes(routes!(documents::compare))
        .layer(DefaultBodyLimit::max(LARGEST_BODY));
    let transfer = OpenApiRouter::new()
        .routes(routes!(transfer::import))
        // Spooled to disk, where the limit is another.
        .layer(DefaultBodyLimit::disable());
    OpenApiRouter::new()
        .routes(routes!(collections::list, collections::create))
        .routes(routes!(collections::read, collections::change, collections::remove))
        .routes(routes!(collections::reembed))
        .routes(routes!(transfer::export))
        .routes(routes!(transfer::import_table))
        .merge(transfer)
        .merge(documents)
        .routes(routes!(documents::read, documents::remove))
        .routes(routes!(documents::remove_paths))
        .routes(routes!(documents::progress))
        .routes(routes!(documents::follow))
        .routes(routes!(search::search))
        .routes(routes!(search::evaluate))
        .routes(routes!(sources::list, sources::create))
        .routes(routes!(sources::remove))
        .routes(routes!(sources::run))
        .with_state(app)
}
