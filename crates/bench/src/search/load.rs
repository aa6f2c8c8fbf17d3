//! The collection, loaded the way documents are: prepared without a database, added in batches.

use std::time::Instant;

use anyhow::Result;
use retrieval::IndexId;
use retrieval::index::{self, NewChunk, Prepared};
use retrieval::keyword::{Analyzer, Language};

use super::corpus::{Chunk, Corpus};
use crate::knowledge::Base;

const BATCH: usize = 1_000;

pub(super) struct Loaded {
    pub index: IndexId,
    pub chunks_per_second: f64,
    /// Of the approximate index, on PostgreSQL.
    pub indexed_in_seconds: f64,
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
pub(super) async fn load(base: &Base, corpus: &Corpus) -> Result<Loaded> {
    let began = Instant::now();
    let index = IndexId::new();
    let mut tx = base.write().await?;
    index::create(&mut tx, index).await?;
    tx.commit().await?;
    let analyzer = Analyzer::new(Language::English);
    for batch in corpus.chunks.chunks(BATCH) {
        let prepared: Vec<Prepared> =
            batch.iter().map(|chunk| index::prepare(&analyzer, new_chunk(chunk))).collect();
        let mut tx = base.write().await?;
        index::add(&mut tx, index, &prepared).await?;
        tx.commit().await?;
    }
    let chunks_per_second = corpus.chunks.len() as f64 / began.elapsed().as_secs_f64();
    let began = Instant::now();
    base.approximate(index).await?;
    Ok(Loaded { index, chunks_per_second, indexed_in_seconds: began.elapsed().as_secs_f64() })
}

fn new_chunk(chunk: &Chunk) -> NewChunk {
    NewChunk {
        span: 0..chunk.text.len() as u64,
        lines: (1, 1),
        context: String::new(),
        heading: String::new(),
        body: chunk.text.clone(),
        embedding: Some(chunk.vector.clone()),
    }
}
