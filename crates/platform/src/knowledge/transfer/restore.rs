//! An archive back into a collection, as it was: no document is read anew, no vector made.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::Arc;

use db::{Scope, Tx};
use retrieval::index::{self, Prepared};
use retrieval::keyword::{Analyzer, Language};
use serde_json::json;
use wire::DocumentId;
use wire::knowledge::{ImportReport, NewCollection};

use super::archive::{Archive, Description, Header};
use super::{Spool, blocking};
use crate::ground::app::App;
use crate::ground::error::{Error, Result};
use crate::ground::log::{self, Change};
use crate::knowledge::collections::{Place, Settings};
use crate::knowledge::reembed;
use crate::knowledge::store::{self, NewRow, Range};

/// Documents of one transaction at most, and bytes that are enough for one.
const BATCH_DOCUMENTS: usize = 64;
const BATCH_BYTES: usize = 8 << 20;
const CHUNKS: usize = 512;
/// A document with its vectors takes more room than its file did.
const GROWTH: usize = 16;

/// Reads the archive to its end before anything is written. Documents that are there with the same
/// content stay as they are; each of the others replaces the one of its path.
pub(in crate::knowledge) async fn restore(
    app: &App,
    scope: &Scope,
    place: &Place,
    spool: Spool,
) -> Result<ImportReport> {
    let largest = app.config.knowledge.max_document.saturating_mul(GROWTH);
    let limits = (app.config.knowledge.max_import, largest);
    let file = spool.open()?;
    let header = blocking(move || verify(Archive::open(file, limits)?)).await?;
    let (settings, known) = collection(app, scope, place, &header).await?;
    let mut report = ImportReport::new(&settings.name);
    report.dimensions = header.dimensions;
    report.source_dimensions = header.dimensions;
    let mut reader = Reader {
        archive: Archive::open(spool.open()?, limits)?,
        analyzer: settings.analyzer(),
        known: Arc::new(known),
    };
    loop {
        let batch;
        (reader, batch) = blocking(move || {
            let batch = reader.batch()?;
            Ok((reader, batch))
        })
        .await?;
        report.records += batch.records;
        report.skipped += batch.records - batch.documents.len() as u64;
        if batch.records == 0 {
            break;
        }
        write(app, scope, &settings, &batch.documents).await?;
        report.documents += batch.documents.len() as u64;
        report.chunks += batch.documents.iter().map(|(_, it)| it.len() as u64).sum::<u64>();
    }
    reembed::approximate(app, settings.id, None).await?;
    let model = app.retrieval.model().await?;
    report.notice = notice(&header, &settings, model.as_deref());
    record(app, scope, (place, &settings), ("archive", &report)).await?;
    Ok(report)
}

fn verify(mut archive: Archive) -> Result<Header> {
    while archive.next()?.is_some() {}
    Ok(archive.header)
}

fn notice(header: &Header, settings: &Settings, model: Option<&str>) -> Option<String> {
    let name = &settings.name;
    match (&header.model, &settings.model) {
        (Some(vectors), _) if model != Some(vectors) => Some(format!(
            "the vectors of {vectors} were kept, and that model is not at hand: {name} is searched \
             by keyword until it is, or until `knowledge collections reembed {name}`"
        )),
        (None, _) if model.is_some() => Some(format!(
            "the archive has no vectors; `knowledge collections reembed {name}` makes them"
        )),
        _ => None,
    }
}

type Outcomes = HashMap<String, (String, bool)>;

