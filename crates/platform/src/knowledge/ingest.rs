//! The way of documents into a collection: read, chunk, embed, store, batch by batch. Each batch
//! is one transaction that takes its documents off the list, so a job that dies goes on where the
//! last batch ended.

use anyhow::Context;
use db::Tx;
use futures::future::join_all;
use retrieval::embed::Embedder;
use retrieval::extract::worker::{ReadDocument, WorkerError};
use retrieval::index::{self, NewChunk, Prepared};
use serde::{Deserialize, Serialize};
use serde_json::json;
use wire::knowledge::Failure;
use wire::{DocumentId, JobId};

use super::collections::Settings;
use super::reembed::approximate;
use super::store::{self, IngestRow, NewRow, Pending, Progress, Range};
use crate::ground::app::App;
use crate::ground::jobs::Job;
use crate::ground::log::{self, Change};

#[derive(Serialize, Deserialize)]
pub(crate) struct Ingest {
    pub id: JobId,
}

impl Job for Ingest {
    const NAME: &'static str = "knowledge.ingest";

    async fn run(&self, app: &App) -> anyhow::Result<()> {
        while let Some(batch) = Batch::next(app, self.id).await? {
            let read = batch.read(app).await?;
            batch.store(app, self.id, read).await?;
        }
        finish(app, self.id).await
    }
}

/// Documents that are indexed together.
struct Batch {
    settings: Settings,
    documents: Vec<Pending>,
}

/// A document as it came out of its reader: its description and its chunks, or why it has none.
type Read = Result<(ReadDocument, Vec<Prepared>), String>;

impl Batch {
    /// `None` when there is nothing left to do, or the collection is gone.
    async fn next(app: &App, id: JobId) -> anyhow::Result<Option<Self>> {
        let mut tx = app.db.read(&app.service_scope("knowledge")).await?;
        let Some(IngestRow { collection_id, .. }) = store::ingest(&mut tx, id).await? else {
            return Ok(None);
        };
        let settings = store::settings_by_id(&mut tx, collection_id).await?;
        let documents = store::next_pending(&mut tx, id).await?;
        let batch = settings.map(|settings| Self { settings, documents });
        Ok(batch.filter(|batch| !batch.documents.is_empty()))
    }

    async fn read(&self, app: &App) -> anyhow::Result<Vec<Read>> {
        let size = |tokens: u32| usize::try_from(tokens).unwrap_or(usize::MAX);
        let (tokens, overlap) = (self.settings.chunk_tokens, self.settings.chunk_overlap);
        let readers = app.retrieval.readers(size(tokens), size(overlap))?;
        let reading =
            self.documents.iter().map(|document| readers.read(&document.path, &document.content));
        let mut read = Vec::with_capacity(self.documents.len());
        for result in join_all(reading).await {
            read.push(match result {
                Ok(document) => Ok(document),
                // Not the document's fault: tried again when a reader can be started.
                Err(error @ WorkerError::Start { .. }) => return Err(error.into()),
                Err(error) => Err(error.to_string()),
            });
        }
        let mut vectors = self.embed(app, &read).await?.into_iter();
        let analyzer = self.settings.analyzer();
        let prepared = read.into_iter().zip(&self.documents).map(|(read, pending)| {
            let document = read?;
            let chunks = new_chunks(pending, &document, &mut vectors);
            let prepared = chunks.into_iter().map(|chunk| index::prepare(&analyzer, chunk));
            let prepared = prepared.collect();
            Ok((document, prepared))
        });
        Ok(prepared.collect())
    }

    /// A vector for each chunk, document after document; none where the collection has no model.
    async fn embed(
        &self,
        app: &App,
        read: &[Result<ReadDocument, String>],
    ) -> anyhow::Result<Vec<Vec<f32>>> {
        let Some(embedder) = self.embedder(app).await? else { return Ok(Vec::new()) };
        let mut texts = Vec::new();
        for document in read.iter().flatten() {
            texts.extend(document.chunks.iter().map(|it| it.indexed_text(&document.extracted)));
        }
        embedder.embed(&texts, &app.stopping).await.context("cannot embed the chunks")
    }

