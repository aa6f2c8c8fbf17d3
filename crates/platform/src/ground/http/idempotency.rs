//! Writes with an `Idempotency-Key` happen once: a repeat gets the first answer again.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, Request, State};
use axum::http::header::{CONTENT_TYPE, ETAG, LOCATION};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use db::{Scope, Tx, run};
use http_body_util::BodyExt;
use ring::digest::{Context, SHA256};
use sqlx::{query, query_as};
use wire::{Problem, Timestamp};

use super::extract::Raw;
use crate::ground::app::App;
use crate::ground::error::{Error, Result};

const HEADER: &str = "idempotency-key";
/// A first try that has not answered by now has died.
const ABANDONED_AFTER: Duration = Duration::from_mins(1);
/// How long an answer is remembered.
const KEEP: Duration = Duration::from_hours(24);

/// Put into the extensions of an answer that must not be kept: it holds a secret.
#[derive(Clone)]
pub(crate) struct NotKept;

pub(crate) async fn once(State(app): State<App>, request: Request, next: Next) -> Result<Response> {
    let key = request.headers().get(HEADER).cloned();
    let scope = request.extensions().get::<Scope>().cloned();
    let (Some(key), Some(scope), false) = (key, scope, is_read(request.method())) else {
        return Ok(next.run(request).await);
    };
    let key = key.to_str().ok().filter(|key| (1..=200).contains(&key.len()));
    let key =
        key.ok_or_else(|| Error::field("Idempotency-Key", "must be 1 to 200 ASCII characters"))?;

    let (parts, body) = request.into_parts();
    let whole = Request::from_parts(parts.clone(), body);
    let Raw(body) = Box::pin(Raw::from_request(whole, &())).await?;
    let hash = hash(&parts.method, &parts.uri.to_string(), &body);
    let key = key.to_owned();
    // In a task of its own: a client that hangs up will ask again, and must find the answer.
    let work = app.tasks.clone().spawn(async move {
        if let Some(answer) = claim(&app, &scope, &key, &hash).await? {
            return Ok(answer);
        }
        let response = next.run(Request::from_parts(parts, Body::from(body))).await;
        keep(&app, &scope, &key, response).await
    });
    work.await.unwrap_or_else(|error| match error.try_into_panic() {
        Ok(panic) => std::panic::resume_unwind(panic),
        Err(error) => Err(Error::Internal(error.into())),
    })
}

