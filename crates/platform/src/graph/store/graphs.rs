//! The graphs of a project: the current one, and those in the making or on their way out.

use db::{Tx, run};
use sqlx::types::Json;
use sqlx::{query, query_as, query_scalar};
use wire::graph::GraphStatus;
use wire::{ProjectId, Timestamp};

/// The graph that readers see.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(in crate::graph) struct Current {
    pub id: i64,
    pub version: i64,
    pub digest: Vec<u8>,
    pub next_node: i64,
    pub summary: Json<GraphStatus>,
    pub indexed_at: Timestamp,
}

impl Current {
    /// The commit the graph is of, where its files came from one.
    pub(in crate::graph) fn commit(&self) -> Option<&str> {
        self.summary.0.commit.as_deref()
    }
}

/// What is said of a graph beside its rows.
pub(in crate::graph) struct NewGraph<'a> {
    pub digest: &'a [u8],
    pub next_node: i64,
    pub summary: &'a GraphStatus,
    pub at: Timestamp,
}

pub(in crate::graph) async fn current(
    tx: &mut Tx,
    project: ProjectId,
) -> Result<Option<Current>, db::Error> {
    run!(
        tx,
        fetch_optional,
        query_as(
            "select id, version, digest, next_node, summary, indexed_at from graph
             where project_id = $1 and is_current"
        )
        .bind(project)
    )
}

/// Makes a graph that nobody sees yet.
pub(in crate::graph) async fn create(
    tx: &mut Tx,
    project: ProjectId,
    new: &NewGraph<'_>,
) -> Result<i64, db::Error> {
    run!(
        tx,
        fetch_one,
        query_scalar(
            "insert into graph (project_id, is_current, version, digest, next_node, summary,
                                indexed_at)
             values ($1, $2, 0, $3, $4, $5, $6) returning id"
        )
        .bind(project)
        .bind(false)
        .bind(new.digest)
        .bind(new.next_node)
        .bind(Json(new.summary))
        .bind(new.at)
    )
}

/// Puts the graph `new` in the place of `old`. `false` when another came first.
pub(in crate::graph) async fn replace(
    tx: &mut Tx,
    old: Option<&Current>,
    new: i64,
) -> Result<bool, db::Error> {
    let version = old.map_or(0, |old| old.version);
    if let Some(old) = old {
        let text = "update graph set is_current = $3 where id = $1 and version = $2 and is_current";
        if run!(tx, execute, query(text).bind(old.id).bind(version).bind(false))? == 0 {
            return Ok(false);
        }
    }
    let text = "update graph set is_current = $2, version = $3
         where id = $1 and not exists (select 1 from graph as other
                                       where other.project_id = graph.project_id
                                         and other.is_current)";
    Ok(run!(tx, execute, query(text).bind(new).bind(true).bind(version + 1))? == 1)
}

/// Says anew what the graph `old` is, which changes in this transaction. `false` when another
/// came first.
pub(in crate::graph) async fn advance(
    tx: &mut Tx,
    old: &Current,
    new: &NewGraph<'_>,
) -> Result<bool, db::Error> {
    let changed = run!(
        tx,
        execute,
        query(
            "update graph set version = version + 1, digest = $3, next_node = $4, summary = $5,
                              indexed_at = $6
             where id = $1 and version = $2 and is_current"
        )
        .bind(old.id)
        .bind(old.version)
        .bind(new.digest)
        .bind(new.next_node)
        .bind(Json(new.summary))
        .bind(new.at)
    )?;
    Ok(changed == 1)
}

/// Notes that nothing had changed.
pub(in crate::graph) async fn looked(tx: &mut Tx, id: i64, at: Timestamp) -> Result<(), db::Error> {
    run!(tx, execute, query("update graph set indexed_at = $2 where id = $1").bind(id).bind(at))?;
    Ok(())
}

/// The graphs of the project that were the current one, and those whose making began before
/// `before` and never ended.
pub(in crate::graph) async fn leftovers(
    tx: &mut Tx,
    project: ProjectId,
    before: Timestamp,
) -> Result<Vec<(i64, i64)>, db::Error> {
    run!(
        tx,
        fetch_all,
        query_as(
            "select id, next_node from graph
             where project_id = $1 and not is_current and (version > 0 or indexed_at < $2)"
        )
        .bind(project)
        .bind(before)
    )
}

/// Deletes what belongs to the nodes before `until`; and the graph itself when those are all.
pub(in crate::graph) async fn empty_some(
    tx: &mut Tx,
    (id, next_node): (i64, i64),
    until: i64,
) -> Result<(), db::Error> {
    for text in [
        "delete from graph_edge where graph_id = $1 and from_id < $2",
        "delete from graph_node where graph_id = $1 and id < $2",
    ] {
        run!(tx, execute, query(text).bind(id).bind(until))?;
    }
    if until >= next_node {
        run!(tx, execute, query("delete from graph where id = $1").bind(id))?;
    }
    Ok(())
}
