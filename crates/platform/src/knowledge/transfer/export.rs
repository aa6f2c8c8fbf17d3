//! A collection as one archive, written while it is sent.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use db::{Scope, Tx};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures::{Stream, TryStreamExt, stream};
use retrieval::index;
use ring::digest::{Context, SHA256};
use wire::CollectionId;
use wire::knowledge::Document;

use super::archive::{Chunk, Description, End, Header, Line};
use crate::ground::app::App;
use crate::ground::error::{Error, Result};
use crate::ground::hex;
use crate::knowledge::collections::{self, Place};
use crate::knowledge::store::{self, DocumentFilter};

/// Documents of one transaction at most, and packed bytes that are enough for one.
const PAGE: i64 = 64;
const ENOUGH: usize = 1 << 20;
const CHUNKS: u32 = 512;

/// The archive in pieces. Documents are read page after page, each whole and in one transaction
/// with its chunks; what changes meanwhile behind the place that is reached is in the archive as it
/// is then.
pub(in crate::knowledge) async fn export(
    app: &App,
    scope: &Scope,
    place: Place,
) -> Result<impl Stream<Item = Result<Bytes>> + Send + use<>> {
    let mut tx = app.db.read(scope).await?;
    let settings = place.load(&mut tx).await?;
    let shown = collections::show(&mut tx, &place.project, &place.name).await?;
    let header = Header {
        weight: settings.weight,
        dimensions: index::dimensions(&mut tx, settings.id).await?,
        model: settings.model,
        documents: shown.documents,
        chunks: shown.chunks,
        ..Header::new(settings.language, (settings.chunk_tokens, settings.chunk_overlap))
    };
    drop(tx);
    let mut packer = Packer::new();
    packer.line(&Line::Archive(header))?;
    let export = Export {
        app: app.clone(),
        scope: scope.clone(),
        place,
        collection: settings.id,
        after: None,
        packer: Some(packer),
        documents: 0,
        chunks: 0,
    };
    let pieces = stream::try_unfold(export, async |mut export| {
        Ok(export.piece().await?.map(|piece| (piece, export)))
    });
    Ok(pieces.inspect_err(|error| tracing::warn!(error = %error, "an export was cut off")))
}

struct Export {
    app: App,
    scope: Scope,
    place: Place,
    collection: CollectionId,
    after: Option<String>,
    /// `None` when the last line is written.
    packer: Option<Packer>,
    documents: u64,
    chunks: u64,
}

impl Export {
    async fn piece(&mut self) -> Result<Option<Bytes>> {
        let Some(mut packer) = self.packer.take() else { return Ok(None) };
        while packer.packed() == 0 {
            if !self.page(&mut packer).await? {
                let bytes = packer.finish(self.documents, self.chunks)?;
                return Ok(Some(bytes.into()));
            }
        }
        let piece = packer.take();
        self.packer = Some(packer);
        Ok(Some(piece.into()))
    }

    /// Writes the next documents; `false` when there are none.
    async fn page(&mut self, packer: &mut Packer) -> Result<bool> {
        let mut tx = self.app.db.read(&self.scope).await?;
        if store::settings_by_id(&mut tx, self.collection).await?.is_none() {
            return Err(self.place.not_found());
        }
        let after = (self.after.as_deref(), PAGE);
        let all = DocumentFilter::default();
        let documents = store::documents(&mut tx, self.collection, &all, after).await?;
        if documents.is_empty() {
            return Ok(false);
        }
        for document in documents {
            // Replaced between two statements: read again in the next transaction.
            let Some(chunks) = self.chunks_of(&mut tx, &document).await? else { break };
            self.documents += 1;
            self.chunks += chunks.len() as u64;
            self.after = Some(document.path.clone());
            packer.line(&Line::Document(described(document)))?;
            for chunk in chunks {
                packer.line(&Line::Chunk(chunk))?;
            }
            if packer.packed() > ENOUGH {
                break;
            }
        }
        Ok(true)
    }

    async fn chunks_of(&self, tx: &mut Tx, document: &Document) -> Result<Option<Vec<Chunk>>> {
        let found = store::range_of_path(tx, self.collection, &document.path).await?;
        let range = found.filter(|(id, _)| *id == document.id).map(|(_, range)| range.numbers());
        let Some(range) = range else { return Ok(None) };
        let mut chunks = Vec::with_capacity(range.len());
        for start in range.clone().step_by(CHUNKS as usize) {
            let part = start..range.end.min(start.saturating_add(CHUNKS));
            let mut vectors = index::stored_vectors(tx, self.collection, part.clone()).await?;
            for chunk in index::chunks_of(tx, self.collection, part).await? {
                let vector = vectors.remove(&chunk.number);
                chunks.push(Chunk {
                    span: [chunk.span.start, chunk.span.end],
                    lines: [chunk.lines.0, chunk.lines.1],
                    context: chunk.context,
                    heading: chunk.heading,
                    body: chunk.body,
                    vector: vector.map(|bytes| BASE64.encode(bytes)),
                });
            }
        }
        Ok((chunks.len() == range.len()).then_some(chunks))
    }
}

fn described(document: Document) -> Description {
    Description {
        path: document.path,
        kind: document.kind,
        language: document.language,
        title: document.title,
        tags: document.tags,
        hash: document.hash,
        bytes: document.bytes,
        failure: document.failure,
        modified_at: document.modified_at,
        added_at: document.added_at,
        chunks: document.chunks,
    }
}

/// Packs lines. It is fed in pieces of one size, so that the same lines give the same bytes.
struct Packer {
    gzip: GzEncoder<Vec<u8>>,
    digest: Context,
    plain: Vec<u8>,
}

const PIECE: usize = 64 << 10;

impl Packer {
    fn new() -> Self {
        let gzip = GzEncoder::new(Vec::new(), Compression::default());
        Self { gzip, digest: Context::new(&SHA256), plain: Vec::new() }
    }

    fn line(&mut self, line: &Line) -> Result<()> {
        let start = self.plain.len();
        serde_json::to_writer(&mut self.plain, line).map_err(unpackable)?;
        self.plain.push(b'\n');
        self.digest.update(self.plain.get(start..).unwrap_or_default());
        let whole = self.plain.len() / PIECE * PIECE;
        for piece in self.plain.get(..whole).unwrap_or_default().chunks(PIECE) {
            self.gzip.write_all(piece).map_err(unpackable)?;
        }
        self.plain.drain(..whole);
        Ok(())
    }

    fn packed(&self) -> usize {
        self.gzip.get_ref().len()
    }

    fn take(&mut self) -> Vec<u8> {
        std::mem::take(self.gzip.get_mut())
    }

    fn finish(mut self, documents: u64, chunks: u64) -> Result<Vec<u8>> {
        let sha256 = hex::encode(self.digest.clone().finish().as_ref());
        self.line(&Line::End(End { documents, chunks, sha256 }))?;
        self.gzip.write_all(&self.plain).map_err(unpackable)?;
        self.gzip.finish().map_err(unpackable)
    }
}

fn unpackable(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    anyhow::Error::from(error).into()
}
