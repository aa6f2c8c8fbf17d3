//! What the tools are asked: the descriptions are read by whoever calls them.

use schemars::JsonSchema;
use serde::Deserialize;
use wire::knowledge::SearchMode;

/// How to search.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Mode {
    /// By word and by meaning.
    Hybrid,
    /// By meaning alone.
    Vector,
    /// By word alone.
    Keyword,
    /// By word and by meaning, and what the graph connects with the best hits.
    Graph,
}

impl From<Mode> for SearchMode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Hybrid => Self::Hybrid,
            Mode::Vector => Self::Vector,
            Mode::Keyword => Self::Keyword,
            Mode::Graph => Self::Graph,
        }
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Search {
    /// The project whose documents are searched, by its slug, for example `atlas`.
    pub project: String,
    /// A question in plain words, or key words. `"a phrase"` must occur, `-word` must not,
    /// `path:docs/**` limits where.
    pub query: String,
    /// Only this collection; all of the project when absent.
    pub collection: Option<String>,
    /// Only documents of these paths: a folder, a file, or a glob as `docs/**/*.md`.
    pub path: Option<String>,
    /// Only documents of this kind: markdown, text, html, pdf, docx, source, json, yaml, toml or
    /// notebook.
    pub kind: Option<String>,
    /// Only documents with this tag.
    pub tag: Option<String>,
    /// `hybrid` when absent.
    pub mode: Option<Mode>,
    /// How many hits, 1 to 100; 10 when absent.
    #[schemars(range(min = 1, max = 100))]
    pub limit: Option<usize>,
    /// `next` of the answer before, for the hits that follow it.
    pub cursor: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadDocument {
    /// The project the document belongs to, by its slug.
    pub project: String,
    /// The document's id, as `document` of a hit.
    pub document: String,
    /// The first line wanted, counted from 1; the start when absent.
    #[schemars(range(min = 1))]
    pub first_line: Option<usize>,
    /// The last line wanted; the end when absent.
    #[schemars(range(min = 1))]
    pub last_line: Option<usize>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AddDocument {
    /// The project to add to, by its slug.
    pub project: String,
    /// Names the document in its collection, for example `notes/decision.md`. The ending says how
    /// it is read. A document that is there under this path is replaced.
    pub path: String,
    /// The whole text of the document.
    pub text: String,
    /// The collection; `documents` when absent. It is made when it does not exist.
    pub collection: Option<String>,
    /// Words to find it by as a filter, at most 32.
    #[serde(default)]
    pub tags: Vec<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListCollections {
    /// The project, by its slug.
    pub project: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Evaluate {
    /// The project, by its slug.
    pub project: String,
    /// The collection to measure; `documents` when absent.
    pub collection: Option<String>,
    /// 1 to 200 questions whose answers are known.
    #[schemars(length(min = 1, max = 200))]
    pub queries: Vec<JudgedQuery>,
    /// The ways of searching to measure; all three when absent.
    #[serde(default)]
    pub modes: Vec<Mode>,
}

/// A question with its answers.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct JudgedQuery {
    /// The question.
    pub text: String,
    /// Paths of the documents that answer it.
    pub relevant: Vec<String>,
}
