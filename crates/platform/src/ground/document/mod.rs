//! What strangers write, YAML or JSON, as a tree that remembers where everything stands.
//!
//! Two steps: [`from_yaml`], [`from_yaml_stream`] and [`from_json`] refuse what cannot be read
//! at all, with one error; [`Field`] and [`Fields`] then read the tree and collect every error
//! at its place. The tree is bounded in size, depth and number of nodes, and holds no aliases,
//! so nothing written small can grow large. Nothing here knows what a document is about.

use wire::FieldError;

mod fields;
mod json;
mod yaml;

pub(crate) use fields::{At, Field, Fields, Text};
pub(crate) use json::from_json;
pub(crate) use yaml::{from_yaml, from_yaml_stream, literal};

/// The longest document, in bytes.
pub(crate) const MAX_BYTES: usize = 1024 * 1024;
/// Lists and mappings within each other.
const MAX_DEPTH: usize = 32;
/// Scalars, keys, lists and mappings in one document; a project of a catalog takes about ten.
const MAX_NODES: usize = 200_000;
/// Errors reported of one document; a reader gives up long before.
const MAX_ERRORS: usize = 500;

/// A place in a file, both from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub line: usize,
    pub column: usize,
}

/// One value of a document.
#[derive(Debug)]
pub(crate) struct Node {
    /// `None` in JSON, which comes as a request rather than a file.
    pub place: Option<Place>,
    pub kind: Kind,
}

#[derive(Debug)]
pub(crate) enum Kind {
    /// What every reader takes for text.
    Text(String),
    /// A scalar that is something else, to YAML 1.2, YAML 1.1 or JSON; as it is written.
    Literal(Literal, String),
    Sequence(Vec<Node>),
    /// In the order written; a key given twice is here twice.
    Mapping(Vec<(Key, Node)>),
}

#[derive(Debug)]
pub(crate) struct Key {
    pub place: Option<Place>,
    pub text: String,
    /// What a YAML tool may read the key as, when not as text.
    pub literal: Option<Literal>,
}

/// What an unquoted scalar is besides text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Literal {
    Null,
    Boolean,
    Number,
    Date,
    /// `<<`, which merges a mapping in YAML 1.1.
    Merge,
}

impl Literal {
    const fn words(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::Date => "a date",
            Self::Merge => "a merge",
        }
    }
}

/// `errors` in the order of their places, so many as a reader can use.
pub(crate) fn in_order(mut errors: Vec<FieldError>) -> Vec<FieldError> {
    errors.sort_by_key(|error| (error.line, error.column));
    let rest = errors.len().saturating_sub(MAX_ERRORS);
    if rest > 0 {
        errors.truncate(MAX_ERRORS);
        errors.push(FieldError::new("", format!("and {rest} more errors")));
    }
    errors
}

fn document_error(place: Option<Place>, message: impl Into<String>) -> FieldError {
    At { path: String::new(), place }.error(message)
}

fn check_size(bytes: &[u8]) -> Result<(), FieldError> {
    if bytes.len() > MAX_BYTES {
        return Err(document_error(None, "the document is longer than 1 MiB"));
    }
    Ok(())
}

fn too_deep() -> String {
    format!("lists and mappings nest deeper than {MAX_DEPTH}")
}

fn too_many() -> String {
    format!("the document holds more than {MAX_NODES} values")
}
