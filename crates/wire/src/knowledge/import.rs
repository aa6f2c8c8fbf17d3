//! What an import did.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Failure;
use crate::Slug;

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
