//! Edges, read.

use std::collections::HashMap;

use db::{Tx, run};
use serde::Deserialize;
use sqlx::{AssertSqlSafe, query_as};
use wire::Timestamp;
use wire::graph::{Changes, Edge, EdgeKind, MapLink, Proof, Provenance};

use super::{Current, ids, line, unsigned, words};
use crate::graph::past;
use crate::graph::plan::{EdgeKey, LinkKey};
use crate::repositories::HISTORY_VERSION;

/// Which end of an edge is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::graph) enum Way {
    /// To what the node calls, holds, needs.
    Out,
    /// To what calls, holds, needs the node.
    In,
}

impl Way {
    const fn columns(self) -> (&'static str, &'static str) {
        match self {
            Self::Out => ("from_id", "to_id"),
            Self::In => ("to_id", "from_id"),
        }
    }
}

const COLUMNS: &str = "edge.from_id, edge.kind, edge.to_id, edge.first_line, edge.last_line,
    edge.proof, edge.extractor, edge.confidence, edge.changes, edge.last_change, file.path";
const TABLES: &str = "graph_edge as edge left join graph_node as file
    on file.graph_id = edge.graph_id and file.id = edge.file_id";

/// An edge as it is stored, in the order of [`COLUMNS`].
#[derive(Debug, Clone, Deserialize, sqlx::FromRow)]
pub(in crate::graph) struct EdgeRow {
    pub from_id: i64,
    pub kind: EdgeKind,
    pub to_id: i64,
    first_line: i64,
    last_line: i64,
    proof: Proof,
    extractor: String,
    confidence: f32,
    changes: i64,
    last_change: Option<i64>,
    #[sqlx(rename = "path")]
    file: Option<String>,
}

impl EdgeRow {
    /// Of a graph of that commit.
    pub(in crate::graph) fn told(self, commit: Option<&str>) -> Edge {
        let has_lines = self.first_line > 0;
        let is_past = self.extractor == past::EXTRACTOR;
        Edge {
            from: self.from_id,
            to: self.to_id,
            kind: self.kind,
            changes: self.last_change.map(|seconds| Changes {
                commits: unsigned(self.changes),
                last: Timestamp::from_micros(seconds.saturating_mul(1_000_000)),
            }),
            provenance: Provenance {
                extractor: self.extractor,
                version: if is_past { HISTORY_VERSION } else { codegraph::VERSION },
                proof: self.proof,
                file: self.file,
                lines: has_lines.then(|| [line(self.first_line), line(self.last_line)]),
                commit: commit.map(str::to_owned),
                confidence: self.confidence,
            },
        }
    }
}

/// Every edge by what it is, with what it is compared by.
pub(in crate::graph) async fn stored_edges(
    tx: &mut Tx,
    graph: i64,
) -> Result<HashMap<EdgeKey, i64>, db::Error> {
    let text = "select from_id, kind, to_id, first_line, digest from graph_edge
         where graph_id = $1";
    let rows: Vec<(i64, EdgeKind, i64, i64, i64)> =
        run!(tx, fetch_all, query_as(text).bind(graph))?;
    let keyed = rows.into_iter().map(|(from, kind, to, line, digest)| {
        (EdgeKey { from, kind, to, first_line: line }, digest)
    });
    Ok(keyed.collect())
}

pub(in crate::graph) async fn stored_links(
    tx: &mut Tx,
    graph: i64,
) -> Result<HashMap<LinkKey, i64>, db::Error> {
    let text = "select from_id, to_id, kind, count from graph_link where graph_id = $1";
    let rows: Vec<(i64, i64, EdgeKind, i64)> = run!(tx, fetch_all, query_as(text).bind(graph))?;
    Ok(rows.into_iter().map(|(from, to, kind, count)| ((from, to, kind), count)).collect())
}

/// Edges of those kinds at those nodes, in one order whenever they are the same; with `far` only
/// those to one of them.
pub(in crate::graph) async fn edges_of(
    tx: &mut Tx,
    graph: i64,
    (nodes, way, kinds): (&[i64], Way, &[EdgeKind]),
    far: Option<&[i64]>,
    limit: i64,
) -> Result<Vec<EdgeRow>, db::Error> {
    let (near_column, far_column) = way.columns();
    let near = tx.is_one_of(&format!("edge.{near_column}"), 2);
    let kind = tx.is_one_of_texts("edge.kind", 3);
    let is_far = match far {
        // Beside another condition, so that nobody seeks each pair in the index.
        Some(_) => format!("($4 is null or {})", tx.is_one_of(&format!("edge.{far_column}"), 4)),
        None => "$4 is null".to_owned(),
    };
    // One row for all: handing over each by itself takes ten times as long as finding it.
    let (all, array) = tx.dialect(
        ("json_group_array(json(found))", "json_array"),
        ("coalesce(json_agg(found), '[]')::text", "json_build_array"),
    );
    let text = format!(
        "select {all} from (
             select {array}({COLUMNS}) as found from {TABLES}
             where edge.graph_id = $1 and {near} and {kind} and {is_far}
             order by edge.{near_column}, edge.kind, edge.{far_column}, edge.first_line limit $5)
         as found"
    );
    let (text,): (String,) = run!(
        tx,
        fetch_one,
        query_as(AssertSqlSafe(text))
            .bind(graph)
            .bind(ids(nodes))
            .bind(words(kinds))
            .bind(far.map(ids))
            .bind(limit)
    )?;
    serde_json::from_str(&text).map_err(|error| sqlx::Error::Decode(error.into()).into())
}

