//! Lists: `limit`, an opaque `cursor`, and the next page in `Link`.

use axum::Json;
use axum::http::header::LINK;
use axum::http::{HeaderValue, Uri};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde::Serialize;

use crate::ground::error::{Error, Result};

const DEFAULT_LIMIT: usize = 100;
pub(crate) const MAX_LIMIT: usize = 1_000;

/// `limit` as given, checked.
pub(crate) fn limit(asked: Option<usize>) -> Result<usize> {
    match asked {
        None => Ok(DEFAULT_LIMIT),
        Some(limit @ 1..=MAX_LIMIT) => Ok(limit),
        Some(_) => Err(Error::field("limit", format!("must be 1 to {MAX_LIMIT}"))),
    }
}

/// Where the page before ended, as [`encode`] wrote it.
pub(crate) fn decode<T: std::str::FromStr>(cursor: Option<&str>) -> Result<Option<T>> {
    let Some(cursor) = cursor else { return Ok(None) };
    let text = BASE64.decode(cursor).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    match text.and_then(|text| text.parse().ok()) {
        Some(position) => Ok(Some(position)),
        None => Err(Error::field("cursor", "is none that this list gave out")),
    }
}

pub(crate) fn encode(position: &str) -> String {
    BASE64.encode(position)
}

/// `limit` as statements bind it.
pub(crate) fn sql_limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// The position behind a full page; a short one is the last.
pub(crate) fn next<T>(items: &[T], limit: usize, position: fn(&T) -> String) -> Option<String> {
    items.last().filter(|_| items.len() == limit).map(position)
}

/// A page of JSON; `next` is the position the page after it starts behind.
pub(crate) fn answer<T: Serialize>(items: &[T], uri: &Uri, next: Option<String>) -> Response {
    linked(Json(items), uri, next)
}

/// Adds the link to the next page, if there is one.
pub(crate) fn linked(answer: impl IntoResponse, uri: &Uri, next: Option<String>) -> Response {
    let mut response = answer.into_response();
    if let Some(link) = next.and_then(|next| link(uri, &next)) {
        response.headers_mut().insert(LINK, link);
    }
    response
}

fn link(uri: &Uri, next: &str) -> Option<HeaderValue> {
    let rest = uri.query().unwrap_or_default().split('&');
    let kept = rest.filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
    let cursor = format!("cursor={}", encode(next));
    let query: Vec<&str> = kept.chain([cursor.as_str()]).collect();
    HeaderValue::try_from(format!("<{}?{}>; rel=\"next\"", uri.path(), query.join("&"))).ok()
}
