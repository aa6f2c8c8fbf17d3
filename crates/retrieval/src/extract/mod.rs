//! Reads the bytes of one file into text with a kind: Markdown stays as it is, a web page, a Word
//! file and a notebook become Markdown, a PDF becomes its pages, source code stays source code.
//!
//! [`extract`] runs parsers over strangers' bytes and may therefore abort, overflow its stack or
//! take for ever; a server reads through [`worker`], where that costs one document and no more.

mod decode;
mod detect;
mod error;
mod kind;
mod notebook;
mod office;
mod page;
mod pdf;
pub mod worker;

pub use error::ExtractError;
pub use kind::{Kind, Language};
pub(crate) use pdf::PAGE_HEADING;

use serde::{Deserialize, Serialize};

use detect::Format;

use crate::chunk::text_title;

/// The text of a file and what kind of text it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extracted {
    /// What the file was.
    pub kind: Kind,
    /// The programming language, for source code whose language is known.
    pub language: Option<Language>,
    /// What the document calls itself; `None` when it does not.
    pub title: Option<String>,
    /// The text: Markdown for [`Kind::Markdown`], [`Kind::Html`], [`Kind::Docx`] and
    /// [`Kind::Notebook`], else as it stands in the file.
    pub text: String,
}

/// Reads `bytes`. What they are is decided by themselves; `path` is only asked for what content
/// cannot tell, as the language of source code. An empty file is an empty text.
///
/// # Errors
/// When the bytes are not text in any format known here, or are damaged or locked.
pub fn extract(path: &str, bytes: &[u8]) -> Result<Extracted, ExtractError> {
    match detect::binary_format(bytes)? {
        Some(Format::Pdf) => pdf::read(bytes),
        Some(Format::Docx) => office::read(bytes),
        None => read_text(path, decode::decode(bytes)?),
    }
}

fn read_text(path: &str, text: String) -> Result<Extracted, ExtractError> {
    let (kind, language) = detect::text_kind(path, &text);
    let (title, text) = match kind {
        Kind::Html => page::read(&text)?,
        Kind::Notebook => notebook::read(&text)?,
        Kind::Markdown => (page::markdown_title(&text), text),
        Kind::Text => (text_title(&text).map(str::to_owned), text),
        Kind::Source | Kind::Json | Kind::Yaml | Kind::Toml | Kind::Pdf | Kind::Docx => {
            (None, text)
        }
    };
    Ok(Extracted { kind, language, title, text })
}

#[cfg(test)]
mod tests;
