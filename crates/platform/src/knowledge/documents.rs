//! Documents: accepted, compared, listed, read, removed.

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use db::{Scope, Tx};
use retrieval::index;
use ring::digest;
use serde_json::json;
use wire::knowledge::{Comparison, Document, DocumentText, Ingest, Manifest, NewDocument, Removed};
use wire::{DocumentId, FieldError, JobId, Slug, SourceId, Timestamp};

use super::collections::{Place, Settings};
use super::store::{self, DocumentFilter, NewPending};
use crate::ground::app::App;
use crate::ground::error::{Error, Result};
use crate::ground::hex;
use crate::ground::jobs;
use crate::ground::log::{self, Change};

const MOST_DOCUMENTS: usize = 1_000;
const MOST_ENTRIES: usize = 20_000;
const LONGEST_PATH: usize = 1_024;
const MOST_TAGS: usize = 32;
const LONGEST_TAG: usize = 64;

/// Checks `new` as far as it can be without the database.
pub(super) fn check(new: Vec<NewDocument>, now: Timestamp) -> Result<Vec<NewPending>> {
    if new.is_empty() || new.len() > MOST_DOCUMENTS {
        return Err(Error::field("documents", format!("must be 1 to {MOST_DOCUMENTS}")));
    }
    let mut errors = Vec::new();
    let mut paths = HashSet::new();
    let mut checked = Vec::with_capacity(new.len());
    for (at, document) in new.into_iter().enumerate() {
        let mut refuse = |field: &str, message: &str| {
            errors.push(FieldError::new(format!("documents[{at}].{field}"), message));
        };
        if !is_path(&document.path) {
            refuse("path", "must be 1 to 1,024 bytes without control characters");
        }
        if !paths.insert(document.path.clone()) {
            refuse("path", "is given twice");
        }
        if !are_tags(&document.tags) {
            refuse("tags", "must be at most 32 of 1 to 64 bytes");
        }
        let content = match (document.text, document.base64) {
            (Some(text), None) => Some(text.into_bytes()),
            (None, Some(base64)) => BASE64.decode(base64).ok(),
            _ => None,
        };
        let Some(content) = content else {
            refuse("text", "exactly one of `text` and `base64` holds the content");
            continue;
        };
        checked.push(NewPending {
            hash: hex::encode(digest::digest(&digest::SHA256, &content).as_ref()),
            path: document.path,
            tags: document.tags,
            content,
            modified_at: document.modified_at.unwrap_or(now),
        });
    }
    if errors.is_empty() { Ok(checked) } else { Err(Error::Invalid(errors)) }
}

pub(super) fn is_path(path: &str) -> bool {
    (1..=LONGEST_PATH).contains(&path.len()) && !path.chars().any(char::is_control)
}

/// Checks `new` and puts it on the way into a collection.
pub(crate) async fn add(
    app: &App,
    scope: &Scope,
    place: &Place,
    new: Vec<NewDocument>,
) -> Result<Ingest> {
    let checked = check(new, app.clock.now())?;
    accept(app, scope, place, None, checked).await
}

pub(super) fn are_tags(tags: &[String]) -> bool {
    tags.len() <= MOST_TAGS && tags.iter().all(|tag| (1..=LONGEST_TAG).contains(&tag.len()))
}

/// Puts documents on the way into a collection; those that are there already are left out.
pub(super) async fn accept(
    app: &App,
    scope: &Scope,
    place: &Place,
    source: Option<SourceId>,
    mut documents: Vec<NewPending>,
) -> Result<Ingest> {
    let now = app.clock.now();
    let model = app.retrieval.model().await?;
    let mut tx = app.db.write(scope).await?;
    let settings = place.load_or_create(&mut tx, (model, now)).await?;
    let known = store::hashes(&mut tx, settings.id).await?;
    let all = documents.len();
    documents.retain(|document| known.get(&document.path) != Some(&document.hash));
    let unchanged = all - documents.len();
    let id = JobId::new();
    store::create_ingest(&mut tx, (id, settings.id), (documents.len(), unchanged), now).await?;
    if documents.is_empty() {
        store::finish_ingest(&mut tx, id, now).await?;
    } else {
        store::insert_pending(&mut tx, id, source, &documents).await?;
        let job = super::ingest::Ingest { id };
        jobs::enqueue(&mut tx, &job, now, Some(&id.to_string())).await?;
        let detail = json!({ "collection": settings.name, "documents": documents.len() });
        record(&mut tx, now, ("knowledge.documents_added", &place.project), id, detail).await?;
    }
    let accepted = progress(&mut tx, &place.project, id).await?;
    app.commit(tx).await?;
    Ok(accepted)
}

pub(crate) async fn progress(tx: &mut Tx, project: &Slug, id: JobId) -> Result<Ingest> {
    let found = store::ingest(tx, id).await?.filter(|found| found.project == *project);
    let found = found.ok_or_else(|| Error::NotFound(format!("the job {id}")))?;
    Ok(found.into_wire(id))
}

