use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use wire::graph::{ExportFormat, GraphMap, MapLevel};
use wire::{Problem, Slug};

use crate::access::{Caller, GraphRead};
use crate::graph::Reading;
use crate::graph::export;
use crate::graph::map as drawing;
use crate::ground::app::App;
use crate::ground::error::{Error, Result};
use crate::ground::http::extract::{Path, Query};

const MOST_NODES: usize = 20_000;
const USUAL_NODES: usize = 10_000;

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct MapQuery {
    level: MapLevel,
    /// The folder or file that is drawn; all when absent.
    under: Option<String>,
    /// 1 to 20,000; 10,000 when absent.
    limit: Option<usize>,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ExportQuery {
    #[param(inline)]
    format: ExportFormat,
}

/// A part of the graph as it is drawn: folders, files or symbols, and how many edges of each kind
/// tie them.
#[utoipa::path(get, path = "/api/v1/projects/{project}/graph/map", tag = "graph",
    params(("project" = Slug, Path), MapQuery),
    responses((status = 200, body = GraphMap), (status = "4XX", body = Problem)))]
pub(super) async fn map(
    State(app): State<App>,
    caller: Caller<GraphRead>,
    Path(project): Path<Slug>,
    Query(asked): Query<MapQuery>,
) -> Result<Json<GraphMap>> {
    let limit = asked.limit.unwrap_or(USUAL_NODES);
    if !(1..=MOST_NODES).contains(&limit) {
        return Err(Error::field("limit", format!("must be 1 to {MOST_NODES}")));
    }
    let mut reading = Reading::open(&app, caller.scope(), &project).await?;
    let under = asked.under.unwrap_or_default();
    Ok(Json(drawing::map(&mut reading, asked.level, &under, limit).await?))
}

/// The whole graph as one file; `mermaid` draws its files alone.
#[utoipa::path(get, path = "/api/v1/projects/{project}/graph/export", tag = "graph",
    params(("project" = Slug, Path), ExportQuery),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
              (status = "4XX", body = Problem)))]
pub(super) async fn export(
    State(app): State<App>,
    caller: Caller<GraphRead>,
    Path(project): Path<Slug>,
    Query(asked): Query<ExportQuery>,
) -> Result<Response> {
    let reading = Reading::open(&app, caller.scope(), &project).await?;
    let name = match asked.format {
        ExportFormat::Json => format!("{project}.json"),
        ExportFormat::Graphml => format!("{project}.graphml"),
        ExportFormat::Mermaid => format!("{project}.mmd"),
        ExportFormat::Scip => "index.scip".to_owned(),
    };
    let headers = [
        (CONTENT_TYPE, export::media_type(asked.format).to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, Body::from_stream(export::export(reading, asked.format))).into_response())
}
