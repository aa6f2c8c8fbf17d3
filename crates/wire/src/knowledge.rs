//! The knowledge base of a project: collections of documents, and questions to them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{CollectionId, DocumentId, JobId, Slug, SourceId, Timestamp};

/// The collection documents go to when none is named.
pub const DEFAULT_COLLECTION: &str = "documents";

/// A collection: documents that are chunked, indexed and searched in one way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Collection {
    pub id: CollectionId,
    pub project: Slug,
    pub name: Slug,
    /// Words are stemmed in it: `english`, …, or `none`.
    pub language: String,
    /// What made the vectors that serve; absent when it is searched by keyword alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// A chunk's size and its overlap with the next, in tokens of the model.
    pub chunk_tokens: u32,
    pub chunk_overlap: u32,
    /// Of the vector leg, as fitted on this collection; absent: 0.7.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<f32>,
    pub documents: u64,
    /// Documents that could not be read.
    pub failed: u64,
    pub chunks: u64,
    pub words: u64,
    /// Of the documents as they came.
    pub bytes: u64,
    pub created_at: Timestamp,
}

/// What a new collection is told. Chunking and language stay as they are at the start.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCollection {
    #[schema(value_type = String)]
    pub name: String,
    /// `english` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// 32 to 512; 256 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chunk_tokens: Option<u32>,
    /// Less than half of `chunk_tokens`; 32 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chunk_overlap: Option<u32>,
}

/// A document to add. Exactly one of `text` and `base64` holds its content.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDocument {
    /// Unique in its collection; a second one of the same path replaces the first.
    pub path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// For what is no text: PDF, DOCX, other encodings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base64: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// When the file last changed; when it was added if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified_at: Option<Timestamp>,
}

/// Documents to add in the background.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDocuments {
    /// Made when it does not exist; `documents` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub collection: Option<String>,
    /// 1 to 1,000.
    pub documents: Vec<NewDocument>,
}

/// The progress of documents on their way into a collection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ingest {
    pub id: JobId,
    pub collection: Slug,
    pub state: IngestState,
    /// Documents to read; those whose content is there already are not among them.
    pub total: u64,
    pub done: u64,
    /// Of those done, the ones that could not be read.
    pub failed: u64,
    pub unchanged: u64,
    /// Chunks written so far.
    pub chunks: u64,
    pub queued_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    /// Documents that failed, with the reason; the first 100.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<Failure>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IngestState {
    Running,
    Done,
}

/// Why a document could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Failure {
    pub path: String,
    pub reason: String,
}

/// What a folder holds, to be compared with a collection.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub collection: Option<String>,
    /// At most 20,000.
    pub entries: Vec<ManifestEntry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ManifestEntry {
    pub path: String,
    /// SHA-256 of the bytes, as 64 hexadecimal digits.
    pub hash: String,
}

/// Where a manifest and a collection differ: places in the manifest's list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Comparison {
    pub new: Vec<u32>,
    pub changed: Vec<u32>,
    pub unchanged: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Document {
    pub id: DocumentId,
    pub collection: Slug,
    pub path: String,
    /// `markdown`, `text`, `html`, `pdf`, `docx`, `source`, `json`, `yaml`, `toml`, `notebook`;
    /// absent when it could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Of source code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    pub tags: Vec<String>,
    pub bytes: u64,
    pub chunks: u32,
    /// SHA-256 of the bytes.
    pub hash: String,
    /// The source that brought it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceId>,
    /// Why it could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    pub modified_at: Timestamp,
    pub added_at: Timestamp,
}

/// A document with its text, as it was extracted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DocumentText {
    #[serde(flatten)]
    pub document: Document,
    pub text: String,
}

/// How many documents a removal took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Removed {
    pub documents: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SearchMode {
    #[default]
    Hybrid,
    Vector,
    Keyword,
}

impl SearchMode {
    pub const ALL: [Self; 3] = [Self::Keyword, Self::Vector, Self::Hybrid];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hybrid => "hybrid",
            Self::Vector => "vector",
            Self::Keyword => "keyword",
        }
    }
}

impl fmt::Display for SearchMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for SearchMode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|mode| mode.as_str() == text);
        found.ok_or_else(|| format!("{text:?} is no mode, say hybrid, vector or keyword"))
    }
}

/// A question. `query` may hold `"a phrase"`, `-without` and `path:docs/**`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchRequest {
    /// 1 to 4,096 bytes.
    pub query: String,
    #[serde(default)]
    pub mode: SearchMode,
    /// 1 to 100; 10 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// `next` of the answer before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    #[serde(default, skip_serializing_if = "SearchFilters::is_empty")]
    pub filters: SearchFilters,
    /// Of the vector leg, 0 to 1; the collection's when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<f32>,
    /// 0 to 1: how much a hit has to differ from those above it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diversify: Option<f32>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub explain: bool,
}

/// Every filter that is given must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchFilters {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub collection: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// A glob, as `docs/**/*.md`; without wildcards a folder or a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// Changed then or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

