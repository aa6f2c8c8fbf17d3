//! Reads strangers' files in child processes with bounds on input, answer, time and memory.
//!
//! A parser that aborts, overflows its stack, runs out of memory or never ends takes its child with
//! it and nothing else: that document fails with a reason, the next one gets a fresh child.
//!
//! Parent and child speak in frames over the child's standard input and output: the length in
//! eight bytes, little-endian, then so many bytes. The first frame to the child is its
//! settings; then, per document, its path and its bytes go in and a result comes out.

mod child;
mod pool;

pub use child::serve;
pub use pool::Pool;

use std::{path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{ExtractError, Extracted};
use crate::chunk::Chunk;

/// How to start a child: a program that calls [`serve`] on its standard input and output.
#[derive(Clone, Debug)]
pub struct Command {
    pub program: PathBuf,
    pub arguments: Vec<String>,
}

/// What one document may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The most bytes of a file.
    pub input_bytes: u64,
    /// The most bytes of an answer: text and chunks as JSON.
    pub answer_bytes: u64,
    /// From the start of the child, or the hand-over to a waiting one, to the whole answer.
    pub time: Duration,
    /// The address space of a child, its program and its tokenizer included.
    pub memory_bytes: u64,
    /// Children that read at the same time.
    pub children: usize,
}

impl Default for Limits {
    /// 64 MiB in, 256 MiB out, 30 seconds, 1 GiB, two children.
    fn default() -> Self {
        Self {
            input_bytes: 64 << 20,
            answer_bytes: 256 << 20,
            time: Duration::from_secs(30),
            memory_bytes: 1 << 30,
            children: 2,
        }
    }
}

/// What a child is told once, before its first document.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Settings {
    memory_bytes: u64,
    /// Processor time per document. The parent stops a slow child; this ends one whose parent was
    /// killed meanwhile.
    cpu_seconds: u64,
    tokens: usize,
    overlap: usize,
}

/// A file as text, and that text in chunks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadDocument {
    pub extracted: Extracted,
    pub chunks: Vec<Chunk>,
}

/// Why a document was not read.
#[derive(Debug, Error)]
pub enum WorkerError {
    #[error(transparent)]
    Extract(#[from] ExtractError),
    #[error("the file has {bytes} bytes, the limit is {limit}; split it or raise the limit")]
    TooLarge { bytes: u64, limit: u64 },
    #[error("reading the file took more than {} seconds and was stopped", .0.as_secs_f32())]
    TooSlow(Duration),
    #[error("the text of the file is larger than the limit of {limit} bytes; split the file")]
    AnswerTooLarge { limit: u64 },
    #[error(
        "the reader ended while it read the file: the file is damaged or needs too much memory"
    )]
    Died,
    #[error("the reader did not start: {program}")]
    Start {
        program: PathBuf,
        #[source]
        source: std::io::Error,
    },
}
