//! Is it alive, is it ready, and if not, what is missing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// `GET /readyz` and `GET /health`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Readiness {
    pub status: CheckStatus,
    /// `federation`, `hub`, `instance` or `worker`.
    pub service: String,
    pub version: String,
    /// What the service stands on, by name. One that fails while it is required makes the whole
    /// fail.
    pub checks: BTreeMap<String, Check>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Check {
    pub status: CheckStatus,
    /// The service cannot work without it.
    pub required: bool,
    pub latency_ms: f64,
    /// Since when it has this status.
    pub since: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// With `?verbose`: what else is known.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub detail: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum CheckStatus {
    Ok,
    Fail,
}
