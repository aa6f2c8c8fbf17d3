//! How long a request may take to be answered.

use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Routes that take a whole collection: they look after their own time, within [`LONGEST`].
const LONG_ROUTES: [&str; 2] = [
    "/api/v1/projects/{project}/knowledge/import",
    "/api/v1/projects/{project}/knowledge/import/table",
];
const LONGEST: Duration = Duration::from_hours(2);

pub(crate) async fn within(
    State(usual): State<Duration>,
    request: Request,
    next: Next,
) -> Response {
    let route = request.extensions().get::<MatchedPath>();
    let is_long = route.is_some_and(|route| LONG_ROUTES.contains(&route.as_str()));
    let limit = if is_long { LONGEST } else { usual };
    let answered = tokio::time::timeout(limit, next.run(request)).await;
    answered.unwrap_or_else(|_| StatusCode::SERVICE_UNAVAILABLE.into_response())
}
