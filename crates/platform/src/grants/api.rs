use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wire::grants::{Answered, Delivered, Grant, NewGrant, NewMessage, NewRequest};
use wire::{GrantId, Problem, Slug};

use super::model;
use super::send::Sender;
use super::store::{self, Filter};
use crate::access::{Caller, GrantsRead, GrantsWrite, MeshSend};
use crate::federation::{self, Federation};
use crate::ground::app::App;
use crate::ground::error::{Error, Result};
use crate::ground::http::extract::{Body, Path, Query};
use crate::ground::http::page;
use crate::ground::log::{self, Change};

pub(crate) fn routes(app: App, federation: Federation) -> OpenApiRouter {
    let grants = OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(revoke))
        .with_state(app.clone());
    let messages = OpenApiRouter::new()
        .routes(routes!(request))
        .routes(routes!(publish))
        .with_state(Sender { app, federation });
    grants.merge(messages)
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// Only what this project may say.
    #[param(value_type = Option<String>)]
    from: Option<Slug>,
    /// Only what may be said to this project.
    #[param(value_type = Option<String>)]
    to: Option<Slug>,
    /// 1 to 1,000; 100 when absent.
    limit: Option<usize>,
    cursor: Option<String>,
}

/// Lists the grants, newest first, those that have ended among them.
#[utoipa::path(get, path = "/api/v1/grants", tag = "grants", params(Asked),
    responses((status = 200, body = Vec<Grant>), (status = "4XX", body = Problem)))]
async fn list(
    State(app): State<App>,
    caller: Caller<GrantsRead>,
    Query(asked): Query<Asked>,
    uri: Uri,
) -> Result<Response> {
    let limit = page::limit(asked.limit)?;
    let before = page::decode(asked.cursor.as_deref())?;
    let filter = Filter { from: asked.from, to: asked.to, before };
    let mut tx = app.db.read(caller.scope()).await?;
    let grants = store::page(&mut tx, &filter, page::sql_limit(limit)).await?;
    let next = page::next(&grants, limit, |grant| grant.id.to_string());
    Ok(page::answer(&grants, &uri, next))
}

/// Lets one project speak to another. Who speaks for a project opens that project alone.
#[utoipa::path(post, path = "/api/v1/grants", tag = "grants", request_body = NewGrant,
    responses((status = 201, body = Grant), (status = "4XX", body = Problem)))]
async fn create(
    State(app): State<App>,
    caller: Caller<GrantsWrite>,
    Body(new): Body<NewGrant>,
) -> Result<Response> {
    let now = app.clock.now();
    model::check(&new, now)?;
    if let Some(own) = caller.project().filter(|own| **own != new.to) {
        return Err(Error::Forbidden(format!("you speak for {own}, so you can open {own} alone")));
    }
    let mut tx = app.db.write(caller.scope()).await?;
    let from = federation::project_id(&mut tx, &new.from).await?;
    let to = federation::project_id(&mut tx, &new.to).await?;
    let grant = Grant {
        id: GrantId::new(),
        from: new.from,
        to: new.to,
        subjects: new.subjects,
        expires_at: new.expires_at,
        created_at: now,
        created_by: caller.scope().actor().to_owned(),
        revoked_at: None,
    };
    store::insert(&mut tx, &grant, (from, to)).await?;
    log::append(&mut tx, now, change("grants.created", &grant)).await?;
    app.commit(tx).await?;
    Ok((StatusCode::CREATED, Json(grant)).into_response())
}

/// Revokes a grant, at once and for good.
#[utoipa::path(delete, path = "/api/v1/grants/{id}", tag = "grants",
    params(("id" = GrantId, Path)),
    responses((status = 204), (status = "4XX", body = Problem)))]
async fn revoke(
    State(app): State<App>,
    caller: Caller<GrantsWrite>,
    Path(id): Path<GrantId>,
) -> Result<StatusCode> {
    let now = app.clock.now();
    let mut tx = app.db.write(caller.scope()).await?;
    let grant = store::find(&mut tx, id).await?;
    let grant = grant.ok_or_else(|| Error::NotFound(format!("grant {id}")))?;
    if let Some(own) = caller.project().filter(|own| **own != grant.to && **own != grant.from) {
        return Err(Error::Forbidden(format!("you speak for {own}, which this grant is not of")));
    }
    if store::revoke(&mut tx, id, now).await? {
        log::append(&mut tx, now, change("grants.revoked", &grant)).await?;
    }
    app.commit(tx).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks an instance of another project. Needs a grant. `error` is in the place of `answer` when
/// the instance has the message and cannot answer it.
#[utoipa::path(post, path = "/api/v1/mesh/request", tag = "grants", request_body = NewRequest,
    responses((status = 200, body = Answered), (status = "4XX", body = Problem)))]
async fn request(
    State(sender): State<Sender>,
    caller: Caller<MeshSend>,
    Body(new): Body<NewRequest>,
) -> Result<Json<Answered>> {
    Ok(Json(sender.request(&caller, new).await?))
}

/// Sends a message to another project, which becomes an event of that project. Needs a grant.
/// Delivered to one of its instances, or answered with 503.
#[utoipa::path(post, path = "/api/v1/mesh/publish", tag = "grants", request_body = NewMessage,
    responses((status = 200, body = Delivered), (status = "4XX", body = Problem)))]
async fn publish(
    State(sender): State<Sender>,
    caller: Caller<MeshSend>,
    Body(new): Body<NewMessage>,
) -> Result<Json<Delivered>> {
    Ok(Json(sender.publish(&caller, new).await?))
}

fn change(kind: &'static str, grant: &Grant) -> Change {
    let Grant { from, to, subjects, expires_at, .. } = grant;
    Change {
        kind,
        project: Some(to.clone()),
        target: grant.id.to_string(),
        detail: json!({ "from": from, "to": to, "subjects": subjects, "expires_at": expires_at }),
    }
}