    /// The model of the collection's vectors, if it is the one at hand.
    async fn embedder(&self, app: &App) -> anyhow::Result<Option<Embedder>> {
        let Some(model) = &self.settings.model else { return Ok(None) };
        let embedder = app.retrieval.embedder().await?;
        let fits = embedder.as_ref().is_some_and(|embedder| embedder.model().name == *model);
        if !fits {
            let collection = self.settings.name.as_str();
            tracing::warn!(collection, model, "documents get no vectors: the model is not at hand");
        }
        Ok(embedder.filter(|_| fits))
    }

    async fn store(&self, app: &App, id: JobId, read: Vec<Read>) -> anyhow::Result<()> {
        let mut tx = app.db.write(&app.service_scope("knowledge")).await?;
        index::lock(&mut tx, self.settings.id).await?;
        for (pending, read) in self.documents.iter().zip(read) {
            let progress = self.store_one(app, &mut tx, pending, read).await?;
            store::settle_pending(&mut tx, id, &progress).await?;
        }
        app.commit(tx).await?;
        Ok(())
    }

    async fn store_one(
        &self,
        app: &App,
        tx: &mut Tx,
        pending: &Pending,
        read: Read,
    ) -> anyhow::Result<Progress> {
        let collection = self.settings.id;
        if let Some((old, range)) = store::range_of_path(tx, collection, &pending.path).await? {
            index::remove(tx, collection, &self.settings.analyzer(), range.numbers()).await?;
            store::delete_document(tx, old).await?;
        }
        let (document, chunks, failure) = match read {
            Ok((document, prepared)) => {
                let numbers = index::add(tx, collection, &prepared).await?;
                let count = numbers.end - numbers.start;
                (Some(document.extracted), Range { first: numbers.start, count }, None)
            }
            Err(reason) => (None, Range::default(), Some(reason)),
        };
        let row = NewRow {
            collection,
            source: pending.source_id,
            path: &pending.path,
            kind: document.as_ref().map(|it| it.kind.as_str()),
            language: document
                .as_ref()
                .and_then(|it| it.language)
                .map(retrieval::extract::Language::as_str),
            title: document.as_ref().and_then(|it| it.title.as_deref()),
            tags: &pending.tags.0,
            hash: &pending.hash,
            bytes: i64::try_from(pending.content.len()).unwrap_or(i64::MAX),
            chunks,
            failure: failure.as_deref(),
            modified_at: pending.modified_at,
            added_at: app.clock.now(),
        };
        store::insert(tx, DocumentId::new(), &row).await?;
        let failure = failure.map(|reason| Failure { path: pending.path.clone(), reason });
        Ok(Progress { place: pending.place, chunks: i64::from(chunks.count), failure })
    }
}

fn new_chunks(
    pending: &Pending,
    document: &ReadDocument,
    vectors: &mut impl Iterator<Item = Vec<f32>>,
) -> Vec<NewChunk> {
    let title = document.extracted.title.as_deref().unwrap_or_default();
    let chunks = document.chunks.iter().map(|chunk| NewChunk {
        span: chunk.span.start as u64..chunk.span.end as u64,
        lines: chunk.lines,
        context: if chunk.heading.contains(title) {
            pending.path.clone()
        } else {
            format!("{} {title}", pending.path)
        },
        heading: chunk.heading.clone(),
        body: chunk.text(&document.extracted).to_owned(),
        embedding: vectors.next(),
    });
    chunks.collect()
}

async fn finish(app: &App, id: JobId) -> anyhow::Result<()> {
    let mut tx = app.db.write(&app.service_scope("knowledge")).await?;
    let Some(ingest) = store::ingest(&mut tx, id).await? else { return Ok(()) };
    let collection = ingest.collection_id;
    let now = app.clock.now();
    store::finish_ingest(&mut tx, id, now).await?;
    let change = Change {
        kind: "knowledge.ingested",
        project: Some(ingest.project),
        target: id.to_string(),
        detail: json!({
            "collection": ingest.collection,
            "documents": ingest.done,
            "failed": ingest.failed,
            "chunks": ingest.chunks,
        }),
    };
    log::append_events(&mut tx, now, vec![change]).await?;
    app.commit(tx).await?;
    approximate(app, collection, None).await
}