fn is_read(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn hash(method: &Method, uri: &str, body: &[u8]) -> Vec<u8> {
    let mut context = Context::new(&SHA256);
    for part in [method.as_str().as_bytes(), uri.as_bytes(), body] {
        context.update(&part.len().to_le_bytes());
        context.update(part);
    }
    context.finish().as_ref().to_vec()
}

/// `None` when this is the first try, which is now under way.
async fn claim(app: &App, scope: &Scope, key: &str, hash: &[u8]) -> Result<Option<Response>> {
    let now = app.clock.now();
    let mut tx = app.db.write(scope).await?;
    if insert(&mut tx, key, hash, now).await? {
        tx.commit().await?;
        return Ok(None);
    }
    let row = find(&mut tx, key).await?.ok_or(Error::Unavailable("the first try"))?;
    if row.request_hash != hash {
        return Err(Error::field("Idempotency-Key", "was used for another request"));
    }
    if row.status.is_some() {
        return Ok(Some(row.into_response()));
    }
    if now.since(row.created_at) < ABANDONED_AFTER {
        return Err(Error::Conflict("the first try is still under way".to_owned()));
    }
    forget(&mut tx, key).await?;
    insert(&mut tx, key, hash, now).await?;
    tx.commit().await?;
    Ok(None)
}

/// Remembers the answer, unless it says to try again or holds a secret.
async fn keep(app: &App, scope: &Scope, key: &str, response: Response) -> Result<Response> {
    let mut tx = app.db.write(scope).await?;
    if response.status().is_server_error() || response.status() == StatusCode::TOO_MANY_REQUESTS {
        forget(&mut tx, key).await?;
        tx.commit().await?;
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let body = body.collect().await.map_err(|error| Error::Internal(error.into()))?.to_bytes();
    if parts.extensions.get::<NotKept>().is_some() {
        let detail = "this was done; its answer held a secret and was shown once".to_owned();
        let problem = super::super::error::problem(StatusCode::CONFLICT, Some(detail), vec![]);
        let body = serde_json::to_vec(&problem).map_err(|error| Error::Internal(error.into()))?;
        update(&mut tx, key, StatusCode::CONFLICT, &HeaderMap::new(), &body).await?;
    } else if let Some(problem) = parts.extensions.get::<Problem>() {
        let body = serde_json::to_vec(problem).map_err(|error| Error::Internal(error.into()))?;
        update(&mut tx, key, parts.status, &parts.headers, &body).await?;
    } else {
        update(&mut tx, key, parts.status, &parts.headers, &body).await?;
    }
    tx.commit().await?;
    Ok(Response::from_parts(parts, Body::from(body)))
}

async fn insert(tx: &mut Tx, key: &str, hash: &[u8], now: Timestamp) -> Result<bool, db::Error> {
    let actor = tx.scope().actor().to_owned();
    let inserted = run!(
        tx,
        execute,
        query(
            "insert into idempotency (actor, key, request_hash, created_at)
             values ($1, $2, $3, $4) on conflict do nothing"
        )
        .bind(&actor)
        .bind(key)
        .bind(hash)
        .bind(now)
    )?;
    Ok(inserted == 1)
}

async fn find(tx: &mut Tx, key: &str) -> Result<Option<Row>, db::Error> {
    let actor = tx.scope().actor().to_owned();
    run!(
        tx,
        fetch_optional,
        query_as("select * from idempotency where actor = $1 and key = $2").bind(&actor).bind(key)
    )
}

async fn forget(tx: &mut Tx, key: &str) -> Result<(), db::Error> {
    let actor = tx.scope().actor().to_owned();
    run!(
        tx,
        execute,
        query("delete from idempotency where actor = $1 and key = $2").bind(&actor).bind(key)
    )?;
    Ok(())
}

async fn update(
    tx: &mut Tx,
    key: &str,
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(), db::Error> {
    let actor = tx.scope().actor().to_owned();
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    run!(
        tx,
        execute,
        query(
            "update idempotency
             set status = $3, body = $4, content_type = $5, etag = $6, location = $7
             where actor = $1 and key = $2"
        )
        .bind(&actor)
        .bind(key)
        .bind(i32::from(status.as_u16()))
        .bind(body)
        .bind(text(CONTENT_TYPE))
        .bind(text(ETAG))
        .bind(text(LOCATION))
    )?;
    Ok(())
}

/// Deletes answers that nobody will ask for again.
pub(crate) async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64, db::Error> {
    run!(tx, execute, query("delete from idempotency where created_at < $1").bind(now - KEEP))
}

#[derive(sqlx::FromRow)]
struct Row {
    request_hash: Vec<u8>,
    status: Option<i32>,
    body: Option<Vec<u8>>,
    content_type: Option<String>,
    etag: Option<String>,
    location: Option<String>,
    created_at: Timestamp,
}

impl Row {
    fn into_response(self) -> Response {
        let status = self.status.and_then(|status| u16::try_from(status).ok());
        let status = status.and_then(|status| StatusCode::from_u16(status).ok());
        let body = self.body.unwrap_or_default();
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if let Ok(problem) = serde_json::from_slice::<Problem>(&body)
            && status.is_client_error()
        {
            let mut response = status.into_response();
            response.extensions_mut().insert(problem);
            return response;
        }
        let mut response = (status, Bytes::from(body)).into_response();
        let headers = [
            (CONTENT_TYPE, self.content_type),
            (ETAG, self.etag),
            (LOCATION, self.location),
            (HeaderName::from_static("idempotent-replayed"), Some("true".to_owned())),
        ];
        for (name, value) in headers {
            if let Some(Ok(value)) = value.map(HeaderValue::try_from) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}