/// The places that name a node, behind the first `skip`.
pub(in crate::graph) async fn references(
    tx: &mut Tx,
    graph: &Current,
    (node, kinds): (i64, &[EdgeKind]),
    (skip, limit): (i64, i64),
) -> Result<Vec<Edge>, db::Error> {
    let kinds_wanted = tx.is_one_of_texts("edge.kind", 3);
    let text = format!(
        "select {COLUMNS} from {TABLES}
         where edge.graph_id = $1 and edge.to_id = $2 and {kinds_wanted}
         order by edge.from_id, edge.first_line, edge.kind limit $4 offset $5"
    );
    let rows: Vec<EdgeRow> = run!(
        tx,
        fetch_all,
        query_as(AssertSqlSafe(text))
            .bind(graph.id)
            .bind(node)
            .bind(words(kinds))
            .bind(limit)
            .bind(skip)
    )?;
    Ok(told(rows, graph))
}

/// The edges that leave the nodes behind `after` up to `until`, for who reads all of them.
pub(in crate::graph) async fn edges_after(
    tx: &mut Tx,
    graph: &Current,
    (after, until): (i64, i64),
) -> Result<Vec<Edge>, db::Error> {
    let text = format!(
        "select {COLUMNS} from {TABLES}
         where edge.graph_id = $1 and edge.from_id > $2 and edge.from_id <= $3
         order by edge.from_id, edge.kind, edge.to_id, edge.first_line"
    );
    let rows: Vec<EdgeRow> =
        run!(tx, fetch_all, query_as(AssertSqlSafe(text)).bind(graph.id).bind(after).bind(until))?;
    Ok(told(rows, graph))
}

/// From and to of every edge of that kind, each pair once.
pub(in crate::graph) async fn cycle_edges(
    tx: &mut Tx,
    graph: i64,
    kind: EdgeKind,
) -> Result<Vec<(i64, i64)>, db::Error> {
    let text = match kind {
        // Files import files, whatever of them they name.
        EdgeKind::Imports => {
            "select from_id, to_id from graph_link
             where graph_id = $1 and kind = $2 and from_id <> to_id order by from_id, to_id"
        }
        _ => {
            "select distinct from_id, to_id from graph_edge
             where graph_id = $1 and kind = $2 and from_id <> to_id order by from_id, to_id"
        }
    };
    run!(tx, fetch_all, query_as(text).bind(graph).bind(kind))
}

/// What ties files together.
pub(in crate::graph) async fn links(tx: &mut Tx, graph: i64) -> Result<Vec<MapLink>, db::Error> {
    let text = "select from_id, to_id, kind, count from graph_link where graph_id = $1
         order by from_id, to_id, kind";
    let rows: Vec<(i64, i64, EdgeKind, i64)> = run!(tx, fetch_all, query_as(text).bind(graph))?;
    Ok(rows.into_iter().map(link).collect())
}

/// What ties the nodes together, one by one.
pub(in crate::graph) async fn links_among(
    tx: &mut Tx,
    graph: i64,
    nodes: &[i64],
) -> Result<Vec<MapLink>, db::Error> {
    let (from, to) = (tx.is_one_of("from_id", 2), tx.is_one_of("to_id", 2));
    let text = format!(
        "select from_id, to_id, kind, count(*) from graph_edge
         where graph_id = $1 and {from} and {to}
           and kind <> 'contains' and from_id <> to_id
         group by from_id, to_id, kind order by from_id, to_id, kind"
    );
    let rows: Vec<(i64, i64, EdgeKind, i64)> =
        run!(tx, fetch_all, query_as(AssertSqlSafe(text)).bind(graph).bind(ids(nodes)))?;
    Ok(rows.into_iter().map(link).collect())
}

fn told(rows: Vec<EdgeRow>, graph: &Current) -> Vec<Edge> {
    rows.into_iter().map(|row| row.told(graph.commit())).collect()
}

fn link((from, to, kind, count): (i64, i64, EdgeKind, i64)) -> MapLink {
    MapLink { from, to, kind, count: unsigned(count) }
}
