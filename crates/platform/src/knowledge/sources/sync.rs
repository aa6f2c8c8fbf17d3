//! The look at a source: finds, compares, hands on, removes.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;
use db::Scope;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::mpsc;
use wire::SourceId;
use wire::knowledge::SourceKind;

use super::{Coverage, Found, Item, Look, feed, folder, git, site};
use crate::ground::app::App;
use crate::ground::hex;
use crate::ground::jobs::Job;
use crate::ground::log::{self, Change};
use crate::knowledge::collections::Place;
use crate::knowledge::documents;
use crate::knowledge::store::{self, Known, NewPending, SourceRow};

/// Documents that are handed on together.
const BATCH_DOCUMENTS: usize = 500;
const BATCH_BYTES: usize = 8 << 20;
/// Of a result, which is shown in a list.
const LONGEST_RESULT: usize = 500;

#[derive(Serialize, Deserialize)]
pub(crate) struct Sync {
    pub source: SourceId,
}

impl Job for Sync {
    const NAME: &'static str = "knowledge.sync";

    /// A look that fails is over: the next one is tried when it is due.
    async fn run(&self, app: &App) -> anyhow::Result<()> {
        let scope = app.service_scope("knowledge");
        let mut tx = app.db.read(&scope).await?;
        let Some(source) = store::source(&mut tx, self.source).await? else { return Ok(()) };
        let known = store::known(&mut tx, source.collection_id).await?;
        drop(tx);
        let mut result = match look(app, &scope, &source, known).await {
            Ok(counts) => counts.to_string(),
            Err(error) => {
                let error = format!("{error:#}");
                tracing::warn!(source = %source.id, error, "cannot look at a source");
                error
            }
        };
        result.truncate(result.floor_char_boundary(LONGEST_RESULT));
        settle(app, &scope, &source, &result).await
    }
}

/// What a look found, in numbers of documents.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    new: u64,
    changed: u64,
    gone: u64,
    /// Those that could not be had, and those that no reader could read.
    failed: u64,
    /// Another source of the collection brought a document of that path.
    taken: u64,
    /// Not all of the source could be seen, so that nothing of it is known to be gone.
    is_partial: bool,
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            (self.new, "new"),
            (self.changed, "changed"),
            (self.gone, "gone"),
            (self.failed, "failed"),
            (self.taken, "brought by another source"),
        ];
        let parts = parts.iter().filter(|(count, _)| *count > 0);
        let words: Vec<String> = parts.map(|(count, word)| format!("{count} {word}")).collect();
        let words = if words.is_empty() { "nothing new".to_owned() } else { words.join(", ") };
        f.write_str(&words)?;
        if self.is_partial { f.write_str("; not all of it could be seen") } else { Ok(()) }
    }
}

async fn look(
    app: &App,
    scope: &Scope,
    source: &SourceRow,
    known: HashMap<String, Known>,
) -> anyhow::Result<Counts> {
    // One at a time: a document may be large.
    let (sender, found) = mpsc::channel(1);
    let known = Arc::new(known);
    let look = Look {
        app: app.clone(),
        id: source.id,
        location: source.location.clone(),
        depth: u32::try_from(source.depth).unwrap_or_default(),
        known: Arc::clone(&known),
        found: sender,
    };
    let mut intake = Intake {
        app,
        scope,
        source,
        known,
        seen: HashSet::new(),
        batch: Vec::new(),
        batch_bytes: 0,
        counts: Counts::default(),
    };
    let (coverage, taken) = tokio::join!(find(source.kind, look), intake.take_all(found));
    taken?;
    match coverage? {
        Coverage::Whole if source.prune => intake.prune().await?,
        Coverage::Whole => {}
        Coverage::Part => intake.counts.is_partial = true,
    }
    Ok(intake.counts)
}

async fn find(kind: SourceKind, look: Look) -> anyhow::Result<Coverage> {
    match kind {
        SourceKind::Folder => folder::look(look).await,
        SourceKind::Git => git::look(look).await,
        SourceKind::Feed => feed::look(look).await,
        SourceKind::Site => site::look(look).await,
    }
}

