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
    #[error("cancelled")]
    Cancelled,
}
