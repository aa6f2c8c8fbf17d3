//! A folder into the graph, by a worker.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use db::Scope;
use serde::{Deserialize, Serialize};
use serde_json::json;
use wire::graph::Indexed;
use wire::{JobId, ProjectId, Slug};

use super::plan::{Difference, Plan};
use super::read::{self, Kept, Listing, Progress, Reading};
use super::store::{self, Current};
use super::write::{Writing, sweep};
use crate::ground::app::App;
use crate::ground::clock::Moment;
use crate::ground::jobs::Job;
use crate::ground::log::{self, Change};
use crate::repositories;

/// How often it begins again when another indexing came first.
const ATTEMPTS: u32 = 5;
/// How often the progress of the reading is written down.
const NOTE_EVERY: Duration = Duration::from_millis(500);

#[derive(Serialize, Deserialize)]
pub(crate) struct Index {
    pub id: JobId,
}

impl Job for Index {
    const NAME: &'static str = "graph.index";

    async fn run(&self, app: &App) -> anyhow::Result<()> {
        let scope = app.service_scope("graph");
        let mut tx = app.db.read(&scope).await?;
        let Some((slug, project, indexing)) = store::find_indexing(&mut tx, self.id).await? else {
            return Ok(());
        };
        let repository = store::repository_of(&mut tx, self.id).await?;
        drop(tx);
        if indexing.finished_at.is_some() {
            return Ok(());
        }
        let root = match repository {
            Some(repository) => repositories::checkout(app, repository).await,
            None => Ok(PathBuf::from(&indexing.path)),
        };
        let done = match &root {
            Ok(root) => {
                Run { app, scope: &scope, id: self.id, slug: &slug, project, root }.run().await
            }
            Err(error) => Err(anyhow::anyhow!("{error:#}")),
        };
        let Err(error) = done else { return Ok(()) };
        // Said at once to who waits for it. A database that is away fails here too, and the job
        // is tried again.
        let words = format!("{error:#}");
        tracing::warn!(project = slug.as_str(), error = words, "a folder was not indexed");
        let mut tx = app.db.write(&scope).await?;
        let now = app.clock.now();
        store::finish_indexing(&mut tx, self.id, Err(&words), now).await?;
        let change = Change {
            kind: "graph.failed",
            project: Some(slug),
            target: self.id.to_string(),
            detail: json!({ "reason": words }),
        };
        log::append(&mut tx, now, change).await?;
        app.commit(tx).await?;
        Ok(())
    }
}

struct Run<'a> {
    app: &'a App,
    scope: &'a Scope,
    id: JobId,
    slug: &'a Slug,
    project: ProjectId,
    root: &'a Path,
}

