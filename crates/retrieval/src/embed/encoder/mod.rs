//! A BERT sentence encoder with mean pooling, computed here: no native library, no padding.

mod attention;
mod config;
mod forward;
mod matrix;
mod pointwise;
mod product;
mod tokens;
mod weights;

use std::num::NonZero;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use tokio_util::sync::CancellationToken;

use self::config::Config;
use self::forward::forward;
use self::product::Threads;
pub use self::tokens::Counter;
use self::tokens::Tokens;
use self::weights::Weights;
use super::{EmbedError, ModelId};

/// A model is trained to read this much of a text, special tokens included
/// (`sentence_bert_config.json` of the models of sentence-transformers).
const MAX_TOKENS: usize = 256;

/// Of one thread: enough that the weights are read seldom, few enough that the rows stay near.
const BATCH_TOKENS: usize = 512;

/// The model of one folder, ready to embed. Its weights take the memory that their file takes on disk;
/// a call adds, for each thread, 4 bytes × 512 tokens × (7 × hidden + intermediate): 9 MB.
pub struct Encoder {
    id: ModelId,
    config: Config,
    tokens: Tokens,
    weights: Weights,
    pool: ThreadPool,
    /// For single texts. A thread that waits for its part of a question takes up whatever else its pool
    /// has to do, and would come back to the question when a folder of documents is read.
    questions: ThreadPool,
}

impl Encoder {
    /// Reads `config.json`, `tokenizer.json` and `model.safetensors` of `folder`, whose name names the
    /// model. `threads` of its own do the arithmetic.
    pub fn open(folder: &Path, threads: NonZero<usize>) -> Result<Self, EmbedError> {
        let path = folder.join("config.json");
        let config: Config = serde_json::from_slice(&read(&path)?)
            .map_err(|source| EmbedError::Config { path: path.clone(), source })?;
        if let Some(reason) = config.refusal() {
            return Err(EmbedError::Unsupported { path, reason });
        }
        let limit = MAX_TOKENS.min(config.max_position_embeddings);
        let tokens = Tokens::open(&folder.join("tokenizer.json"), limit, config.vocab_size)?;
        let weights = Weights::read(&folder.join("model.safetensors"), &config)?;
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let id = ModelId { name, dimensions: config.hidden_size };
        let (pool, questions) = (pool("embed", threads)?, pool("question", threads)?);
        Ok(Self { id, config, tokens, weights, pool, questions })
    }

    pub fn model(&self) -> &ModelId {
        &self.id
    }

    /// A vector of length 1 for each text, in the order of the texts. Blocks the calling thread.
    pub fn embed<T: AsRef<str> + Sync>(
        &self,
        texts: &[T],
        cancel: &CancellationToken,
    ) -> Result<Vec<Vec<f32>>, EmbedError> {
        let pool = if texts.len() == 1 { &self.questions } else { &self.pool };
        pool.install(|| {
            let tokens = |text: &T| {
                if cancel.is_cancelled() {
                    return Err(EmbedError::Cancelled);
                }
                self.tokens.of(text.as_ref())
            };
            let sequences: Vec<Vec<u32>> =
                texts.par_iter().map(tokens).collect::<Result<_, _>>()?;
            self.vectors(&sequences, cancel)
        })
    }

    fn vectors(
        &self,
        sequences: &[Vec<u32>],
        cancel: &CancellationToken,
    ) -> Result<Vec<Vec<f32>>, EmbedError> {
        let mut order: Vec<(usize, &[u32])> =
            sequences.iter().map(Vec::as_slice).enumerate().collect();
        order.sort_by_key(|(_, tokens)| std::cmp::Reverse(tokens.len()));
        let batches = batches(&order, self.pool.current_num_threads());
        let run = |batch: &[(usize, &[u32])], threads| {
            if cancel.is_cancelled() {
                return Err(EmbedError::Cancelled);
            }
            let tokens: Vec<&[u32]> = batch.iter().map(|(_, tokens)| *tokens).collect();
            let vectors = forward(&self.weights, &self.config, &tokens, threads);
            Ok(batch.iter().map(|(place, _)| *place).zip(vectors).collect())
        };
        let mut found: Vec<(usize, Vec<f32>)> = match *batches {
            [only] => run(only, Threads::All)?,
            _ => self.shared(&batches, |batch| run(batch, Threads::One))?,
        };
        found.sort_by_key(|(place, _)| *place);
        Ok(found.into_iter().map(|(_, vector)| vector).collect())
    }

    /// Each thread takes the next of `work` when it is done with one. The longest come first, so that
    /// all end together.
    fn shared<W: Sync, T: Send>(
        &self,
        work: &[W],
        run: impl Fn(&W) -> Result<Vec<T>, EmbedError> + Sync,
    ) -> Result<Vec<T>, EmbedError> {
        let next = AtomicUsize::new(0);
        let found = self.pool.broadcast(|_| {
            let mine = std::iter::from_fn(|| work.get(next.fetch_add(1, Ordering::Relaxed)));
            mine.map(&run).collect::<Result<Vec<_>, _>>()
        });
        let found = found.into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(found.into_iter().flatten().flatten().collect())
    }
}

fn pool(name: &'static str, threads: NonZero<usize>) -> Result<ThreadPool, EmbedError> {
    ThreadPoolBuilder::new()
        .num_threads(threads.get())
        .thread_name(move |index| format!("{name}-{index}"))
        .build()
        .map_err(EmbedError::Threads)
}

/// Neighbours that fit into a batch together, so many batches that no thread is idle.
fn batches<'a, 'b>(
    order: &'a [(usize, &'b [u32])],
    threads: usize,
) -> Vec<&'a [(usize, &'b [u32])]> {
    let all: usize = order.iter().map(|(_, tokens)| tokens.len()).sum();
    let limit = BATCH_TOKENS.min(all.div_ceil(threads));
    let mut filled = order.first().map_or(0, |(_, tokens)| tokens.len());
    order
        .chunk_by(|_, (_, next)| {
            filled += next.len();
            let fits = filled <= limit;
            if !fits {
                filled = next.len();
            }
            fits
        })
        .collect()
}

fn read(path: &Path) -> Result<Vec<u8>, EmbedError> {
    std::fs::read(path).map_err(|source| EmbedError::Read { path: path.to_owned(), source })
}