/// The collection with what it holds. One that is empty takes the settings of the archive.
async fn collection(
    app: &App,
    scope: &Scope,
    place: &Place,
    header: &Header,
) -> Result<(Settings, Outcomes)> {
    let embedder = app.retrieval.embedder().await?;
    let at_hand = embedder.as_ref().map(retrieval::embed::Embedder::model);
    let at_hand = at_hand.filter(|model| Some(&model.name) == header.model.as_ref());
    let now = app.clock.now();
    let mut tx = app.db.write(scope).await?;
    let new = NewCollection {
        language: Some(header.language.clone()),
        chunk_tokens: Some(header.chunk_tokens),
        chunk_overlap: Some(header.chunk_overlap),
        ..NewCollection::default()
    };
    let mut settings = place.load_or_create_as(&mut tx, new, (header.model.clone(), now)).await?;
    index::lock(&mut tx, settings.id).await?;
    let expected = match at_hand {
        Some(model) => u32::try_from(model.dimensions).ok(),
        None => index::dimensions(&mut tx, settings.id).await?,
    };
    if store::is_empty(&mut tx, settings.id).await? {
        settings.language = Language::from_str(&header.language).unwrap_or_default();
        settings.model.clone_from(&header.model);
        settings.chunk_tokens = header.chunk_tokens;
        settings.chunk_overlap = header.chunk_overlap;
        settings.weight = header.weight;
        store::adopt(&mut tx, &settings).await?;
    } else if header.dimensions.is_some() && settings.model != header.model {
        return Err(Error::Conflict(format!(
            "{} holds vectors of {} and the archive those of {}: import it into another collection",
            settings.name,
            settings.model.as_deref().unwrap_or("no model"),
            header.model.as_deref().unwrap_or("no model"),
        )));
    }
    if let (Some(expected), Some(found)) = (expected, header.dimensions)
        && expected != found
    {
        let message = format!("the vectors have {found} dimensions, those of the model {expected}");
        return Err(Error::field("body", message));
    }
    let known = store::outcomes(&mut tx, settings.id).await?;
    app.commit(tx).await?;
    Ok((settings, known))
}

struct Reader {
    archive: Archive,
    analyzer: Analyzer,
    known: Arc<Outcomes>,
}

#[derive(Default)]
struct Batch {
    /// Documents that were read.
    records: u64,
    /// Of them, those that are not there yet.
    documents: Vec<(Description, Vec<Prepared>)>,
}

impl Reader {
    fn batch(&mut self) -> Result<Batch> {
        let mut batch = Batch::default();
        let mut bytes = 0;
        while batch.documents.len() < BATCH_DOCUMENTS && bytes < BATCH_BYTES {
            let Some(held) = self.archive.next()? else { break };
            batch.records += 1;
            let outcome = (held.description.hash.clone(), held.description.failure.is_some());
            if self.known.get(&held.description.path) == Some(&outcome) {
                continue;
            }
            bytes += held.bytes;
            let prepare = |chunk| index::prepare(&self.analyzer, chunk);
            let chunks = held.chunks.into_iter().map(prepare).collect();
            batch.documents.push((held.description, chunks));
        }
        Ok(batch)
    }
}

async fn write(
    app: &App,
    scope: &Scope,
    settings: &Settings,
    documents: &[(Description, Vec<Prepared>)],
) -> Result<()> {
    let mut tx = app.db.write(scope).await?;
    index::lock(&mut tx, settings.id).await?;
    for (description, chunks) in documents {
        write_one(&mut tx, settings, description, chunks).await?;
    }
    Ok(app.commit(tx).await?)
}

async fn write_one(
    tx: &mut Tx,
    settings: &Settings,
    description: &Description,
    chunks: &[Prepared],
) -> Result<()> {
    let collection = settings.id;
    if let Some((old, range)) = store::range_of_path(tx, collection, &description.path).await? {
        index::remove(tx, collection, &settings.analyzer(), range.numbers()).await?;
        store::delete_document(tx, old).await?;
    }
    let mut range = Range::default();
    for part in chunks.chunks(CHUNKS) {
        let numbers = index::add(tx, collection, part).await?;
        if range.count == 0 {
            range.first = numbers.start;
        }
        range.count += numbers.end - numbers.start;
    }
    let row = NewRow {
        collection,
        source: None,
        path: &description.path,
        kind: description.kind.as_deref(),
        language: description.language.as_deref(),
        title: description.title.as_deref(),
        tags: &description.tags,
        hash: &description.hash,
        bytes: i64::try_from(description.bytes).unwrap_or(i64::MAX),
        chunks: range,
        failure: description.failure.as_deref(),
        modified_at: description.modified_at,
        added_at: description.added_at,
    };
    Ok(store::insert(tx, DocumentId::new(), &row).await?)
}

/// What an import did, on the record.
pub(super) async fn record(
    app: &App,
    scope: &Scope,
    (place, settings): (&Place, &Settings),
    (format, report): (&str, &ImportReport),
) -> Result<()> {
    let mut tx = app.db.write(scope).await?;
    let change = Change {
        kind: "knowledge.imported",
        project: Some(place.project.clone()),
        target: settings.id.to_string(),
        detail: json!({
            "collection": settings.name,
            "format": format,
            "documents": report.documents,
            "skipped": report.skipped,
        }),
    };
    log::append(&mut tx, app.clock.now(), change).await?;
    Ok(app.commit(tx).await?)
}
