//! What a handler may fail with, and the answer each failure gets.

use std::time::Duration;

use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use retrieval::embed::EmbedError;
use wire::{FieldError, Problem};

pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{0} does not exist")]
    NotFound(String),
    #[error("{0}")]
    Conflict(String),
    /// The request reads well but means nothing here; names each wrong field.
    #[error("some of what was sent cannot be used")]
    Invalid(Vec<FieldError>),
    /// The request itself cannot be read.
    #[error("{1}")]
    Unreadable(StatusCode, String),
    #[error("a key is needed: send it as `X-API-Key` or `Authorization: Bearer`")]
    Unauthenticated,
    #[error("{0}")]
    Forbidden(String),
    /// `If-Match` is missing (428) or names another version (412).
    #[error("{1}")]
    Precondition(StatusCode, &'static str),
    #[error("too many requests for this key")]
    TooMany { retry_after: Duration },
    #[error("{0} cannot be reached right now")]
    Unavailable(&'static str),
    #[error("internal error")]
    Internal(#[source] anyhow::Error),
}

impl Error {
    pub(crate) fn field(path: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(path, message)])
    }

    const fn status(&self) -> StatusCode {
        match self {
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unreadable(status, _) | Self::Precondition(status, _) => *status,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    const fn retry_after(&self) -> Option<Duration> {
        if let Self::TooMany { retry_after } = self {
            return Some(*retry_after);
        }
        if matches!(self, Self::Unavailable(_)) { Some(Duration::from_secs(2)) } else { None }
    }

    /// As the caller is told of it.
    pub(crate) fn problem(self) -> Problem {
        let status = self.status();
        if let Self::Internal(cause) = &self {
            tracing::error!(error = format!("{cause:#}"), "request failed");
        }
        // What is internal is for the log, not for the caller.
        let detail = (!matches!(self, Self::Internal(_))).then(|| self.to_string());
        let errors = if let Self::Invalid(errors) = self { errors } else { Vec::new() };
        problem(status, detail, errors)
    }
}

/// A problem of the kind its status is.
pub(crate) fn problem(
    status: StatusCode,
    detail: Option<String>,
    errors: Vec<FieldError>,
) -> Problem {
    let title = status.canonical_reason().unwrap_or("Problem");
    let name = title.to_ascii_lowercase().replace(' ', "-");
    Problem {
        kind: format!("urn:commandcenter:problem:{name}"),
        title: title.to_owned(),
        status: status.as_u16(),
        detail,
        errors,
        request_id: None,
    }
}

/// The problem travels in the answer's extensions; `http::observe` adds the request's id and
/// writes the body.
impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        if let Some(retry_after) = self.retry_after() {
            let seconds = retry_after.as_millis().div_ceil(1_000).max(1);
            if let Ok(value) = HeaderValue::try_from(seconds.to_string()) {
                response.headers_mut().insert(RETRY_AFTER, value);
            }
        }
        if matches!(self, Self::Unauthenticated) {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("ApiKey"));
        }
        response.extensions_mut().insert(self.problem());
        response
    }
}

/// A database that is away is worth a second try; anything else is our fault.
impl From<db::Error> for Error {
    fn from(error: db::Error) -> Self {
        if error.is_away() {
            tracing::warn!(error = ?error, "the database is away");
            return Self::Unavailable("the database");
        }
        Self::Internal(error.into())
    }
}

impl From<retrieval::Error> for Error {
    fn from(error: retrieval::Error) -> Self {
        match error {
            retrieval::Error::Db(error) => error.into(),
            error @ (retrieval::Error::NoSuchIndex(_)
            | retrieval::Error::Dimensions { .. }
            | retrieval::Error::Damaged(..)) => Self::Internal(error.into()),
        }
    }
}

/// An endpoint that makes vectors may be away; a model of ours that fails is our fault.
impl From<EmbedError> for Error {
    fn from(error: EmbedError) -> Self {
        if matches!(error, EmbedError::Unreachable(_) | EmbedError::Cancelled) {
            tracing::warn!(error = ?error, "no vector for a question");
            return Self::Unavailable("the embeddings endpoint");
        }
        Self::Internal(error.into())
    }
}

/// What nobody planned for.
impl From<anyhow::Error> for Error {
    fn from(error: anyhow::Error) -> Self {
        Self::Internal(error)
    }
}
