use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use db::Scope;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wire::Problem;
use wire::audit::{BrokenRecord, Record, Verification};

use crate::access::{AuditRead, Caller};
use crate::ground::app::App;
use crate::ground::error::Result;
use crate::ground::http::extract::Query;
use crate::ground::http::page;
use crate::ground::log;

pub(crate) fn routes(app: App) -> OpenApiRouter {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(verify)).with_state(app)
}

const BATCH: i64 = 1_000;

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Page {
    /// 1 to 1,000; 100 when absent.
    limit: Option<usize>,
    cursor: Option<String>,
}

/// Lists audit records, oldest first.
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", params(Page),
    responses((status = 200, body = Vec<Record>), (status = "4XX", body = Problem)))]
async fn list(
    State(app): State<App>,
    caller: Caller<AuditRead>,
    Query(asked): Query<Page>,
    uri: Uri,
) -> Result<Response> {
    let limit = page::limit(asked.limit)?;
    let after = page::decode(asked.cursor.as_deref())?.unwrap_or(0);
    let mut tx = app.db.read(caller.scope()).await?;
    let records = log::audit_records(&mut tx, after, page::sql_limit(limit)).await?;
    let next = page::next(&records, limit, |record| record.seq.to_string());
    Ok(page::answer(&records, &uri, next))
}

/// Follows the chain from the first record to the last and names the first that is broken.
#[utoipa::path(get, path = "/api/v1/audit/verify", tag = "audit",
    responses((status = 200, body = Verification), (status = "4XX", body = Problem)))]
async fn verify(State(app): State<App>, caller: Caller<AuditRead>) -> Result<Json<Verification>> {
    Ok(Json(verify_chain(&app, caller.scope()).await?))
}

async fn verify_chain(app: &App, scope: &Scope) -> Result<Verification, db::Error> {
    let mut tx = app.db.read(scope).await?;
    // Read first: records that come meanwhile are beyond it.
    let head = log::audit_head(&mut tx).await?;
    let (mut seq, mut prev) = (0, log::FIRST_PREV.to_owned());
    while seq < head.seq {
        let records = log::audit_records(&mut tx, seq, BATCH).await?;
        if records.is_empty() {
            return Ok(broken(seq, seq + 1, "is missing, and every one after it"));
        }
        for record in records {
            if seq == head.seq {
                break;
            }
            if let Some(what) = log::chain_break(&record, seq + 1, &prev) {
                return Ok(broken(seq, seq + 1, &what));
            }
            seq = record.seq;
            prev = record.hash;
        }
    }
    if prev != head.hash {
        return Ok(broken(seq, seq, "is not the one that was written last"));
    }
    if head.highest > head.seq {
        return Ok(broken(seq, seq + 1, "is beyond the one that was written last"));
    }
    Ok(Verification { records: seq, broken: None })
}

fn broken(records: i64, seq: i64, what: &str) -> Verification {
    Verification { records, broken: Some(BrokenRecord { seq, what: what.to_owned() }) }
}
