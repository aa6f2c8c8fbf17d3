//! Into a session by a one-time link or by a key, and out of it.

use axum::extract::State;
use axum::http::header::{COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use url::form_urlencoded;

use crate::access::{Access, session_in};
use crate::ground::error::{Error, Result};
use crate::ground::http::extract::Raw;

/// Uses the link up, or takes the key, and opens a session.
pub(super) async fn open(
    State(access): State<Access>,
    headers: HeaderMap,
    Raw(body): Raw,
) -> Result<Response> {
    if !is_same_origin(&headers) {
        return Err(Error::Forbidden("another site may not sign anyone in".to_owned()));
    }
    let field = |name| {
        let found = form_urlencoded::parse(&body).find(|(key, _)| key == name);
        found.map(|(_, value)| value.trim().to_owned()).filter(|value| !value.is_empty())
    };
    let session = match (field("token"), field("key")) {
        (Some(token), _) => access.sign_in.open(&token).await?.ok_or_else(used_up)?,
        (None, Some(key)) => access.sign_in_with(&key).await?,
        (None, None) => return Err(Error::field("key", "is missing: a key or a token is needed")),
    };
    let headers = [(SET_COOKIE, access.sign_in.cookie(&session)), (LOCATION, "/".to_owned())];
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}

fn used_up() -> Error {
    let words = "this link was used or is older than 15 minutes; the server prints a new one when it starts";
    Error::Forbidden(words.to_owned())
}

/// Ends the session.
pub(super) async fn close(State(access): State<Access>, headers: HeaderMap) -> Result<Response> {
    let cookies = headers.get(COOKIE).and_then(|value| value.to_str().ok());
    if let Some(token) = cookies.and_then(session_in).filter(|_| is_same_origin(&headers)) {
        access.sign_in.close(token).await?;
    }
    let headers = [(SET_COOKIE, access.sign_in.no_cookie()), (LOCATION, "/sign-in".to_owned())];
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}

/// Browsers say where a form comes from; another site may not sign anyone in.
fn is_same_origin(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    site.is_none_or(|site| site == "same-origin" || site == "none")
}
