//! The difference, written: a small one in one transaction, a large one beside what is there.

use std::time::Duration;

use anyhow::Context;
use db::Scope;
use serde_json::json;
use wire::graph::{GraphStatus, Indexed, IndexingStage};
use wire::{JobId, ProjectId, Slug};

use super::index::milliseconds;
use super::plan::{Difference, Plan};
use super::store::{self, Current, NewGraph};
use super::unresolved::unresolved;
use crate::ground::app::App;
use crate::ground::clock::Moment;
use crate::ground::log::{self, Change};

/// Rows of one transaction: others wait for no longer than these take.
const BATCH: usize = 10_000;
/// Up to so many rows the current graph is changed where it is.
const SMALL: usize = 20_000;

/// An indexing that came to its end.
pub(super) struct Writing<'a> {
    pub app: &'a App,
    pub scope: &'a Scope,
    pub id: JobId,
    pub project: (&'a Slug, ProjectId),
    pub current: Option<&'a Current>,
    pub plan: &'a Plan,
    pub digest: &'a [u8],
    pub commit: Option<String>,
    pub started: Moment,
    pub files_read: u64,
}

impl Writing<'_> {
    /// `false` when another indexing of the project came first: nothing was written then.
    pub(super) async fn write(&self, difference: &Difference) -> anyhow::Result<bool> {
        match self.current {
            Some(current) if difference.rows() <= SMALL => self.change(current, difference).await,
            _ => self.anew().await,
        }
    }

    /// Changes the graph that readers see.
    async fn change(&self, current: &Current, difference: &Difference) -> anyhow::Result<bool> {
        let summary = self.summary();
        let mut tx = self.app.db.write(self.scope).await?;
        let is_first = store::advance(&mut tx, current, &self.new_graph(&summary)).await?;
        if !is_first {
            return Ok(false);
        }
        store::delete_edges(&mut tx, current.id, &difference.edges_gone).await?;
        store::delete_nodes(&mut tx, current.id, &difference.nodes_gone).await?;
        store::delete_links(&mut tx, current.id, &difference.links_gone).await?;
        let nodes = self.plan.rows(&difference.nodes_new);
        store::insert_nodes(&mut tx, current.id, &nodes).await?;
        store::insert_edges(&mut tx, current.id, &difference.edges_new).await?;
        store::insert_links(&mut tx, current.id, &difference.links_new).await?;
        store::replace_problems(&mut tx, current.id, &self.plan.graph().problems).await?;
        store::replace_unresolved(&mut tx, current.id, &unresolved(self.plan.graph())).await?;
        self.finish(tx, &summary, difference.rows()).await
    }

    /// Writes a graph beside the one that readers see, and puts it in its place.
    async fn anew(&self) -> anyhow::Result<bool> {
        let summary = self.summary();
        let whole = self.plan.whole();
        let total = whole.rows() as u64;
        let mut tx = self.app.db.write(self.scope).await?;
        let graph = store::create(&mut tx, self.project.1, &self.new_graph(&summary)).await?;
        tx.commit().await?;
        let mut done = 0;
        for places in whole.nodes_new.chunks(BATCH) {
            let mut tx = self.app.db.write(self.scope).await?;
            store::insert_nodes(&mut tx, graph, &self.plan.rows(places)).await?;
            done += places.len() as u64;
            self.note(tx, (done, total)).await?;
        }
        for edges in whole.edges_new.chunks(BATCH) {
            let mut tx = self.app.db.write(self.scope).await?;
            store::insert_edges(&mut tx, graph, edges).await?;
            done += edges.len() as u64;
            self.note(tx, (done, total)).await?;
        }
        for links in whole.links_new.chunks(BATCH) {
            let mut tx = self.app.db.write(self.scope).await?;
            store::insert_links(&mut tx, graph, links).await?;
            done += links.len() as u64;
            self.note(tx, (done, total)).await?;
        }
        let mut tx = self.app.db.write(self.scope).await?;
        store::replace_problems(&mut tx, graph, &self.plan.graph().problems).await?;
        store::replace_unresolved(&mut tx, graph, &unresolved(self.plan.graph())).await?;
        let is_first = store::replace(&mut tx, self.current, graph).await?;
        if !is_first {
            return Ok(false);
        }
        self.finish(tx, &summary, whole.rows()).await
    }

    fn summary(&self) -> GraphStatus {
        GraphStatus { commit: self.commit.clone(), ..self.plan.summary() }
    }

    fn new_graph<'a>(&'a self, summary: &'a GraphStatus) -> NewGraph<'a> {
        let at = self.app.clock.now();
        NewGraph { digest: self.digest, next_node: self.plan.next_node, summary, at }
    }

    async fn note(&self, mut tx: db::Tx, progress: (u64, u64)) -> anyhow::Result<()> {
        store::progress(&mut tx, self.id, IndexingStage::Writing, progress).await?;
        tx.commit().await.context("cannot write the graph")
    }

    async fn finish(
        &self,
        mut tx: db::Tx,
        summary: &GraphStatus,
        changes: usize,
    ) -> anyhow::Result<bool> {
        let now = self.app.clock.now();
        let outcome = Indexed {
            files: summary.files,
            files_read: self.files_read,
            lines: summary.lines,
            nodes: summary.nodes,
            edges: summary.edges,
            changes: changes as u64,
            problems: summary.problems,
            milliseconds: milliseconds(self.app, self.started),
        };
        store::finish_indexing(&mut tx, self.id, Ok(&outcome), now).await?;
        let change = Change {
            kind: "graph.indexed",
            project: Some(self.project.0.clone()),
            target: self.id.to_string(),
            detail: json!({
                "files": outcome.files,
                "nodes": outcome.nodes,
                "edges": outcome.edges,
                "changes": outcome.changes,
                "problems": outcome.problems,
            }),
        };
        log::append(&mut tx, now, change).await?;
        self.app.commit(tx).await?;
        Ok(true)
    }
}

/// Deletes graphs of the project that nobody sees, some rows at a time.
pub(super) async fn sweep(app: &App, scope: &Scope, project: ProjectId) -> anyhow::Result<()> {
    /// Who makes a graph for longer has died.
    const LONGEST: Duration = Duration::from_hours(6);
    /// Nodes with their edges, of one transaction.
    const STEP: i64 = 2_000;
    let mut tx = app.db.read(scope).await?;
    let before = app.clock.now() - LONGEST;
    let leftovers = store::leftovers(&mut tx, project, before).await?;
    drop(tx);
    for graph in leftovers {
        let mut until = 0;
        while until < graph.1 {
            until += STEP;
            let mut tx = app.db.write(scope).await?;
            store::empty_some(&mut tx, graph, until).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}
