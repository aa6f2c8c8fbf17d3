use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use serde::Deserialize;
use wire::graph::{
    FileProblem, Ghost, Node, NodeId, NodeKind, ProjectTies, Symbol, SymbolMatch, UnresolvedNames,
};
use wire::{Problem, Slug};

use crate::access::{Caller, GraphRead};
use crate::graph::model::closest;
use crate::graph::store::{self, Filter};
use crate::graph::{Reading, find};
use crate::ground::app::App;
use crate::ground::error::{Error, Result};
use crate::ground::http::extract::{Path, Query};
use crate::ground::http::page;

/// Names that a fuzzy search compares.
const MOST_LIKE: i64 = 5_000;

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct NodeQuery {
    /// All when absent.
    name: Option<String>,
    /// How the name is meant; `exact` when absent. `exact` knows the qualified name too; `fuzzy`
    /// gives the closest and has no next page.
    #[serde(rename = "match")]
    #[param(inline, rename = "match")]
    matching: Option<SymbolMatch>,
    #[param(inline)]
    kind: Option<NodeKind>,
    language: Option<String>,
    /// 1 to 1,000; 100 when absent.
    limit: Option<usize>,
    cursor: Option<String>,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PageQuery {
    /// 1 to 1,000; 100 when absent.
    limit: Option<usize>,
    cursor: Option<String>,
}

/// Finds what is declared in code, by name.
#[utoipa::path(get, path = "/api/v1/projects/{project}/graph/symbols", tag = "graph",
    params(("project" = Slug, Path), NodeQuery),
    responses((status = 200, body = Vec<Symbol>), (status = "4XX", body = Problem)))]
pub(super) async fn symbols(
    State(app): State<App>,
    caller: Caller<GraphRead>,
    Path(project): Path<Slug>,
    Query(asked): Query<NodeQuery>,
    uri: Uri,
) -> Result<Response> {
    let mut reading = Reading::open(&app, caller.scope(), &project).await?;
    let kinds = NodeKind::ALL.iter().copied().filter(|kind| kind.is_symbol()).collect();
    let (nodes, next) = named(&mut reading, kinds, asked).await?;
    let symbols: Vec<Symbol> = nodes.into_iter().map(symbol).collect();
    Ok(page::answer(&symbols, &uri, next))
}

/// Finds nodes of every kind, by name.
#[utoipa::path(get, path = "/api/v1/projects/{project}/graph/nodes", tag = "graph",
    params(("project" = Slug, Path), NodeQuery),
    responses((status = 200, body = Vec<Node>), (status = "4XX", body = Problem)))]
pub(super) async fn nodes(
    State(app): State<App>,
    caller: Caller<GraphRead>,
    Path(project): Path<Slug>,
    Query(asked): Query<NodeQuery>,
    uri: Uri,
) -> Result<Response> {
    let mut reading = Reading::open(&app, caller.scope(), &project).await?;
    let (nodes, next) = named(&mut reading, NodeKind::ALL.to_vec(), asked).await?;
    Ok(page::answer(&nodes, &uri, next))
}

/// Reads one node.
#[utoipa::path(get, path = "/api/v1/projects/{project}/graph/nodes/{id}", tag = "graph",
    params(("project" = Slug, Path), ("id" = i64, Path)),
    responses((status = 200, body = Node), (status = "4XX", body = Problem)))]
pub(super) async fn node(
    State(app): State<App>,
    caller: Caller<GraphRead>,
    Path((project, id)): Path<(Slug, NodeId)>,
) -> Result<Json<Node>> {
    let mut reading = Reading::open(&app, caller.scope(), &project).await?;
    Ok(Json(find::by_id(&mut reading, id).await?))
}

/// Lists what is named and not there.
#[utoipa::path(get, path = "/api/v1/projects/{project}/graph/ghosts", tag = "graph",
    params(("project" = Slug, Path), PageQuery),
    responses((status = 200, body = Vec<Ghost>), (status = "4XX", body = Problem)))]
pub(super) async fn ghosts(
    State(app): State<App>,
    caller: Caller<GraphRead>,
    Path(project): Path<Slug>,
    Query(asked): Query<PageQuery>,
    uri: Uri,
) -> Result<Response> {
    let limit = page::limit(asked.limit)?;
    let after = page::decode(asked.cursor.as_deref())?.unwrap_or(0);
    let mut reading = Reading::open(&app, caller.scope(), &project).await?;
    let (graph, size) = (reading.graph.id, page::sql_limit(limit));
    let tasks = store::ghosts(&mut reading.tx, graph, after, size).await?;
    let next = page::next(&tasks, limit, |(node, _)| node.id.to_string());
    let holders: Vec<NodeId> = tasks.iter().filter_map(|(_, holder)| *holder).collect();
    let holders = store::by_ids(&mut reading.tx, graph, &holders).await?;
    let ghosts = tasks.into_iter().map(|(node, holder)| {
        let within = holders.iter().find(|it| Some(it.id) == holder).cloned();
        ghost(node, within)
    });
    Ok(page::answer(&ghosts.collect::<Vec<_>>(), &uri, next))
}

/// Lists the files that could not be read, or only in part.
#[utoipa::path(get, path = "/api/v1/projects/{project}/graph/problems", tag = "graph",
    params(("project" = Slug, Path), PageQuery),
    responses((status = 200, body = Vec<FileProblem>), (status = "4XX", body = Problem)))]
