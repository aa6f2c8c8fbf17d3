use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wire::access::{CreatedKey, Key, NewKey, Permission};
use wire::hub::{Me, Principal};
use wire::{FieldError, KeyId, Problem, Timestamp};

use super::authenticate::Access;
use super::caller::{Anything, Caller, KeysRead, KeysWrite};
use super::key::{self, KeyHash};
use super::store;
use crate::ground::error::{Error, Result};
use crate::ground::http::extract::{Body, Path, Query};
use crate::ground::http::idempotency::NotKept;
use crate::ground::http::page;
use crate::ground::log::{self, Change};

pub(crate) fn routes(access: Access) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(revoke))
        .routes(routes!(me))
        .with_state(access)
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Page {
    /// 1 to 1,000; 100 when absent.
    limit: Option<usize>,
    cursor: Option<String>,
}

/// Lists the API keys, newest first. Secrets are never shown.
#[utoipa::path(get, path = "/api/v1/keys", tag = "access", params(Page),
    responses((status = 200, body = Vec<Key>), (status = "4XX", body = Problem)))]
async fn list(
    State(access): State<Access>,
    caller: Caller<KeysRead>,
    Query(asked): Query<Page>,
    uri: Uri,
) -> Result<Response> {
    let limit = page::limit(asked.limit)?;
    let after = page::decode(asked.cursor.as_deref())?;
    let mut tx = access.app.db.read(caller.scope()).await?;
    let keys = store::page(&mut tx, after, page::sql_limit(limit)).await?;
    let next = page::next(&keys, limit, |key| key.id.to_string());
    Ok(page::answer(&keys, &uri, next))
}

/// Shows who asks, and what they may do.
#[utoipa::path(get, path = "/api/v1/me", tag = "access",
    responses((status = 200, body = Me), (status = "4XX", body = Problem)))]
async fn me(State(access): State<Access>, caller: Caller<Anything>) -> Json<Me> {
    let name = caller.scope().actor().to_owned();
    let held = Permission::ALL.into_iter().filter(|it| caller.holds(*it));
    Json(Me {
        tenant: access.app.tenant.slug.to_string(),
        principal: Principal { kind: caller.kind(), name },
        permissions: held.collect(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

/// Makes an API key. The answer holds its secret, which is not shown again.
#[utoipa::path(post, path = "/api/v1/keys", tag = "access", request_body = NewKey,
    responses((status = 201, body = CreatedKey), (status = "4XX", body = Problem)))]
async fn create(
    State(access): State<Access>,
    caller: Caller<KeysWrite>,
    Body(new): Body<NewKey>,
) -> Result<Response> {
    check(&new, access.app.clock.now())?;
    if let Some(own) = caller.project().filter(|own| new.project.as_ref() != Some(own)) {
        let words =
            format!("you speak for {own}, so a key of yours must too: give it that project");
        return Err(Error::Forbidden(words));
    }
    if let Some(exceeding) = new.scopes.iter().find(|permission| !caller.holds(**permission)) {
        let words = format!("you cannot give away {exceeding}, which you do not hold");
        return Err(Error::Forbidden(words));
    }
    let (key, secret) = access.create(caller.scope(), new).await?;
    let body = Json(CreatedKey { key, secret: secret.expose_secret().to_owned() });
    Ok((StatusCode::CREATED, Extension(NotKept), body).into_response())
}

/// Revokes an API key. It stops working at once, everywhere.
#[utoipa::path(delete, path = "/api/v1/keys/{id}", tag = "access",
    params(("id" = KeyId, Path)),
    responses((status = 204), (status = "4XX", body = Problem)))]
async fn revoke(
    State(access): State<Access>,
    caller: Caller<KeysWrite>,
    Path(id): Path<KeyId>,
) -> Result<StatusCode> {
    let now = access.app.clock.now();
    let mut tx = access.app.db.write(caller.scope()).await?;
    let key = store::find(&mut tx, id).await?;
    let key = key.ok_or_else(|| Error::NotFound(format!("key {id}")))?;
    if store::revoke(&mut tx, id, now).await? {
        let change = Change {
            kind: "access.key_revoked",
            project: key.project,
            target: id.to_string(),
            detail: json!({ "name": key.name }),
        };
        log::append(&mut tx, now, change).await?;
    }
    access.app.commit(tx).await?;
    access.ring.reload().await?;
    Ok(StatusCode::NO_CONTENT)
}

fn check(new: &NewKey, now: Timestamp) -> Result<()> {
    let mut errors = Vec::new();
    let is_short = |text: &str| (1..=100).contains(&text.trim().chars().count());
    if !is_short(&new.name) {
        errors.push(FieldError::new("name", "must be 1 to 100 characters"));
    }
    if new.owner.as_deref().is_some_and(|owner| !is_short(owner)) {
        errors.push(FieldError::new("owner", "must be 1 to 100 characters"));
    }
    if new.expires_at.is_some_and(|expires| expires <= now) {
        errors.push(FieldError::new("expires_at", "must be in the future"));
    }
    if new.scopes.is_empty() {
        errors.push(FieldError::new("scopes", "must hold at least one"));
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
}

impl Access {
    /// Makes a key and its record, and knows it from now on.
    pub(crate) async fn create(
        &self,
        scope: &db::Scope,
        new: NewKey,
    ) -> Result<(Key, SecretString)> {
        let (id, secret) = key::generate().map_err(Error::Internal)?;
        let now = self.app.clock.now();
        let key = Key {
            id,
            name: new.name.trim().to_owned(),
            owner: new.owner.unwrap_or_else(|| scope.actor().to_owned()),
            scopes: new.scopes,
            project: new.project,
            created_at: now,
            expires_at: new.expires_at,
            revoked_at: None,
            last_used_at: None,
            rotates: new.rotates,
        };
        let mut tx = self.app.db.write(scope).await?;
        if let Some(old) = key.rotates {
            check_rotation(&mut tx, old, now).await?;
        }
        store::insert(&mut tx, &key, KeyHash::of(secret.expose_secret())).await?;
        let change = Change {
            kind: "access.key_created",
            project: key.project.clone(),
            target: id.to_string(),
            detail: json!({ "name": key.name, "scopes": key.scopes, "expires_at": key.expires_at }),
        };
        log::append(&mut tx, now, change).await?;
        self.app.commit(tx).await?;
        self.ring.reload().await?;
        Ok((key, secret))
    }

    /// A key that may do everything, for the command line of whoever runs the server.
    pub(crate) async fn create_admin(&self) -> Result<SecretString> {
        let new = NewKey {
            name: "administrator".to_owned(),
            owner: None,
            scopes: Permission::ALL.to_vec(),
            project: None,
            expires_at: None,
            rotates: None,
        };
        let (_, secret) = self.create(&self.app.service_scope("first-run"), new).await?;
        Ok(secret)
    }
}

/// The older key must be usable and the only one of its rotation: two at once, never three.
async fn check_rotation(tx: &mut db::Tx, old: KeyId, now: Timestamp) -> Result<()> {
    let refuse = |words: &str| Err(Error::field("rotates", format!("key {old} {words}")));
    let Some(key) = store::find_to_rotate(tx, old).await? else { return refuse("does not exist") };
    if key.revoked_at.is_some() {
        return refuse("was revoked");
    }
    if key.expires_at.is_some_and(|expires| expires <= now) {
        return refuse("has expired");
    }
    if store::count_partners(tx, &key, now).await? > 0 {
        let words = format!("key {old} is in a rotation already; revoke the older one first");
        return Err(Error::Conflict(words));
    }
    Ok(())
}