/// Where a manifest differs from what a collection holds. One that does not exist holds nothing.
pub(super) async fn compare(tx: &mut Tx, project: Slug, manifest: Manifest) -> Result<Comparison> {
    if manifest.entries.len() > MOST_ENTRIES {
        return Err(Error::field("entries", format!("must be at most {MOST_ENTRIES}")));
    }
    let place = Place::new(project, manifest.collection.as_deref())?;
    let known = match place.load(tx).await {
        Ok(settings) => store::hashes(tx, settings.id).await?,
        Err(Error::NotFound(_)) => {
            crate::federation::project_id(tx, &place.project).await?;
            std::collections::HashMap::new()
        }
        Err(error) => return Err(error),
    };
    let mut comparison = Comparison::default();
    for (at, entry) in (0_u32..).zip(&manifest.entries) {
        match known.get(&entry.path) {
            None => comparison.new.push(at),
            Some(hash) if *hash == entry.hash => comparison.unchanged += 1,
            Some(_) => comparison.changed.push(at),
        }
    }
    Ok(comparison)
}

/// A document with its text, put together again out of its chunks. Blank space between chunks is
/// as long as it was; of what kind it was is not kept.
pub(crate) async fn read(tx: &mut Tx, project: &Slug, id: DocumentId) -> Result<DocumentText> {
    let (collection, range, document) = find(tx, project, id).await?;
    let mut text = String::new();
    let mut line = 1;
    for chunk in index::chunks_of(tx, collection, range.numbers()).await? {
        let start = usize::try_from(chunk.span.start).unwrap_or(usize::MAX);
        let gap = start.saturating_sub(text.len());
        let breaks = usize::try_from(chunk.lines.0.saturating_sub(line)).unwrap_or(0).min(gap);
        text.extend(std::iter::repeat_n('\n', breaks));
        text.extend(std::iter::repeat_n(' ', gap - breaks));
        let overlap = text.len().saturating_sub(start);
        text.push_str(chunk.body.get(overlap..).unwrap_or_default());
        line = chunk.lines.1;
    }
    Ok(DocumentText { document, text })
}

async fn find(
    tx: &mut Tx,
    project: &Slug,
    id: DocumentId,
) -> Result<(wire::CollectionId, store::Range, Document)> {
    let found = store::document(tx, project, id).await?;
    found.ok_or_else(|| Error::NotFound(format!("the document {id}")))
}

pub(super) async fn remove(app: &App, scope: &Scope, project: &Slug, id: DocumentId) -> Result<()> {
    let mut tx = app.db.write(scope).await?;
    let (_, _, document) = find(&mut tx, project, id).await?;
    let place = Place { project: project.clone(), name: document.collection };
    let settings = place.load(&mut tx).await?;
    let paths = [document.path];
    let removed = remove_in(app, &mut tx, (&place, &settings), &paths).await?;
    app.commit(tx).await?;
    match removed {
        0 => Err(Error::NotFound(format!("the document {id}"))),
        _ => Ok(()),
    }
}

/// Removes the documents of those paths.
pub(super) async fn remove_paths(
    app: &App,
    scope: &Scope,
    place: &Place,
    paths: &[String],
) -> Result<Removed> {
    let mut tx = app.db.write(scope).await?;
    let settings = place.load(&mut tx).await?;
    let documents = remove_in(app, &mut tx, (place, &settings), paths).await?;
    app.commit(tx).await?;
    Ok(Removed { documents })
}

async fn remove_in(
    app: &App,
    tx: &mut Tx,
    (place, settings): (&Place, &Settings),
    paths: &[String],
) -> Result<u64> {
    index::lock(tx, settings.id).await?;
    let analyzer = settings.analyzer();
    let mut removed = 0;
    for path in paths {
        let Some((id, range)) = store::range_of_path(tx, settings.id, path).await? else {
            continue;
        };
        index::remove(tx, settings.id, &analyzer, range.numbers()).await?;
        store::delete_document(tx, id).await?;
        removed += 1;
    }
    if removed > 0 {
        let detail = json!({ "collection": settings.name, "documents": removed });
        let change = ("knowledge.documents_removed", &place.project);
        record(tx, app.clock.now(), change, settings.id, detail).await?;
    }
    Ok(removed)
}

/// The documents of a collection that pass `filter`, by path.
pub(super) async fn list(
    tx: &mut Tx,
    place: &Place,
    filter: &DocumentFilter,
    (after, limit): (Option<&str>, usize),
) -> Result<Vec<Document>> {
    let settings = place.load(tx).await?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    Ok(store::documents(tx, settings.id, filter, (after, limit)).await?)
}

async fn record(
    tx: &mut Tx,
    now: Timestamp,
    (kind, project): (&'static str, &Slug),
    target: impl ToString,
    detail: serde_json::Value,
) -> Result<()> {
    let target = target.to_string();
    let change = Change { kind, project: Some(project.clone()), target, detail };
    log::append(tx, now, change).await?;
    Ok(())
}
