//! Extractors whose refusals are problems that name the field.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use bytes::Bytes;
use serde::de::DeserializeOwned;
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

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let kind = kind.unwrap_or("application/json").split(';').next().unwrap_or_default();
        if !kind.trim().eq_ignore_ascii_case("application/json") {
            let message = format!("the body must be application/json, it is {kind}");
            return Err(Error::Unreadable(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
        }
        let Raw(bytes) = Raw::from_request(request, state).await?;
        from_json(&bytes).map(Self)
    }
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
        let path = error.path().to_string();
        let error = error.into_inner();
        if error.is_data() {
            let path = if path == "." { String::new() } else { path };
            return Error::Invalid(vec![FieldError::new(path, error.to_string())]);
        }
        not_json(&error)
    })?;
    reader.end().map_err(|error| not_json(&error))?;
    Ok(value)
}

fn not_json(error: &serde_json::Error) -> Error {
    Error::Unreadable(StatusCode::BAD_REQUEST, format!("the body is not JSON: {error}"))
}
