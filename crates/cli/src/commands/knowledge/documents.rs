//! `knowledge list|show|remove`: the documents of a project, one by one.

use std::collections::BTreeMap;

use clap::Args;
use client::{DocumentFilter, Knowledge};
use futures::future::ready;
use futures::{StreamExt, TryStreamExt};
use globset::{GlobBuilder, GlobMatcher};
use wire::knowledge::{Document, Removed};
use wire::{DocumentId, Slug, SourceId};

use super::patience::patiently;
use super::{Target, refused};
use crate::failure::{Exit, Failure, Result};
use crate::moment::{self, relative};
use crate::printer::{Output, Printer, Row};
use crate::quantity::{bytes, count};
use crate::table::{Cell, Column, Tone, plain};

/// Of one page, and of one removal.
const AT_ONCE: usize = 500;

/// List documents, by their paths.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter knowledge list docs --project atlas
  commandcenter knowledge list --project atlas --failed --output json")]
pub(super) struct List {
    /// A folder, a file, or a pattern as 'docs/**/*.md' [default: all]
    path: Option<String>,
    /// Collection to list [default: documents]
    #[arg(long, short, value_name = "NAME")]
    collection: Option<Slug>,
    /// Only what has this tag
    #[arg(long, value_name = "TAG")]
    tag: Option<String>,
    /// Only what this source brought
    #[arg(long, value_name = "ID")]
    source: Option<SourceId>,
    /// Only this kind, as markdown, text, html, pdf, docx, source, json, yaml, toml, notebook
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// Only those that could not be read
    #[arg(long)]
    failed: bool,
    /// At most this many [default: all]
    #[arg(long, short, value_name = "NUMBER")]
    limit: Option<usize>,
}

/// Print a document's text as it was extracted.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter knowledge show docs/a.md --project atlas
  commandcenter knowledge show 0198c0de-7a11-7000-8000-000000000001 --project atlas -o json")]
pub(super) struct Show {
    /// Its path, or its id
    #[arg(value_name = "DOCUMENT")]
    document: String,
    /// Collection it is in [default: documents]
    #[arg(long, short, value_name = "NAME")]
    collection: Option<Slug>,
}

/// Remove documents by path, by id, or all that a source brought.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter knowledge remove docs/old.md 'drafts/**' --project atlas
  commandcenter knowledge remove --source 0198c0de-7a11-7000-8000-000000000001 --project atlas")]
pub(super) struct Remove {
    /// Paths, folders, patterns or ids
    #[arg(value_name = "DOCUMENT", required_unless_present = "source")]
    documents: Vec<String>,
    /// What this source brought
    #[arg(long, value_name = "ID", conflicts_with = "documents")]
    source: Option<SourceId>,
    /// Collection they are in [default: documents]
    #[arg(long, short, value_name = "NAME")]
    collection: Option<Slug>,
}

impl List {
    pub(super) async fn run(self, target: Target<'_>) -> Result {
        let places = self.path.as_deref().map(Places::parse).transpose()?;
        let filter = DocumentFilter {
            kind: self.kind,
            tag: self.tag,
            source: self.source,
            failed: self.failed.then_some(true),
            ..filter(self.collection.as_ref(), places.as_ref())
        };
        let most = self.limit.unwrap_or(usize::MAX);
        let is_there = |it: &Document| places.as_ref().is_none_or(|places| places.have(&it.path));
        let list = async |it: &Knowledge| {
            let documents = it.documents(&filter).try_filter(|it| ready(is_there(it))).take(most);
            documents.try_collect::<Vec<_>>().await.map_err(refused)
        };
        let documents = target.ask(list).await?;
        let first_step = "no documents; `commandcenter knowledge add PATH` adds some";
        target.context.printer.list(&documents, first_step)?;
        Ok(Exit::Ok)
    }
}

impl Show {
    pub(super) async fn run(self, target: Target<'_>) -> Result {
        let show = async |it: &Knowledge| {
            let id = match self.document.parse() {
                Ok(id) => id,
                Err(_) => self.find(it).await?,
            };
            it.document(id).await.map_err(refused)
        };
        let document = target.ask(show).await?;
        let printer = &target.context.printer;
        if printer.output != Output::Table {
            printer.value(&document)?;
            return Ok(Exit::Ok);
        }
        printer.note(line(&document.document))?;
        let is_shown = |it: char| !it.is_control() || it == '\n' || it == '\t';
        let text: String = document.text.chars().filter(|it| is_shown(*it)).collect();
        printer.text(text.trim_end_matches('\n'))?;
        Ok(Exit::Ok)
    }

    async fn find(&self, knowledge: &Knowledge) -> Result<DocumentId> {
        let path = &self.document;
        let filter =
            DocumentFilter { path: Some(path.clone()), ..filter(self.collection.as_ref(), None) };
        let mut documents = knowledge.documents(&filter);
        // By path: a document comes before those whose paths its own begins.
        let first = documents.try_next().await.map_err(refused)?;
        let found = first.filter(|it| it.path == *path);
        found.map(|it| it.id).ok_or_else(|| no_such_document(path))
    }
}

fn no_such_document(path: &str) -> Failure {
    Failure::new(Exit::NotFound, format!("no document is stored as {path}"))
        .hint("`commandcenter knowledge list` shows the paths")
}

/// `docs/a.md  markdown, 3 chunks, 2.1 kB, added 2 min ago`.
fn line(document: &Document) -> String {
    let Document { path, kind, failure, .. } = document;
    let kind = kind.as_deref().unwrap_or("unread");
    let chunks = count(document.chunks, "chunk");
    let added = relative(document.added_at, moment::now());
    let size = bytes(document.bytes);
    let why = failure.as_deref().map(|it| format!(": {it}")).unwrap_or_default();
    plain(&format!("{path}  {kind}, {chunks}, {size}, added {added}{why}")).into_owned()
}

