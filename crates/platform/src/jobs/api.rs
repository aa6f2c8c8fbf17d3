use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wire::jobs::{Job, JobState};
use wire::{JobId, Problem};

use crate::access::{Caller, JobsRead, JobsWrite};
use crate::ground::app::App;
use crate::ground::error::{Error, Result};
use crate::ground::http::extract::{Path, Query};
use crate::ground::http::page;
use crate::ground::jobs;
use crate::ground::log::{self, Change};

pub(crate) fn routes(app: App) -> OpenApiRouter {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(retry)).with_state(app)
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    state: Option<JobState>,
    /// 1 to 1,000; 100 when absent.
    limit: Option<usize>,
    cursor: Option<String>,
}

/// Lists background jobs, newest first.
#[utoipa::path(get, path = "/api/v1/jobs", tag = "jobs", params(ListQuery),
    responses((status = 200, body = Vec<Job>), (status = "4XX", body = Problem)))]
async fn list(
    State(app): State<App>,
    caller: Caller<JobsRead>,
    Query(asked): Query<ListQuery>,
    uri: Uri,
) -> Result<Response> {
    let limit = page::limit(asked.limit)?;
    let after = page::decode(asked.cursor.as_deref())?;
    let mut tx = app.db.read(caller.scope()).await?;
    let found = jobs::list(&mut tx, asked.state, after, page::sql_limit(limit)).await?;
    let next = page::next(&found, limit, |job| job.id.to_string());
    Ok(page::answer(&found, &uri, next))
}

/// Tries a job again that was given up.
#[utoipa::path(post, path = "/api/v1/jobs/{id}/retry", tag = "jobs",
    params(("id" = JobId, Path)),
    responses((status = 200, body = Job), (status = "4XX", body = Problem)))]
async fn retry(
    State(app): State<App>,
    caller: Caller<JobsWrite>,
    Path(id): Path<JobId>,
) -> Result<Json<Job>> {
    let now = app.clock.now();
    let not_found = || Error::NotFound(format!("job {id}"));
    let mut tx = app.db.write(caller.scope()).await?;
    let job = jobs::find(&mut tx, id).await?.ok_or_else(not_found)?;
    if !jobs::retry(&mut tx, id, now).await? {
        let words = match job.state {
            JobState::GaveUp => format!("another {} waits or runs already", job.name),
            JobState::Queued | JobState::Running | JobState::Done => {
                format!("job {id} was not given up, it is {}", job.state)
            }
        };
        return Err(Error::Conflict(words));
    }
    let change = Change {
        kind: "jobs.retried",
        project: None,
        target: id.to_string(),
        detail: json!({ "name": job.name }),
    };
    log::append(&mut tx, now, change).await?;
    let job = jobs::find(&mut tx, id).await?.ok_or_else(not_found)?;
    app.commit(tx).await?;
    Ok(Json(job))
}
