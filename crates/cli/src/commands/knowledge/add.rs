//! `knowledge add`: what lies here goes there, and only what is not there yet.

use std::collections::HashSet;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;
use client::{Client, DocumentFilter, Error, Knowledge};
use futures::TryStreamExt;
use serde::Serialize;
use wire::Slug;
use wire::knowledge::{DEFAULT_COLLECTION, Failure as Unread};

use super::catalog::Catalog;
use super::folder::{Found, Item, Skipped, gather};
use super::patience::patiently;
use super::upload::{Destination, Difference, Outcome};
use super::{Target, refused};
use crate::failure::{Exit, Failure, Result};
use crate::progress;
use crate::quantity::count;

/// Of one removal.
const REMOVED_AT_ONCE: usize = 500;
/// Reasons that are printed for people.
const SHOWN_FAILURES: usize = 20;

/// Add files and folders without what git ignores, sending only what is new or has changed since the last time.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter knowledge add . --project atlas --prune
  commandcenter knowledge add - --name notes.md --project atlas < notes.md")]
pub(super) struct Add {
    /// Files and folders; - is standard input. Each is stored from its last name on: docs as
    /// docs/…, docs/a.md as a.md, and what is in . as it lies there
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Collection they go to, made when it is not there [default: documents]
    #[arg(long, short, value_name = "NAME")]
    collection: Option<Slug>,
    /// Path that standard input is stored under
    #[arg(long, value_name = "PATH")]
    name: Option<String>,
    /// Tag of every document that is sent; may be given again
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// Remove the documents of these folders whose files are gone
    #[arg(long)]
    prune: bool,
    /// Say what would happen, and do nothing
    #[arg(long)]
    dry_run: bool,
}

/// What a run did, or would do.
#[derive(Debug, Serialize)]
struct Report {
    collection: String,
    dry_run: bool,
    added: u64,
    changed: u64,
    unchanged: u64,
    removed: u64,
    failed: u64,
    skipped: Skipped,
    chunks: u64,
    seconds: f64,
    failures: Vec<Unread>,
}

impl Add {
    pub(super) async fn run(self, target: Target<'_>) -> Result {
        let (context, project) = (target.context, target.project()?);
        let started = Instant::now();
        let found = self.find()?;
        let printer = &context.printer;
        for skipped in found.skipped.words() {
            printer.note(format!("skipped {skipped}"))?;
        }
        let work = async |client: &Client| {
            let knowledge = client.knowledge(project);
            let catalog = Catalog { context, client };
            self.work(&catalog, &knowledge, &found).await
        };
        let mut report = context.with_client(work).await?;
        report.seconds = started.elapsed().as_secs_f64();
        for Unread { path, reason } in report.failures.iter().take(SHOWN_FAILURES) {
            printer.note(format!("failed {path}: {reason}"))?;
        }
        printer.words_or(&report.words(), &report)?;
        Ok(if report.failed == 0 { Exit::Ok } else { Exit::CheckFailed })
    }

    fn find(&self) -> Result<Found> {
        let is_input = |path: &&PathBuf| path.as_path() == Path::new("-");
        let files: Vec<PathBuf> = self.paths.iter().filter(|it| !is_input(it)).cloned().collect();
        let mut found = gather(&files)?;
        if self.paths.iter().any(|it| is_input(&it)) {
            let name = self.name.clone().ok_or_else(|| {
                Failure::usage("standard input has no name").hint("give it one with --name PATH")
            })?;
            let mut content = Vec::new();
            std::io::stdin().read_to_end(&mut content)?;
            found.items.push(Item::held(name, content));
            found.items.sort_by(|one, other| one.path.cmp(&other.path));
        }
        Ok(found)
    }

    async fn work(
        &self,
        catalog: &Catalog<'_>,
        knowledge: &Knowledge,
        found: &Found,
    ) -> Result<Report> {
        let collection = self.collection.as_ref().map(Slug::as_str);
        let printer = &catalog.context.printer;
        let destination = Destination { printer, knowledge, collection, tags: &self.tags };
        let difference = match destination.compare(&found.items).await {
            Err(Error::NotFound(_)) if self.dry_run => all_new(found),
            Err(Error::NotFound(_)) => {
                catalog.ensure(knowledge.project()).await?;
                destination.compare(&found.items).await.map_err(refused)?
            }
            compared => compared.map_err(refused)?,
        };
        let mut report = Report::planned(collection, &difference, found.skipped);
        let gone = if self.prune { self.gone(knowledge, found).await? } else { Vec::new() };
        report.removed = gone.len() as u64;
        if self.dry_run {
            report.dry_run = true;
            return Ok(report);
        }
        let places = || difference.new.iter().chain(&difference.changed);
        let items: Vec<&Item> = places().filter_map(|at| found.items.get(*at)).collect();
        let bar = progress::bar(items.len() as u64, "documents");
        let sent = destination.send(&items, &bar).await;
        bar.finish_and_clear();
        report.settle(sent?, &difference, found);
        for paths in gone.chunks(REMOVED_AT_ONCE) {
            let remove = async || knowledge.remove_documents(collection, paths).await;
            patiently(remove).await.map_err(refused)?;
        }
        Ok(report)
    }

