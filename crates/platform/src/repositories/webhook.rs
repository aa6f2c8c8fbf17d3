//! What a forge sends when somebody pushed. It is no principal: that it knows the secret of the
//! repository is all it may prove, and a look at that repository is all it gets.

use std::borrow::Cow;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use ring::digest::{SHA256, digest};
use ring::hmac;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use subtle::ConstantTimeEq;
use wire::{Problem, RepositoryId};

use super::register::queue;
use super::secrets::Secret;
use super::store::{self, Row};
use crate::ground::app::App;
use crate::ground::error::{Error, Result};
use crate::ground::hex;
use crate::ground::http::extract::{Path, Raw};

/// How long a delivery is remembered. One that comes again later costs a look.
const KEEP: Duration = Duration::from_hours(24 * 30);

/// Takes what GitHub, GitLab or Gitea sends: a push to the branch that is followed is fetched. In the
/// place of a key stands the secret that was shown when the repository was registered, as
/// `X-Hub-Signature-256`, `X-Gitlab-Token` or `X-Gitea-Signature`. 202 when it is fetched, 204 when
/// there is nothing to fetch.
#[utoipa::path(post, path = "/api/v1/repositories/{id}/webhook", tag = "repositories", security(()),
    params(("id" = RepositoryId, Path)),
    request_body(content = String, content_type = "application/json"),
    responses((status = 202), (status = 204), (status = "4XX", body = Problem)))]
pub(super) async fn webhook(
    State(app): State<App>,
    Path(id): Path<RepositoryId>,
    headers: HeaderMap,
    Raw(body): Raw,
) -> Result<StatusCode> {
    let scope = app.service_scope("webhook");
    let mut tx = app.db.read(&scope).await?;
    let row = store::find(&mut tx, id).await?;
    drop(tx);
    let proof = Proof::of(&headers);
    // Nobody learns from the answer whether there is such a repository.
    let (Some(row), Some(proof)) = (row, proof) else { return Err(refused()) };
    let secret = Secret::Webhook.open(&app, id, &row.webhook_secret)?;
    if !proof.holds(&secret, &body) {
        return Err(refused());
    }
    if !is_push(&row, &body) {
        return Ok(StatusCode::NO_CONTENT);
    }
    let now = app.clock.now();
    let mut tx = app.db.write(&scope).await?;
    store::forget(&mut tx, now - KEEP).await?;
    if !store::receive(&mut tx, id, &mark(&headers, &body), now).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    queue(&app, &mut tx, id).await?;
    app.commit(tx).await?;
    Ok(StatusCode::ACCEPTED)
}

fn refused() -> Error {
    Error::Unreadable(StatusCode::UNAUTHORIZED, "the signature is wrong".to_owned())
}

/// What a forge shows for knowing the secret.
enum Proof<'a> {
    /// Of the body, by HMAC-SHA-256.
    Signature(Vec<u8>),
    /// The secret itself.
    Token(&'a str),
}

impl<'a> Proof<'a> {
    fn of(headers: &'a HeaderMap) -> Option<Self> {
        if let Some(signature) = text(headers, "x-hub-signature-256") {
            return hex::decode(signature.strip_prefix("sha256=")?).map(Self::Signature);
        }
        if let Some(signature) = text(headers, "x-gitea-signature") {
            return hex::decode(signature).map(Self::Signature);
        }
        text(headers, "x-gitlab-token").map(Self::Token)
    }

    /// Takes as long for a nearly right proof as for a wrong one.
    fn holds(&self, secret: &SecretString, body: &[u8]) -> bool {
        let secret = secret.expose_secret().as_bytes();
        match self {
            Self::Signature(signature) => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
                hmac::verify(&key, body, signature).is_ok()
            }
            Self::Token(token) => token.as_bytes().ct_eq(secret).into(),
        }
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Whether it says that the branch that is followed moved; before the first look, any branch.
fn is_push(row: &Row, body: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Push {
        r#ref: String,
    }

    let Ok(push) = serde_json::from_slice::<Push>(&payload(body)) else { return false };
    let Some(branch) = push.r#ref.strip_prefix("refs/heads/") else { return false };
    let followed = row.branch.as_ref().or(row.head_branch.as_ref());
    followed.is_none_or(|followed| followed == branch)
}

/// GitHub sends a form unless it is told to send JSON.
fn payload(body: &[u8]) -> Cow<'_, [u8]> {
    if !body.starts_with(b"payload=") {
        return Cow::Borrowed(body);
    }
    let field = url::form_urlencoded::parse(body).next();
    field.map_or(Cow::Borrowed(body), |(_, text)| Cow::Owned(text.into_owned().into_bytes()))
}

/// The same for what comes again. A signature covers the body alone, so that the number of the
/// delivery beside it proves nothing; GitLab signs nothing, and its pushes may look the same.
fn mark(headers: &HeaderMap, body: &[u8]) -> Vec<u8> {
    let number = text(headers, "x-gitlab-event-uuid");
    digest(&SHA256, number.map_or(body, str::as_bytes)).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name.parse().unwrap(), value.parse().unwrap())])
    }

    /// The example of GitHub's documentation of webhooks.
    #[test]
    fn a_signature_of_github_holds_for_its_body_and_secret_alone() {
        let secret = SecretString::from("It's a Secret to Everybody");
        let signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        let headers = headers("x-hub-signature-256", signature);
        let proof = Proof::of(&headers).unwrap();
        assert!(proof.holds(&secret, b"Hello, World!"));
        assert!(!proof.holds(&secret, b"Hello, World?"));
        assert!(!proof.holds(&SecretString::from("another"), b"Hello, World!"));
    }

    #[test]
    fn what_is_no_proof_is_none() {
        let digits = "0".repeat(64);
        assert!(Proof::of(&HeaderMap::new()).is_none());
        assert!(Proof::of(&headers("x-hub-signature-256", &digits)).is_none());
        assert!(Proof::of(&headers("x-gitea-signature", "no digits")).is_none());
        assert!(Proof::of(&headers("x-gitea-signature", &digits)).is_some());
    }

    #[test]
    fn a_form_is_read_as_the_json_in_it() {
        assert_eq!(*payload(b"payload=%7B%22ref%22%3A1%7D"), *br#"{"ref":1}"#);
        assert_eq!(*payload(b"{}"), *b"{}");
    }
}
