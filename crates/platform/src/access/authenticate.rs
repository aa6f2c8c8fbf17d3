//! Finds out who asks. Past this every request has a principal.

use std::collections::HashSet;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::Response;
use db::{Course, Scope};
use futures::StreamExt;
use secrecy::SecretString;
use wire::access::Permission;
use wire::hub::PrincipalKind;
use wire::{KeyId, Slug};

use super::attempts::{Attempts, Failure};
use super::ring::{Entry, KeyRing, Refusal};
use super::sign_in::{self, SignIn};
use crate::ground::app::App;
use crate::ground::error::{Error, Result};

const HEADER: &str = "x-api-key";

/// What authentication needs.
#[derive(Clone)]
pub(crate) struct Access {
    pub app: App,
    pub ring: KeyRing,
    pub sign_in: SignIn,
    attempts: Attempts,
}

impl Access {
    pub(crate) fn new(app: &App, ring: KeyRing) -> Self {
        let attempts = Attempts::start(app);
        Self { app: app.clone(), ring, sign_in: SignIn::new(app), attempts }
    }
}

/// Somebody who proved who they are.
#[derive(Clone)]
pub(crate) struct Principal {
    pub kind: PrincipalKind,
    pub scope: Scope,
    pub permissions: Arc<HashSet<Permission>>,
    /// The project it speaks for.
    pub project: Option<Slug>,
    /// By which it got in, when it was not by a session.
    key: Option<Arc<Entry>>,
}

/// Refuses a request without a principal; puts the principal of any other into its extensions.
pub(crate) async fn authenticate(
    State(access): State<Access>,
    mut request: Request,
    next: Next,
) -> Result<Response> {
    let course = request.extensions().get::<Course>().cloned().unwrap_or_default();
    let principal = access.principal(request.headers(), is_read(&request), course).await?;
    let key = principal.key.clone();
    request.extensions_mut().insert(principal.scope.clone());
    request.extensions_mut().insert(principal);
    let response = next.run(request).await;
    match key.filter(|_| is_stream(&response)) {
        Some(key) => Ok(until(response, access.ring.until_refused(key))),
        None => Ok(response),
    }
}

/// Questions too long for a query string come as POST and change nothing.
const QUESTIONS: [&str; 3] = ["/knowledge/search", "/knowledge/compare", "/knowledge/evaluate"];

fn is_read(request: &Request) -> bool {
    let is_question = || QUESTIONS.iter().any(|end| request.uri().path().ends_with(end));
    match *request.method() {
        Method::GET | Method::HEAD => true,
        Method::POST => is_question(),
        _ => false,
    }
}

fn is_stream(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"))
}

/// Cuts the answer off when `end` comes.
fn until(response: Response, end: impl Future<Output = ()> + Send + 'static) -> Response {
    let (parts, body) = response.into_parts();
    let body = body.into_data_stream().take_until(Box::pin(end));
    Response::from_parts(parts, Body::from_stream(body))
}

impl Access {
    async fn principal(
        &self,
        headers: &HeaderMap,
        is_read: bool,
        course: Course,
    ) -> Result<Principal> {
        if let Some(text) = key_in(headers) {
            let entry = self.ring.accept(text).await.map_err(|refusal| self.refuse(refusal))?;
            self.ring.spend(entry.key.id, is_read)?;
            return Ok(self.of_key(&entry, PrincipalKind::Key, course));
        }
        let cookies = headers.get(COOKIE).and_then(|value| value.to_str().ok());
        if let Some(token) = cookies.and_then(sign_in::token_in)
            && let Some(session) = Box::pin(self.sign_in.session(token)).await?
        {
            if let Some(key) = session.key {
                let entry = self.ring.usable(key).map_err(|refusal| self.refuse(refusal))?;
                self.ring.spend(key, is_read)?;
                return Ok(self.of_key(&entry, PrincipalKind::Session, course));
            }
            self.ring.spend(session.budget, is_read)?;
            return Ok(Principal {
                kind: PrincipalKind::Session,
                scope: self.scope("user:administrator".to_owned(), course),
                permissions: Arc::new(Permission::ALL.into_iter().collect()),
                project: None,
                key: None,
            });
        }
        self.attempts.count(Failure::Missing);
        Err(Error::Unauthenticated)
    }

    /// Opens a session with the key `text`.
    pub(crate) async fn sign_in_with(&self, text: &str) -> Result<SecretString> {
        let entry = self.ring.accept(text).await.map_err(|refusal| self.refuse(refusal))?;
        if !self.ring.is_stored(entry.key.id) {
            return Err(Error::Forbidden("a configured key opens no session".to_owned()));
        }
        self.sign_in.open_with(entry.key.id).await
    }

    fn refuse(&self, refusal: Refusal) -> Error {
        let (failure, words) = match refusal {
            Refusal::Wrong => (Failure::Wrong, "this key is not known"),
            Refusal::Revoked => (Failure::Revoked, "this key was revoked"),
            Refusal::Expired => (Failure::Expired, "this key has expired"),
        };
        self.attempts.count(failure);
        Error::Forbidden(words.to_owned())
    }

    fn of_key(&self, entry: &Arc<Entry>, kind: PrincipalKind, course: Course) -> Principal {
        Principal {
            kind,
            scope: self.scope(actor(entry.key.id), course),
            permissions: Arc::clone(&entry.permissions),
            project: entry.key.project.clone(),
            key: Some(Arc::clone(entry)),
        }
    }

    #[expect(clippy::disallowed_methods, reason = "this is authentication")]
    fn scope(&self, actor: String, course: Course) -> Scope {
        Scope::assume(self.app.tenant.clone(), actor, course)
    }
}

pub(super) fn actor(id: KeyId) -> String {
    format!("key:{id}")
}

fn key_in(headers: &HeaderMap) -> Option<&str> {
    if let Some(value) = headers.get(HEADER) {
        // A key that is no ASCII is a wrong key, not a missing one.
        return Some(value.to_str().unwrap_or_default());
    }
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(key.trim())
}
