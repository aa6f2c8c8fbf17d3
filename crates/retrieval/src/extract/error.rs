use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why a file was not read; the text is meant for the person who added it.
#[derive(Clone, Debug, Error, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExtractError {
    #[error("binary content; add a text, Markdown, HTML, PDF, DOCX, notebook or source file")]
    Binary,
    #[error("{format} is not supported; {remedy}")]
    Unsupported { format: String, remedy: String },
    #[error("the {format} is encrypted; remove its password and add it again")]
    Encrypted { format: String },
    #[error("the {format} is damaged: {reason}; export it again")]
    Damaged { format: String, reason: String },
    #[error("the PDF holds pictures of pages but no text; recognise its text first")]
    NoText,
}

impl ExtractError {
    pub(super) fn damaged(format: &str, reason: impl std::fmt::Display) -> Self {
        Self::Damaged { format: format.to_owned(), reason: reason.to_string() }
    }

    pub(super) fn unsupported(format: &str, remedy: &str) -> Self {
        Self::Unsupported { format: format.to_owned(), remedy: remedy.to_owned() }
    }
}