    /// Paths in the collection, below the folders of this run, whose files are not there any
    /// more. What a source brought is the source's affair.
    async fn gone(&self, knowledge: &Knowledge, found: &Found) -> Result<Vec<String>> {
        let collection = self.collection.as_ref().map_or(DEFAULT_COLLECTION, Slug::as_str);
        let filter = DocumentFilter {
            collection: Some(collection.to_owned()),
            limit: Some(1_000),
            ..DocumentFilter::default()
        };
        let listed: Result<Vec<_>, _> = knowledge.documents(&filter).try_collect().await;
        let documents = match listed {
            Err(Error::NotFound(_)) => return Ok(Vec::new()),
            listed => listed.map_err(refused)?,
        };
        let own = documents.into_iter().filter(|it| it.source.is_none());
        Ok(own.map(|it| it.path).filter(|path| found.lacks(path)).collect())
    }
}

fn all_new(found: &Found) -> Difference {
    Difference { new: (0..found.items.len()).collect(), ..Difference::default() }
}

impl Report {
    fn planned(collection: Option<&str>, difference: &Difference, skipped: Skipped) -> Self {
        Self {
            collection: collection.unwrap_or(DEFAULT_COLLECTION).to_owned(),
            dry_run: false,
            added: difference.new.len() as u64,
            changed: difference.changed.len() as u64,
            unchanged: difference.unchanged,
            removed: 0,
            failed: 0,
            skipped,
            chunks: 0,
            seconds: 0.0,
            failures: Vec::new(),
        }
    }

    /// What failed was neither added nor changed.
    fn settle(&mut self, outcome: Outcome, difference: &Difference, found: &Found) {
        let changed = difference.changed.iter().filter_map(|at| found.items.get(*at));
        let changed: HashSet<&str> = changed.map(|item| item.path.as_str()).collect();
        let failed = outcome.failures.iter().filter(|it| changed.contains(it.path.as_str()));
        let failed_changes = failed.count() as u64;
        self.changed -= failed_changes;
        self.added = self.added.saturating_sub(outcome.failed - failed_changes);
        self.failed = outcome.failed;
        self.chunks = outcome.chunks;
        self.failures = outcome.failures;
    }

    /// `added 3, changed 1, unchanged 96 documents of docs in 2.1 s`.
    fn words(&self) -> String {
        let Self { added, changed, unchanged, removed, failed, .. } = self;
        if added + changed + unchanged + removed + failed == 0 {
            return "there is nothing to add".to_owned();
        }
        let verbs = if self.dry_run {
            ["would add", "would change", "unchanged", "would remove", "failed"]
        } else {
            ["added", "changed", "unchanged", "removed", "failed"]
        };
        let amounts = [*added, *changed, *unchanged, *removed, *failed];
        let parts = verbs.iter().zip(amounts).filter(|(_, amount)| *amount > 0);
        let parts: Vec<String> = parts.map(|(verb, amount)| format!("{verb} {amount}")).collect();
        let chunks = match self.chunks {
            0 => String::new(),
            chunks => format!(" ({})", count(chunks, "chunk")),
        };
        let seconds = Duration::from_secs_f64(self.seconds.max(0.0)).as_secs_f64();
        format!("{}: {}{chunks} in {seconds:.1} s", self.collection, parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_was_not_added() {
        let difference = Difference { new: vec![0, 1], changed: vec![2], unchanged: 7 };
        let item = |path: &str| Item::held(path.to_owned(), Vec::new());
        let items = vec![item("a"), item("b"), item("c")];
        let found = Found { items, ..Found::default() };
        let failure = |path: &str| Unread { path: path.to_owned(), reason: "no".to_owned() };
        let failures = vec![failure("a"), failure("c")];
        let mut report = Report::planned(None, &difference, Skipped::default());
        report.settle(Outcome { chunks: 4, failed: 2, failures }, &difference, &found);
        assert_eq!(report.words(), "documents: added 1, unchanged 7, failed 2 (4 chunks) in 0.0 s");
    }
}