impl Remove {
    pub(super) async fn run(self, target: Target<'_>) -> Result {
        let remove = async |it: &Knowledge| {
            let mut removed = 0;
            for (collection, paths) in self.found(it).await? {
                for paths in paths.chunks(AT_ONCE) {
                    let ask = async || it.remove_documents(Some(&collection), paths).await;
                    removed += patiently(ask).await.map_err(refused)?.documents;
                }
            }
            Ok(removed)
        };
        let removed = target.ask(remove).await?;
        let words = format!("removed {}", count(removed, "document"));
        target.context.printer.words_or(&words, &Removed { documents: removed })?;
        Ok(Exit::Ok)
    }

    /// The paths that are to go, by collection. Each thing that was named must be there.
    async fn found(&self, knowledge: &Knowledge) -> Result<BTreeMap<String, Vec<String>>> {
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut keep = |document: Document| {
            let paths = found.entry(document.collection.to_string()).or_default();
            paths.push(document.path);
        };
        if let Some(source) = self.source {
            let all = DocumentFilter {
                source: Some(source),
                collection: self.collection_of(knowledge, source).await?,
                ..filter(None, None)
            };
            let all: Vec<_> = knowledge.documents(&all).try_collect().await.map_err(refused)?;
            all.into_iter().for_each(&mut keep);
        }
        for named in &self.documents {
            if let Ok(id) = named.parse() {
                keep(knowledge.document(id).await.map_err(refused)?.document);
                continue;
            }
            let documents = self.matching(knowledge, named).await?;
            if documents.is_empty() {
                return Err(no_such_document(named));
            }
            documents.into_iter().for_each(&mut keep);
        }
        Ok(found)
    }

    /// Where a source brings its documents to; one that is gone does not say.
    async fn collection_of(&self, knowledge: &Knowledge, id: SourceId) -> Result<Option<String>> {
        if let Some(named) = &self.collection {
            return Ok(Some(named.to_string()));
        }
        let sources: Vec<_> = knowledge.sources().try_collect().await.map_err(refused)?;
        let source = sources.into_iter().find(|it| it.id == id);
        Ok(source.map(|it| it.collection.to_string()))
    }

    async fn matching(&self, knowledge: &Knowledge, named: &str) -> Result<Vec<Document>> {
        let places = Places::parse(named)?;
        let filter = filter(self.collection.as_ref(), Some(&places));
        let documents = knowledge.documents(&filter);
        let matching = documents.try_filter(|it| ready(places.have(&it.path)));
        matching.try_collect().await.map_err(refused)
    }
}

/// Where documents are: a file, a folder, or all that match a pattern.
struct Places {
    /// What their paths begin with.
    start: String,
    pattern: Option<GlobMatcher>,
}

impl Places {
    /// Only `*`, `?`, `[` and `{` make a pattern.
    fn parse(text: &str) -> Result<Self> {
        let Some((start, _)) = text.split_once(['*', '?', '[', '{']) else {
            return Ok(Self { start: text.trim_end_matches('/').to_owned(), pattern: None });
        };
        let glob = GlobBuilder::new(text).literal_separator(true).build();
        let glob =
            glob.map_err(|error| Failure::usage(format!("{text:?} is no pattern: {error}")))?;
        Ok(Self { start: start.to_owned(), pattern: Some(glob.compile_matcher()) })
    }

    fn have(&self, path: &str) -> bool {
        match &self.pattern {
            Some(pattern) => pattern.is_match(path),
            None => path.strip_prefix(&self.start).is_some_and(|rest| {
                rest.is_empty() || rest.starts_with('/') || self.start.is_empty()
            }),
        }
    }
}

fn filter(collection: Option<&Slug>, places: Option<&Places>) -> DocumentFilter {
    DocumentFilter {
        collection: collection.map(ToString::to_string),
        path: places.map(|it| it.start.clone()),
        limit: u32::try_from(AT_ONCE).ok(),
        ..DocumentFilter::default()
    }
}

impl Row for Document {
    const COLUMNS: &'static [Column] = &[
        Column::Flexible("path"),
        Column::Fixed("kind"),
        Column::Fixed("chunks"),
        Column::Fixed("size"),
        Column::Fixed("changed"),
        Column::Flexible("why not read"),
    ];

    fn cells(&self, _: &Printer) -> Vec<Cell> {
        let kind = match (&self.kind, &self.failure) {
            (_, Some(_)) => Cell::toned("failed", Tone::Bad),
            (Some(kind), None) => Cell::new(kind),
            (None, None) => Cell::muted("-"),
        };
        vec![
            Cell::new(&self.path),
            kind,
            Cell::new(self.chunks.to_string()),
            Cell::new(bytes(self.bytes)),
            Cell::muted(relative(self.modified_at, moment::now())),
            Cell::new(self.failure.as_deref().unwrap_or_default()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_file_a_folder_or_a_pattern() {
        for (text, path, expected) in [
            ("docs", "docs/a.md", true),
            ("docs/", "docs/deep/a.md", true),
            ("docs/a.md", "docs/a.md", true),
            ("docs", "docs2/a.md", false),
            ("docs/a.md", "docs/a.md.orig", false),
            ("docs/*.md", "docs/a.md", true),
            ("docs/*.md", "docs/deep/a.md", false),
            ("docs/**/*.md", "docs/deep/a.md", true),
            ("**", "a", true),
        ] {
            assert_eq!(Places::parse(text).unwrap().have(path), expected, "{text} {path}");
        }
        assert!(Places::parse("docs/[").is_err());
    }
}
