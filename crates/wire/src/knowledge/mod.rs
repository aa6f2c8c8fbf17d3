//! The knowledge base of a project: collections of documents, and questions to them.

mod evaluation;
mod import;
mod search;
mod source;

pub use evaluation::*;
pub use import::*;
pub use search::*;
pub use source::*;

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
    /// Why the last attempt went no further.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IngestState {
    Running,
    Done,
    /// Tried as often as it may: `error` says why. `jobs retry` goes on where it stopped.
    GaveUp,
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

/// What may change of a collection.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CollectionPatch {
    /// Of the vector leg, 0 to 1; `null` goes back to the default.
    pub weight: Option<f32>,
}