pub(super) async fn problems(
    State(app): State<App>,
    caller: Caller<GraphRead>,
    Path(project): Path<Slug>,
    Query(asked): Query<PageQuery>,
    uri: Uri,
) -> Result<Response> {
    let limit = page::limit(asked.limit)?;
    let after = page::decode(asked.cursor.as_deref())?.unwrap_or(0);
    let mut reading = Reading::open(&app, caller.scope(), &project).await?;
    let (graph, size) = (reading.graph.id, page::sql_limit(limit));
    let found = store::problems(&mut reading.tx, graph, after, size).await?;
    let next = page::next(&found, limit, |(number, _)| number.to_string());
    let problems: Vec<FileProblem> = found.into_iter().map(|(_, problem)| problem).collect();
    Ok(page::answer(&problems, &uri, next))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct UnresolvedQuery {
    /// A file or a folder; all when absent.
    path: Option<String>,
    /// Files, 1 to 1,000; 100 when absent.
    limit: Option<usize>,
    cursor: Option<String>,
}

/// Lists the names that lead to nothing that was read, file by file.
#[utoipa::path(get, path = "/api/v1/projects/{project}/graph/unresolved", tag = "graph",
    params(("project" = Slug, Path), UnresolvedQuery),
    responses((status = 200, body = Vec<UnresolvedNames>), (status = "4XX", body = Problem)))]
pub(super) async fn unresolved(
    State(app): State<App>,
    caller: Caller<GraphRead>,
    Path(project): Path<Slug>,
    Query(asked): Query<UnresolvedQuery>,
    uri: Uri,
) -> Result<Response> {
    let limit = page::limit(asked.limit)?;
    let after: String = page::decode(asked.cursor.as_deref())?.unwrap_or_default();
    let under = asked.path.as_deref().unwrap_or_default().trim_end_matches('/');
    let mut reading = Reading::open(&app, caller.scope(), &project).await?;
    let (graph, size) = (reading.graph.id, page::sql_limit(limit));
    let files = store::unresolved(&mut reading.tx, graph, (under, &after), size).await?;
    let next = page::next(&files, limit, |file| file.path.clone());
    Ok(page::answer(&files, &uri, next))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct TieQuery {
    /// 1 to 1,000; 100 when absent.
    limit: Option<usize>,
}

/// What the project needs of others and they of it: packages, endpoints, subjects of messages and
/// tables that one has and the other uses.
#[utoipa::path(get, path = "/api/v1/projects/{project}/graph/ties", tag = "graph",
    params(("project" = Slug, Path), TieQuery),
    responses((status = 200, body = ProjectTies), (status = "4XX", body = Problem)))]
pub(super) async fn ties(
    State(app): State<App>,
    caller: Caller<GraphRead>,
    Path(project): Path<Slug>,
    Query(asked): Query<TieQuery>,
) -> Result<Json<ProjectTies>> {
    let limit = page::limit(asked.limit)?;
    let mut reading = Reading::open(&app, caller.scope(), &project).await?;
    let place = (&project, reading.graph.id);
    let mut ties = store::ties(&mut reading.tx, place, page::sql_limit(limit) + 1).await?;
    let truncated = ties.len() > limit;
    ties.truncate(limit);
    Ok(Json(ProjectTies { ties, truncated }))
}

/// Nodes by name, and behind which the next are.
async fn named(
    reading: &mut Reading,
    mut kinds: Vec<NodeKind>,
    asked: NodeQuery,
) -> Result<(Vec<Node>, Option<String>)> {
    let limit = page::limit(asked.limit)?;
    let after = page::decode(asked.cursor.as_deref())?;
    kinds.retain(|kind| asked.kind.is_none_or(|wanted| wanted == *kind));
    let name = asked.name.filter(|name| !name.is_empty());
    if asked.matching.is_some() && name.is_none() {
        return Err(Error::field("name", "is what `match` is about"));
    }
    let graph = reading.graph.id;
    if let (Some(SymbolMatch::Fuzzy), Some(letters)) = (asked.matching, &name) {
        let like = store::like(&mut reading.tx, graph, (&kinds, letters), MOST_LIKE).await?;
        let mut near = closest(letters, like, |node| &node.name);
        near.retain(|node| asked.language.is_none() || node.language == asked.language);
        near.truncate(limit);
        return Ok((near, None));
    }
    let mut filter = Filter { kinds, language: asked.language, after, ..Filter::default() };
    if asked.matching == Some(SymbolMatch::Prefix) {
        filter.prefix = name;
    } else {
        filter.exact = name;
    }
    let nodes = store::list(&mut reading.tx, graph, &filter, page::sql_limit(limit)).await?;
    let next = page::next(&nodes, limit, |node| node.id.to_string());
    Ok((nodes, next))
}

fn symbol(node: Node) -> Symbol {
    Symbol {
        name: node.name,
        qualified_name: node.qualified_name,
        kind: node.kind,
        path: node.path.unwrap_or_default(),
        lines: node.lines.unwrap_or_default(),
        language: node.language.unwrap_or_default(),
    }
}

fn ghost(node: Node, within: Option<Node>) -> Ghost {
    Ghost {
        tag: node.signature.unwrap_or_default(),
        text: node.name,
        path: node.path.unwrap_or_default(),
        line: node.lines.map_or(0, |lines| lines[0]),
        within,
    }
}
