//! Extractors whose refusals are problems that name the field.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use bytes::Bytes;
use serde::de::{DeserializeOwned, IgnoredAny};
use wire::FieldError;

use crate::ground::error::{Error, Result};

/// A JSON body. Unknown fields are refused where `T` says so.
pub(crate) struct Body<T>(pub T);

/// The query string. `T` must deny unknown fields.
pub(crate) struct Query<T>(pub T);

/// The parameters of the path. One that cannot be read names nothing that exists.
pub(crate) struct Path<T>(pub T);

/// The body as it came, within the size limit.
pub(crate) struct Raw(pub Bytes);

/// A JSON body, not read yet: for those who name every wrong field at once.
pub(crate) struct RawJson(pub Bytes);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        check_is_json(&request)?;
        let Raw(bytes) = Raw::from_request(request, state).await?;
        from_json(&bytes).map(Self)
    }
}

impl<S: Send + Sync> FromRequest<S> for RawJson {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        check_is_json(&request)?;
        let Raw(bytes) = Raw::from_request(request, state).await?;
        serde_json::from_slice::<IgnoredAny>(&bytes).map_err(|error| not_json(&error))?;
        Ok(Self(bytes))
    }
}

fn check_is_json(request: &Request) -> Result<()> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = kind.unwrap_or("application/json").split(';').next().unwrap_or_default();
    if kind.trim().eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let message = format!("the body must be application/json, it is {kind}");
    Err(Error::Unreadable(StatusCode::UNSUPPORTED_MEDIA_TYPE, message))
}

impl<S: Send + Sync> FromRequest<S> for Raw {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        Bytes::from_request(request, state).await.map(Self).map_err(|rejection| {
            let status = axum::response::IntoResponse::into_response(rejection).status();
            let message = match status {
                StatusCode::PAYLOAD_TOO_LARGE => "the body is too large",
                _ => "the body was cut off",
            };
            Error::Unreadable(status, message.to_owned())
        })
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        axum::extract::Query::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Query(value)| Self(value))
            .map_err(|rejection| {
                let text = rejection.body_text();
                let text =
                    text.strip_prefix("Failed to deserialize query string: ").unwrap_or(&text);
                let (path, message) = text.split_once(": ").unwrap_or(("", text));
                Error::field(path, message)
            })
    }
}

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let path = parts.uri.path().to_owned();
        axum::extract::Path::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Path(value)| Self(value))
            .map_err(|_| Error::NotFound(path))
    }
}

/// Reads `bytes`; says whether they are no JSON (400) or which field is wrong (422).
pub(crate) fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        // A wrong type can look like wrong syntax to whoever reads one field.
        match serde_json::from_slice::<IgnoredAny>(bytes) {
            Err(error) => not_json(&error),
            Ok(_) if std::str::from_utf8(bytes).is_err() => not_json(&error.into_inner()),
            Ok(_) => wrong_field(&error),
        }
    })?;
    reader.end().map_err(|error| not_json(&error))?;
    if holds_nul(bytes) {
        return Err(Error::field("", "a text must not hold the character U+0000"));
    }
    Ok(value)
}

/// The error at the place it is about: of a field that is missing, its own, not that of the object
/// it is missing from.
fn wrong_field(error: &serde_path_to_error::Error<serde_json::Error>) -> Error {
    let path = error.path().to_string();
    let message = error.inner().to_string();
    let missing = message.strip_prefix("missing field `").and_then(|rest| rest.split_once('`'));
    let path = match (path.as_str(), missing) {
        (".", None) => String::new(),
        (".", Some((name, _))) => name.to_owned(),
        (path, Some((name, _))) => format!("{path}.{name}"),
        (path, None) => path.to_owned(),
    };
    Error::Invalid(vec![FieldError::new(path, message)])
}

/// Whether JSON holds an escaped U+0000, which PostgreSQL cannot store.
pub(crate) fn holds_nul(json: &[u8]) -> bool {
    const NUL: &[u8] = b"u0000";
    json.windows(NUL.len()).enumerate().filter(|(_, window)| *window == NUL).any(|(at, _)| {
        // An even number of backslashes are themselves escaped.
        let before = json.get(..at).unwrap_or_default().iter().rev();
        before.take_while(|byte| **byte == b'\\').count() % 2 == 1
    })
}

fn not_json(error: &serde_json::Error) -> Error {
    Error::Unreadable(StatusCode::BAD_REQUEST, format!("the body is not JSON: {error}"))
}