/// Compares what is found with what is known, and hands on what is new.
struct Intake<'a> {
    app: &'a App,
    scope: &'a Scope,
    source: &'a SourceRow,
    known: Arc<HashMap<String, Known>>,
    seen: HashSet<String>,
    batch: Vec<NewPending>,
    batch_bytes: usize,
    counts: Counts,
}

impl Intake<'_> {
    async fn take_all(&mut self, mut found: mpsc::Receiver<Found>) -> anyhow::Result<()> {
        while let Some(found) = found.recv().await {
            match found {
                Found::Document(item) => self.take(item),
                Found::Same(path) => self.keep(path),
                Found::Failed(path) => {
                    self.counts.failed += 1;
                    self.seen.insert(path);
                }
            }
            if self.batch.len() >= BATCH_DOCUMENTS || self.batch_bytes >= BATCH_BYTES {
                self.flush().await?;
            }
        }
        self.flush().await
    }

    fn take(&mut self, item: Item) {
        let is_new = self.seen.insert(item.path.clone());
        if !is_new {
            return;
        }
        if !documents::is_path(&item.path)
            || item.content.len() > self.app.config.knowledge.max_document
        {
            self.counts.failed += 1;
            return;
        }
        let hash = hex::encode(digest(&SHA256, &item.content).as_ref());
        match self.known.get(&item.path) {
            Some(known) if known.source.is_some_and(|it| it != self.source.id) => {
                self.counts.taken += 1;
                return;
            }
            // Reading it again would fail again.
            Some(known) if known.hash == hash => {
                self.counts.failed += u64::from(known.failed);
                return;
            }
            Some(_) => self.counts.changed += 1,
            None => self.counts.new += 1,
        }
        self.batch_bytes += item.content.len();
        self.batch.push(NewPending {
            path: item.path,
            tags: Vec::new(),
            hash,
            content: item.content,
            modified_at: item.modified_at.unwrap_or_else(|| self.app.clock.now()),
        });
    }

    fn keep(&mut self, path: String) {
        let failed = self.known.get(&path).is_some_and(|known| known.failed);
        self.counts.failed += u64::from(failed);
        self.seen.insert(path);
    }

    fn place(&self) -> Place {
        Place { project: self.source.project.clone(), name: self.source.collection.clone() }
    }

    async fn flush(&mut self) -> anyhow::Result<()> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let mut tx = self.app.db.read(self.scope).await?;
        if store::source(&mut tx, self.source.id).await?.is_none() {
            bail!("the source was removed");
        }
        drop(tx);
        let batch = mem::take(&mut self.batch);
        self.batch_bytes = 0;
        let source = Some(self.source.id);
        documents::accept(self.app, self.scope, &self.place(), source, batch).await?;
        Ok(())
    }

    /// Removes what this source brought and does not have any more.
    async fn prune(&mut self) -> anyhow::Result<()> {
        let own = self.known.iter().filter(|(_, known)| known.source == Some(self.source.id));
        let gone = own.map(|(path, _)| path).filter(|path| !self.seen.contains(*path));
        let gone: Vec<String> = gone.cloned().collect();
        let place = self.place();
        for paths in gone.chunks(BATCH_DOCUMENTS) {
            let removed = documents::remove_paths(self.app, self.scope, &place, paths);
            self.counts.gone += removed.await?.documents;
        }
        Ok(())
    }
}

async fn settle(app: &App, scope: &Scope, source: &SourceRow, result: &str) -> anyhow::Result<()> {
    let now = app.clock.now();
    let next = now + Duration::from_secs(source.every.unsigned_abs());
    let mut tx = app.db.write(scope).await?;
    store::settle_source(&mut tx, source.id, (now, next), result).await?;
    let change = Change {
        kind: "knowledge.synced",
        project: Some(source.project.clone()),
        target: source.id.to_string(),
        detail: json!({ "collection": source.collection, "source": source.id, "result": result }),
    };
    log::append_events(&mut tx, now, vec![change]).await?;
    app.commit(tx).await?;
    Ok(())
}