impl Run<'_> {
    async fn run(&self) -> anyhow::Result<()> {
        for _ in 0..ATTEMPTS {
            if self.attempt().await? {
                return sweep(self.app, self.scope, self.project).await;
            }
        }
        bail!("others index this project all the time")
    }

    /// `false` when another indexing of the project came first.
    async fn attempt(&self) -> anyhow::Result<bool> {
        let started = self.app.clock.monotonic();
        sweep(self.app, self.scope, self.project).await?;
        let mut tx = self.app.db.read(self.scope).await?;
        let current = store::current(&mut tx, self.project).await?;
        drop(tx);
        let progress = Arc::new(Progress::default());
        let (root, watched) = (self.root.to_owned(), Arc::clone(&progress));
        let listing = self.watch(&progress, move || read::list(&root, &watched)).await?;
        let (digest, commit) = (listing.digest.clone(), listing.commit.clone());
        if let Some(current) = current.as_ref().filter(|current| current.digest == digest) {
            self.nothing_changed(current, milliseconds(self.app, started)).await?;
            return Ok(true);
        }
        let reading = self.read(listing, &progress).await?;
        let files_read = reading.fresh.len() as u64;
        self.keep(&reading).await?;
        let (plan, difference) = self.compare(reading, current.as_ref()).await?;
        let writing = Writing {
            app: self.app,
            scope: self.scope,
            id: self.id,
            project: (self.slug, self.project),
            current: current.as_ref(),
            plan: &plan,
            digest: &digest,
            commit,
            started,
            files_read,
        };
        writing.write(&difference).await
    }

    async fn nothing_changed(&self, current: &Current, milliseconds: u64) -> anyhow::Result<()> {
        let now = self.app.clock.now();
        let summary = &current.summary.0;
        let outcome = Indexed {
            files: summary.files,
            lines: summary.lines,
            nodes: summary.nodes,
            edges: summary.edges,
            problems: summary.problems,
            milliseconds,
            ..Indexed::default()
        };
        let mut tx = self.app.db.write(self.scope).await?;
        store::looked(&mut tx, current.id, now).await?;
        store::finish_indexing(&mut tx, self.id, Ok(&outcome), now).await?;
        self.app.commit(tx).await?;
        Ok(())
    }

    async fn read(&self, listing: Listing, progress: &Arc<Progress>) -> anyhow::Result<Reading> {
        let mut tx = self.app.db.read(self.scope).await?;
        let files = store::facts(&mut tx, self.project, codegraph::VERSION).await?;
        let commits = store::commits(&mut tx, self.project).await?;
        drop(tx);
        let kept = Kept { files, commits };
        let (root, watched) = (self.root.to_owned(), Arc::clone(progress));
        self.watch(progress, move || Ok(read::read(&root, &listing, kept, &watched))).await
    }

    /// Keeps what was read; it is true whatever becomes of the graph.
    async fn keep(&self, reading: &Reading) -> anyhow::Result<()> {
        /// Files or commits of one transaction.
        const FEW: usize = 500;
        let version = codegraph::VERSION;
        for read in reading.fresh.chunks(FEW) {
            let mut tx = self.app.db.write(self.scope).await?;
            store::keep_facts(&mut tx, self.project, version, (read, &[])).await?;
            tx.commit().await?;
        }
        for gone in reading.gone.chunks(FEW) {
            let mut tx = self.app.db.write(self.scope).await?;
            store::keep_facts(&mut tx, self.project, version, (&[], gone)).await?;
            tx.commit().await?;
        }
        for fresh in reading.commits.fresh.chunks(FEW) {
            let mut tx = self.app.db.write(self.scope).await?;
            store::keep_commits(&mut tx, self.project, fresh, &[]).await?;
            tx.commit().await?;
        }
        for gone in reading.commits.gone.chunks(FEW) {
            let mut tx = self.app.db.write(self.scope).await?;
            store::keep_commits(&mut tx, self.project, &[], gone).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    async fn compare(
        &self,
        reading: Reading,
        current: Option<&Current>,
    ) -> anyhow::Result<(Plan, Difference)> {
        let Reading { graph, past, .. } = reading;
        let Some(current) = current else {
            return blocking(move || {
                let plan = Plan::new(graph, &past, &[], 1);
                (plan, Difference::default())
            })
            .await;
        };
        let mut tx = self.app.db.read(self.scope).await?;
        let nodes = store::stored_nodes(&mut tx, current.id).await?;
        let edges = store::stored_edges(&mut tx, current.id).await?;
        let links = store::stored_links(&mut tx, current.id).await?;
        drop(tx);
        let next_node = current.next_node;
        blocking(move || {
            let plan = Plan::new(graph, &past, &nodes, next_node);
            let difference = plan.difference(&nodes, edges, links);
            (plan, difference)
        })
        .await
    }

    /// Does `work` where it may block, and writes down how far it is.
    async fn watch<T: Send + 'static>(
        &self,
        progress: &Arc<Progress>,
        work: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
    ) -> anyhow::Result<T> {
        let mut work = std::pin::pin!(blocking(work));
        loop {
            tokio::select! {
                done = &mut work => return done?,
                () = self.app.clock.sleep(NOTE_EVERY) => {
                    let (stage, done) = progress.stage();
                    let mut tx = self.app.db.write(self.scope).await?;
                    store::progress(&mut tx, self.id, stage, done).await?;
                    tx.commit().await?;
                }
            }
        }
    }
}

/// Since then.
pub(super) fn milliseconds(app: &App, started: Moment) -> u64 {
    let took = app.clock.monotonic().saturating_sub(started);
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> anyhow::Result<T> {
    tokio::task::spawn_blocking(work).await.context("the work broke off")
}
