//! Cuts a text into chunks along its structure.
//!
//! Each kind of text is read into an `Outline`: the places where it may be cut, graded by how much
//! a cut there would hurt, and the headings or definitions it consists of. One packer then makes
//! the largest chunks that fit the budget with the gentlest cuts, for every kind alike.

mod atom;
mod grammar;
mod outline;
mod pack;
mod prose;
mod syntax;
mod tokens;

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::extract::Extracted;

pub(crate) use prose::text_title;
pub use tokens::approximate_tokens;

/// Between the parts of a heading path.
pub const HEADING_SEPARATOR: &str = " › ";

/// How large a chunk may be, in tokens of the model that will embed it.
#[derive(Clone, Copy)]
pub struct Budget<'a> {
    /// The most tokens of [`Chunk::indexed_text`], the two special tokens of the model included.
    /// Under 64 the budget is not always kept.
    pub tokens: usize,
    /// The most tokens that a piece of prose repeats from the end of the piece before it; at most
    /// a quarter of `tokens` is used.
    pub overlap: usize,
    /// The tokens of a text, special tokens not counted. Called once or twice per byte of text,
    /// on small pieces cut at white space; their counts are added up.
    pub count: &'a dyn Fn(&str) -> usize,
}

impl<'a> Budget<'a> {
    /// 256 tokens with an overlap of 32: what all-MiniLM-L6-v2 reads at once.
    pub fn new(count: &'a dyn Fn(&str) -> usize) -> Self {
        Self { tokens: 256, overlap: 32, count }
    }
}

/// One piece of a text, as it is indexed and found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunk {
    /// Bytes of [`Extracted::text`].
    pub span: Range<usize>,
    /// First and last line of the span in [`Extracted::text`], counted from 1.
    pub lines: (u32, u32),
    /// Where in the document the chunk is: headings joined by ` › `, `Page 3`, the definition in
    /// source code (`impl Store › fn insert`), the key path in JSON, YAML and TOML. Empty outside
    /// of all of them.
    pub heading: String,
}

impl Chunk {
    /// The text of the span; empty if `document` is not the one that was cut.
    pub fn text<'a>(&self, document: &'a Extracted) -> &'a str {
        document.text.get(self.span.clone()).unwrap_or_default()
    }

    /// What is to be embedded and indexed: the heading, a line break, the text.
    pub fn indexed_text(&self, document: &Extracted) -> String {
        let text = self.text(document);
        if self.heading.is_empty() { text.to_owned() } else { format!("{}\n{text}", self.heading) }
    }
}

/// Cuts a document into chunks, in its order. Together they cover all of the text but white space.
///
/// A Markdown section never shares a chunk with another, a definition only with its small
/// neighbours; a code fence, a table row, a definition and a sentence are cut only when one alone
/// exceeds the budget. Prose overlaps, code and structured text do not.
pub fn split(document: &Extracted, budget: &Budget<'_>) -> Vec<Chunk> {
    pack::pack(outline::of(document), budget)
}

#[cfg(test)]
mod tests;
