//! The page, as `npm run build` made it, inside the binary.

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderValue, Uri};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use crate::ground::error::Error;

/// Nothing from elsewhere, nothing inline.
const POLICY: &str = "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Named by their content.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// A debug build reads the folder when asked; where it is empty the hub serves its API alone.
#[derive(RustEmbed)]
#[folder = "../../web/dist"]
struct Page;

/// A file with a hash in its name.
pub(super) async fn asset(Path(name): Path<String>) -> Response {
    file(&format!("assets/{name}"), FOR_EVER).unwrap_or_else(nothing)
}

/// A file of the page, or the page itself: which of its views an address means it knows itself.
pub(super) async fn page(uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path.starts_with("api/") {
        return nothing();
    }
    let found = if path.is_empty() { None } else { file(path, ASK_AGAIN) };
    found.or_else(|| file("index.html", ASK_AGAIN)).unwrap_or_else(not_built)
}

fn file(name: &str, caching: HeaderValue) -> Option<Response> {
    let file = Page::get(name)?;
    let kind = match file.metadata.mimetype() {
        text if text.starts_with("text/") => format!("{text}; charset=utf-8"),
        other => other.to_owned(),
    };
    let mut response = file.data.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::try_from(kind).ok()?);
    headers.insert(CACHE_CONTROL, caching);
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert("referrer-policy", HeaderValue::from_static("no-referrer"));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    Some(response)
}

fn nothing() -> Response {
    Error::NotFound("this address".to_owned()).into_response()
}

fn not_built() -> Response {
    let words = "the page of this build (`make web` makes it, before the build)".to_owned();
    Error::NotFound(words).into_response()
}