impl SearchFilters {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SearchAnswer {
    pub hits: Vec<Hit>,
    /// What was searched with: `keyword` where a vector was asked for and there is no model.
    pub mode: SearchMode,
    pub took_ms: f64,
    /// Why the list is empty, or why it is not what was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    /// The cursor of the next page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A chunk that answers the question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Hit {
    pub document: DocumentId,
    pub collection: Slug,
    pub path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The headings above it, or the definition it is in.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub heading: String,
    /// First and last line, counted from 1.
    pub lines: [u32; 2],
    /// First byte and the one after the last, of the document's text.
    pub span: [u64; 2],
    pub score: f32,
    pub text: String,
    /// Bytes of `text` that match a word of the query: first, and the one after the last.
    pub highlights: Vec<[u32; 2]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explain: Option<Explanation>,
}

/// Why a hit stands where it stands: its score is the sum of weight × normalised over the legs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Explanation {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keyword: Option<Leg>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vector: Option<Leg>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Leg {
    /// Among the candidates of this leg, from 1.
    pub rank: usize,
    /// BM25 or cosine.
    pub raw: f32,
    /// 0 for the worst candidate, 1 for the best.
    pub normalised: f32,
    pub weight: f32,
}

/// Queries with known answers, to measure each mode by.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvaluationRequest {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub collection: Option<String>,
    /// 1 to 200.
    pub queries: Vec<JudgedQuery>,
    /// All three when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub modes: Vec<SearchMode>,
    /// Vector weights to try in hybrid mode beside the collection's own, for fitting one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub percent_weights: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JudgedQuery {
    pub text: String,
    /// Paths of the documents that answer it.
    pub relevant: Vec<String>,
}

/// What each query is worth in each mode, in the order they were asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Evaluation {
    pub runs: Vec<EvaluationRun>,
    /// Where a mode could not be run, why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EvaluationRun {
    pub mode: SearchMode,
    /// Of the vector leg, when one of `percent_weights` was tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent_weight: Option<u8>,
    pub queries: Vec<QueryMeasures>,
}

/// Each 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct QueryMeasures {
    #[serde(rename = "ndcg@10")]
    pub ndcg: f64,
    #[serde(rename = "recall@100")]
    pub recall: f64,
    #[serde(rename = "mrr")]
    pub reciprocal_rank: f64,
}

/// What became of a file that was imported.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ImportReport {
    pub collection: Slug,
    /// Documents in the file.
    pub records: u64,
    /// Of them, those that were written.
    pub documents: u64,
    /// Of them, those that were there already.
    pub skipped: u64,
    /// Chunks that were written.
    pub chunks: u64,
    /// Of the vectors that serve now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dimensions: Option<u32>,
    /// Of the vectors in the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_dimensions: Option<u32>,
    /// Documents that could not be read, with the reason; the first 100.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<Failure>,
    /// How much of the ten nearest by the vectors in the file is among the ten nearest by ours,
    /// 0 to 1, in the mean of up to 50 documents; absent when either side has no vectors.
    #[serde(default, rename = "overlap@10", skip_serializing_if = "Option::is_none")]
    pub overlap: Option<f64>,
    /// What is not as it was, or not finished.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
}

impl ImportReport {
    /// Of an import that has done nothing yet.
    pub fn new(collection: &Slug) -> Self {
        Self {
            collection: collection.clone(),
            records: 0,
            documents: 0,
            skipped: 0,
            chunks: 0,
            dimensions: None,
            source_dimensions: None,
            failures: Vec::new(),
            overlap: None,
            notice: None,
        }
    }
}

/// A table of another PostgreSQL to import; read once, in a transaction that only reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TableImport {
    /// Made when it does not exist; `documents` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub collection: Option<String>,
    /// `postgres://…`; not kept.
    pub url: String,
    /// Its name, after its schema and a dot where that is another than `public`.
    pub table: String,
    /// Column of what tells the rows apart.
    pub id: String,
    /// Column of the texts.
    pub text: String,
    /// Column of JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<String>,
    /// Column of pgvector's `vector` or `halfvec`, or of an array of numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub embedding: Option<String>,
}

/// What may change of a collection.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CollectionPatch {
    /// Of the vector leg, 0 to 1; `null` goes back to the default.
    pub weight: Option<f32>,
}

/// A place documents come from, looked at again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Source {
    pub id: SourceId,
    pub collection: Slug,
    pub kind: SourceKind,
    /// A folder of the server, or a URL.
    pub location: String,
    /// Seconds between two looks.
    pub every: u64,
    /// Links to follow from the first page of a site.
    pub depth: u32,
    /// Documents that are gone there are removed here.
    pub prune: bool,
    pub created_at: Timestamp,
    pub next_run_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_run_at: Option<Timestamp>,
    /// What the last look found, or why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_result: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type, ToSchema)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum SourceKind {
    /// A folder on the server's machine, with `.gitignore` respected.
    Folder,
    /// A git repository by URL or path: what its default branch holds.
    Git,
    /// RSS, Atom or JSON Feed.
    Feed,
    /// Pages of one host, by their links, within `robots.txt`.
    Site,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSource {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub collection: Option<String>,
    pub kind: SourceKind,
    pub location: String,
    /// Seconds, at least 60; an hour when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<u64>,
    /// 0 to 5; 2 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depth: Option<u32>,
    #[serde(default)]
    pub prune: bool,
}
