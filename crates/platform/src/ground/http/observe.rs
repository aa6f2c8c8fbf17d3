//! Around every request: an id, a trace, a metric, and problems written out.

use axum::Json;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use db::Course;
use wire::{EventId, Problem};

use crate::ground::app::App;
use crate::ground::error::problem;
use crate::ground::metrics::RequestLabels;

/// The header that carries the id of a request, in both directions.
const REQUEST_ID: &str = "x-request-id";

/// The application and the name of the service that serves, for labels and logs.
#[derive(Clone)]
pub(crate) struct Observed {
    pub app: App,
    pub service: &'static str,
}

pub(crate) async fn observe(
    State(Observed { app, service }): State<Observed>,
    mut request: Request,
    next: Next,
) -> Response {
    let start = app.clock.monotonic();
    let course = course_of(request.headers());
    let id = course.correlation.clone();
    request.extensions_mut().insert(course);
    let method = method_name(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();

    let response = finish(next.run(request).await, &id);

    let took = app.clock.monotonic().saturating_sub(start);
    let route = route.as_ref().map_or("unmatched", MatchedPath::as_str);
    let status = response.status();
    let labels =
        RequestLabels { service, method, route: route.to_owned(), status: status.as_u16() };
    app.metrics.answered(&labels, took);
    tracing::debug!(service, method, route, status = status.as_u16(), request_id = id, "answered");
    response
}

/// The caller's request id and trace when they are well formed, fresh ones otherwise.
fn course_of(headers: &HeaderMap) -> Course {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let well_formed = |id: &&str| {
        (8..=64).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let correlation = text(REQUEST_ID)
        .filter(well_formed)
        .map_or_else(|| EventId::new().to_string(), str::to_owned);
    let traceparent = text("traceparent").filter(|it| is_traceparent(it)).map(str::to_owned);
    Course { correlation, causation: None, traceparent }
}

/// `00-<32 hex>-<16 hex>-<2 hex>`, W3C Trace Context.
fn is_traceparent(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    lengths == [2, 32, 16, 2]
        && parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Adds the request's id, and writes the body of a problem.
fn finish(mut response: Response, id: &str) -> Response {
    if let Some(mut problem) = response.extensions_mut().remove::<Problem>() {
        problem.request_id = Some(id.to_owned());
        let mut headers = std::mem::take(response.headers_mut());
        // Of the body that is replaced.
        headers.remove(CONTENT_LENGTH);
        response = (response.status(), headers, Json(problem)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(CONTENT_TYPE, kind);
    }
    if let Ok(value) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// A method as a label; strangers may send any word.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}

/// Gives answers of the framework itself (404, 405, 408, 413, 500 after a panic) a problem.
pub(crate) async fn describe(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    let status = response.status();
    let bare = status.is_client_error() || status.is_server_error();
    if !bare || response.extensions().get::<Problem>().is_some() || is_described(&response) {
        return response;
    }
    let detail = match status {
        StatusCode::NOT_FOUND => Some(format!("{path} does not exist; /docs lists what does")),
        StatusCode::METHOD_NOT_ALLOWED => Some(format!("{path} does not take this method")),
        StatusCode::PAYLOAD_TOO_LARGE => Some("the body is too large".to_owned()),
        StatusCode::SERVICE_UNAVAILABLE => Some("this took too long; try again".to_owned()),
        _ => None,
    };
    response.extensions_mut().insert(problem(status, detail, Vec::new()));
    response
}

/// Whether the handler wrote a body of its own, as `/readyz` does with 503.
fn is_described(response: &Response) -> bool {
    response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/"))
}
