use axum::Json;
use axum::extract::State;
use wire::knowledge::{Evaluation, EvaluationRequest, SearchAnswer, SearchRequest};
use wire::{Problem, Slug};

use crate::access::{Caller, KnowledgeRead};
use crate::ground::app::App;
use crate::ground::error::Result;
use crate::ground::http::extract::{Body, Path};
use crate::knowledge::{evaluate, search};

/// Answers a question out of a project's documents, best first.
#[utoipa::path(post, path = "/api/v1/projects/{project}/knowledge/search", tag = "knowledge",
    params(("project" = Slug, Path)), request_body = SearchRequest,
    responses((status = 200, body = SearchAnswer), (status = "4XX", body = Problem)))]
pub(super) async fn search(
    State(app): State<App>,
    caller: Caller<KnowledgeRead>,
    Path(project): Path<Slug>,
    Body(asked): Body<SearchRequest>,
) -> Result<Json<SearchAnswer>> {
    Ok(Json(search::answer(&app, caller.scope(), &project, asked).await?))
}

/// Measures the ranking of a collection by queries with known answers.
#[utoipa::path(post, path = "/api/v1/projects/{project}/knowledge/evaluate", tag = "knowledge",
    params(("project" = Slug, Path)), request_body = EvaluationRequest,
    responses((status = 200, body = Evaluation), (status = "4XX", body = Problem)))]
pub(super) async fn evaluate(
    State(app): State<App>,
    caller: Caller<KnowledgeRead>,
    Path(project): Path<Slug>,
    Body(asked): Body<EvaluationRequest>,
) -> Result<Json<Evaluation>> {
    Ok(Json(evaluate::evaluate(&app, caller.scope(), project, asked).await?))
}
