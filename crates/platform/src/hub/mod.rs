//! The hub: the page people use. For now the list of projects, live.

use axum::Router;
use axum::extract::State;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;

use crate::access::Access;
use crate::ground::error::Result;
use crate::ground::http::extract::{Query, Raw};

/// Nothing from elsewhere, nothing inline.
const POLICY: &str = "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

pub(crate) fn routes(access: Access) -> Router {
    Router::new()
        .route("/", get(|| async { page(include_str!("page/index.html"), "text/html") }))
        .route("/page.css", get(|| async { page(include_str!("page/page.css"), "text/css") }))
        .route("/page.js", get(|| async { page(include_str!("page/page.js"), "text/javascript") }))
        .route("/sign-in", get(ask).post(open))
        .with_state(access)
}

fn page(text: &'static str, kind: &'static str) -> Response {
    let mut response = text.into_response();
    let headers = response.headers_mut();
    if let Ok(kind) = HeaderValue::try_from(format!("{kind}; charset=utf-8")) {
        headers.insert(CONTENT_TYPE, kind);
    }
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert("referrer-policy", HeaderValue::from_static("no-referrer"));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    response
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Link {
    /// Read by the page, not here: opening a link changes nothing, pressing the button does.
    #[expect(dead_code, reason = "accepted so that the link's query is no unknown parameter")]
    token: Option<String>,
}

async fn ask(_: Query<Link>) -> Response {
    page(include_str!("page/sign-in.html"), "text/html")
}

/// Uses the link up and opens a session.
async fn open(
    State(access): State<Access>,
    headers: HeaderMap,
    Raw(body): Raw,
) -> Result<Response> {
    let text = String::from_utf8_lossy(&body);
    let token = text.strip_prefix("token=").unwrap_or_default();
    let opened = if is_same_origin(&headers) { access.sign_in.open(token).await? } else { None };
    let Some(session) = opened else {
        let mut refused = page(include_str!("page/sign-in-refused.html"), "text/html");
        *refused.status_mut() = StatusCode::FORBIDDEN;
        return Ok(refused);
    };
    let headers = [(SET_COOKIE, access.sign_in.cookie(&session)), (LOCATION, "/".to_owned())];
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}

/// Browsers say where a form comes from; another site may not sign anyone in.
fn is_same_origin(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    site.is_none_or(|site| site == "same-origin" || site == "none")
}
