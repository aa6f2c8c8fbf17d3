use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use serde::Deserialize;
use wire::graph::{Cycle, EdgeKind, GraphPath, Node, NodeId, Reference, Subgraph};
use wire::{Problem, Slug};

use crate::access::{Caller, GraphRead};
use crate::graph::model::{CALLS, NAMES, NEEDS};
use crate::graph::store::{self, Way};
use crate::graph::walk::{self, Reach};
use crate::graph::{Reading, find};
use crate::ground::app::App;
use crate::ground::error::{Error, Result};
use crate::ground::http::extract::{Path, Query};
use crate::ground::http::page;

const DEEPEST: u32 = 5;
const DEEPEST_IMPACT: u32 = 20;

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SymbolQuery {
    /// Its qualified name, the end of one that no other has, or the id of a node.
    symbol: String,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ReferenceQuery {
    /// Its qualified name, the end of one that no other has, or the id of a node.
    symbol: String,
    /// 1 to 1,000; 100 when absent.
    limit: Option<usize>,
    cursor: Option<String>,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WalkQuery {
    /// Its qualified name, the end of one that no other has, or the id of a node.
    symbol: String,
    /// Edges from the symbol: 1 to 5, of `impact` to 20. 1 when absent, of `impact` 3.
    depth: Option<u32>,
    /// Nodes at most: 1 to 1,000; 100 when absent.
    limit: Option<usize>,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ImportQuery {
    /// A file or a folder; the whole project when absent.
    path: Option<String>,
    /// Nodes at most: 1 to 1,000; 100 when absent.
    limit: Option<usize>,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct CycleQuery {
    /// `imports` (of files), `calls` or `depends_on`; `imports` when absent.
    kind: Option<EdgeKind>,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PathQuery {
    /// A symbol as elsewhere.
    from: String,
    to: String,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct NeighbourQuery {
    /// A symbol as elsewhere.
    node: String,
    /// Nodes at most: 1 to 1,000; 100 when absent.
    limit: Option<usize>,
}

/// Where a symbol is declared.
#[utoipa::path(get, path = "/api/v1/projects/{project}/graph/definition", tag = "graph",
    params(("project" = Slug, Path), SymbolQuery),
    responses((status = 200, body = Node), (status = "4XX", body = Problem)))]
pub(super) async fn definition(
    State(app): State<App>,
    caller: Caller<GraphRead>,
    Path(project): Path<Slug>,
    Query(asked): Query<SymbolQuery>,
) -> Result<Json<Node>> {
    let mut reading = Reading::open(&app, caller.scope(), &project).await?;
    Ok(Json(find::one(&mut reading, "symbol", &asked.symbol).await?))
}

/// Lists the places that name a symbol.
#[utoipa::path(get, path = "/api/v1/projects/{project}/graph/references", tag = "graph",
    params(("project" = Slug, Path), ReferenceQuery),
    responses((status = 200, body = Vec<Reference>), (status = "4XX", body = Problem)))]
pub(super) async fn references(
    State(app): State<App>,
    caller: Caller<GraphRead>,
    Path(project): Path<Slug>,
    Query(asked): Query<ReferenceQuery>,
    uri: Uri,
) -> Result<Response> {
    let limit = page::limit(asked.limit)?;
    let skip = page::decode::<i64>(asked.cursor.as_deref())?.unwrap_or(0).max(0);
    let mut reading = Reading::open(&app, caller.scope(), &project).await?;
    let node = find::one(&mut reading, "symbol", &asked.symbol).await?;
    let places = (skip, page::sql_limit(limit));
    let found = walk::references(&mut reading, (&node, NAMES), places).await?;
    let next = (found.len() == limit).then(|| (skip + page::sql_limit(limit)).to_string());
    Ok(page::answer(&found, &uri, next))
}

/// What calls a symbol, and what calls that.
#[utoipa::path(get, path = "/api/v1/projects/{project}/graph/callers", tag = "graph",
    params(("project" = Slug, Path), WalkQuery),
    responses((status = 200, body = Subgraph), (status = "4XX", body = Problem)))]
pub(super) async fn callers(
    State(app): State<App>,
    caller: Caller<GraphRead>,
    Path(project): Path<Slug>,
    Query(asked): Query<WalkQuery>,
) -> Result<Json<Subgraph>> {
    let mut reading = Reading::open(&app, caller.scope(), &project).await?;
    Ok(Json(calls(&mut reading, &asked, Way::In).await?))
}

/// What a symbol calls, and what that calls.
#[utoipa::path(get, path = "/api/v1/projects/{project}/graph/callees", tag = "graph",
    params(("project" = Slug, Path), WalkQuery),
    responses((status = 200, body = Subgraph), (status = "4XX", body = Problem)))]
pub(super) async fn callees(
    State(app): State<App>,
    caller: Caller<GraphRead>,
    Path(project): Path<Slug>,
    Query(asked): Query<WalkQuery>,
) -> Result<Json<Subgraph>> {
    let mut reading = Reading::open(&app, caller.scope(), &project).await?;
    Ok(Json(calls(&mut reading, &asked, Way::Out).await?))
}

