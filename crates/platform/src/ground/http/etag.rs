//! Versions of what is served: `ETag`, `If-Match`, `If-None-Match`.

use axum::http::header::{ETAG, IF_MATCH, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::ground::error::{Error, Result};

/// The version of a resource in two parts: what people change, and what changes by itself. A
/// poller is told of both; a conditional update only conflicts on the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Version {
    pub edited: i64,
    pub observed: u64,
}

impl Version {
    pub(crate) fn tag(self) -> String {
        format!("\"{:x}.{:x}\"", self.edited, self.observed)
    }

    /// Whether the caller, by `If-None-Match`, has this version already.
    pub(crate) fn is_known(self, headers: &HeaderMap) -> bool {
        is_known(&self.tag(), headers)
    }

    /// Refuses an update that was meant for another version.
    pub(crate) fn check(self, headers: &HeaderMap) -> Result<()> {
        let Some(value) = headers.get(IF_MATCH).and_then(|value| value.to_str().ok()) else {
            return Ok(());
        };
        let edited = format!("\"{:x}.", self.edited);
        if value.trim() == "*" || value.split(',').any(|tag| tag.trim().starts_with(&edited)) {
            return Ok(());
        }
        Err(Error::Precondition(
            StatusCode::PRECONDITION_FAILED,
            "it was changed since you read it; read it again",
        ))
    }

    /// Like [`Version::check`], for what must not be done blindly.
    pub(crate) fn require(self, headers: &HeaderMap) -> Result<()> {
        if !headers.contains_key(IF_MATCH) {
            return Err(Error::Precondition(
                StatusCode::PRECONDITION_REQUIRED,
                "send `If-Match` with the ETag you read, or `*`",
            ));
        }
        self.check(headers)
    }
}

/// Whether the caller, by `If-None-Match`, has the version `tag` already.
pub(crate) fn is_known(tag: &str, headers: &HeaderMap) -> bool {
    let known = headers.get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    known.is_some_and(|known| {
        known
            .split(',')
            .map(|it| it.trim().trim_start_matches("W/"))
            .any(|it| it == tag || it == "*")
    })
}

/// 304, with the tag it is about.
pub(crate) fn not_modified(tag: &str) -> Response {
    with_etag(tag, StatusCode::NOT_MODIFIED)
}

pub(crate) fn with_etag(tag: &str, answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    if let Ok(value) = HeaderValue::try_from(tag) {
        response.headers_mut().insert(ETAG, value);
    }
    response
}
