//! The audit trail.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// One record: who did what to what, when. Chained to the one before by its hash.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Record {
    /// From 1, without gaps, per tenant.
    pub seq: i64,
    pub at: Timestamp,
    /// `key:<id>`, `user:<name>`, `instance:<slug>` or `service:<name>`.
    pub actor: String,
    /// `federation.project_registered`, as in the event of the same change.
    pub action: String,
    /// What it was done to: a slug, an id.
    pub target: String,
    #[schema(value_type = Object)]
    pub detail: serde_json::Value,
    /// SHA-256, hex, of the record before; 64 zeros for the first.
    pub prev: String,
    /// SHA-256, hex, over the RFC 8785 canonical JSON of this record without this field.
    pub hash: String,
}

/// `GET /api/v1/audit/verify`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Verification {
    pub records: i64,
    /// The first record whose hash, predecessor or number is not what it should be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken: Option<BrokenRecord>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BrokenRecord {
    pub seq: i64,
    pub what: String,
}