async fn calls(reading: &mut Reading, asked: &WalkQuery, way: Way) -> Result<Subgraph> {
    let depth = depth(asked.depth.unwrap_or(1), DEEPEST)?;
    let reach = Reach { way, kinds: CALLS, depth, limit: page::limit(asked.limit)? };
    let node = find::one(reading, "symbol", &asked.symbol).await?;
    walk::walk(reading, &[node.id], reach).await
}

/// What may break when a symbol changes: everything that calls, extends, implements, names,
/// imports or tests it or what is declared in it, and so on.
#[utoipa::path(get, path = "/api/v1/projects/{project}/graph/impact", tag = "graph",
    params(("project" = Slug, Path), WalkQuery),
    responses((status = 200, body = Subgraph), (status = "4XX", body = Problem)))]
pub(super) async fn impact(
    State(app): State<App>,
    caller: Caller<GraphRead>,
    Path(project): Path<Slug>,
    Query(asked): Query<WalkQuery>,
) -> Result<Json<Subgraph>> {
    let depth = depth(asked.depth.unwrap_or(3), DEEPEST_IMPACT)?;
    let reach = Reach { way: Way::In, kinds: NEEDS, depth, limit: page::limit(asked.limit)? };
    let mut reading = Reading::open(&app, caller.scope(), &project).await?;
    let node = find::one(&mut reading, "symbol", &asked.symbol).await?;
    let starts = walk::with_members(&mut reading, node.id).await?;
    Ok(Json(walk::walk(&mut reading, &starts, reach).await?))
}

/// What files import.
#[utoipa::path(get, path = "/api/v1/projects/{project}/graph/imports", tag = "graph",
    params(("project" = Slug, Path), ImportQuery),
    responses((status = 200, body = Subgraph), (status = "4XX", body = Problem)))]
pub(super) async fn imports(
    State(app): State<App>,
    caller: Caller<GraphRead>,
    Path(project): Path<Slug>,
    Query(asked): Query<ImportQuery>,
) -> Result<Json<Subgraph>> {
    let limit = page::limit(asked.limit)?;
    let mut reading = Reading::open(&app, caller.scope(), &project).await?;
    let asked = asked.path.unwrap_or_default();
    let path = asked.trim_matches('/');
    let graph = reading.graph.id;
    let files = store::by_path(&mut reading.tx, graph, path).await?;
    if files.is_empty() {
        return Err(Error::NotFound(format!("the file or folder {asked}")));
    }
    let starts: Vec<NodeId> = files.iter().map(|node| node.id).collect();
    let reach = Reach { way: Way::Out, kinds: &[EdgeKind::Imports], depth: 1, limit };
    Ok(Json(walk::walk(&mut reading, &starts, reach).await?))
}

/// Lists what needs itself by way of others.
#[utoipa::path(get, path = "/api/v1/projects/{project}/graph/cycles", tag = "graph",
    params(("project" = Slug, Path), CycleQuery),
    responses((status = 200, body = Vec<Cycle>), (status = "4XX", body = Problem)))]
pub(super) async fn cycles(
    State(app): State<App>,
    caller: Caller<GraphRead>,
    Path(project): Path<Slug>,
    Query(asked): Query<CycleQuery>,
) -> Result<Json<Vec<Cycle>>> {
    let kind = asked.kind.unwrap_or(EdgeKind::Imports);
    if !matches!(kind, EdgeKind::Imports | EdgeKind::Calls | EdgeKind::DependsOn) {
        return Err(Error::field("kind", "must be imports, calls or depends_on"));
    }
    let mut reading = Reading::open(&app, caller.scope(), &project).await?;
    Ok(Json(walk::knots(&mut reading, kind).await?))
}

/// The shortest way between two nodes, whichever way its edges point.
#[utoipa::path(get, path = "/api/v1/projects/{project}/graph/path", tag = "graph",
    params(("project" = Slug, Path), PathQuery),
    responses((status = 200, body = GraphPath), (status = "4XX", body = Problem)))]
pub(super) async fn path(
    State(app): State<App>,
    caller: Caller<GraphRead>,
    Path(project): Path<Slug>,
    Query(asked): Query<PathQuery>,
) -> Result<Json<GraphPath>> {
    let mut reading = Reading::open(&app, caller.scope(), &project).await?;
    let from = find::one(&mut reading, "from", &asked.from).await?;
    let to = find::one(&mut reading, "to", &asked.to).await?;
    Ok(Json(walk::path(&mut reading, &from, &to).await?))
}

/// What touches a node, whichever way the edges point.
#[utoipa::path(get, path = "/api/v1/projects/{project}/graph/neighbours", tag = "graph",
    params(("project" = Slug, Path), NeighbourQuery),
    responses((status = 200, body = Subgraph), (status = "4XX", body = Problem)))]
pub(super) async fn neighbours(
    State(app): State<App>,
    caller: Caller<GraphRead>,
    Path(project): Path<Slug>,
    Query(asked): Query<NeighbourQuery>,
) -> Result<Json<Subgraph>> {
    let limit = page::limit(asked.limit)?;
    let mut reading = Reading::open(&app, caller.scope(), &project).await?;
    let node = find::one(&mut reading, "node", &asked.node).await?;
    Ok(Json(walk::neighbours(&mut reading, node.id, limit).await?))
}

fn depth(asked: u32, deepest: u32) -> Result<u32> {
    if (1..=deepest).contains(&asked) {
        return Ok(asked);
    }
    Err(Error::field("depth", format!("must be 1 to {deepest}")))
}
