//! One action to many projects.

use serde::{Deserialize, Serialize};

use crate::{FanoutId, Slug, Timestamp};

/// `POST /api/fed/fanout`: one action to many projects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFanout {
    /// What the instances are to do: `ping`, `beat` or `report`.
    pub action: String,
    pub projects: Vec<Slug>,
    /// How long to wait for answers, in milliseconds; 5,000 when absent, 20,000 at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline_ms: Option<u64>,
}

/// What came of a fan-out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Fanout {
    pub id: FanoutId,
    pub action: String,
    /// In the order asked.
    pub results: Vec<FanoutResult>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FanoutResult {
    pub project: Slug,
    pub outcome: FanoutOutcome,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    pub answer: Option<serde_json::Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FanoutOutcome {
    Answered,
    /// Its `allow_fanout` does not name the sender.
    Denied,
    /// No such project.
    NotFound,
    /// Nothing by the deadline, or nobody listens.
    NoAnswer,
    /// It answered with an error.
    Failed,
}

/// What a fan-out sends to `hub.<slug>.fanout`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FanoutCall {
    pub id: FanoutId,
    pub action: String,
    /// The project that asks; absent when a person or an administrator does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Slug>,
    pub to: Slug,
    pub issued_at: Timestamp,
    /// Ed25519 by the federation over the canonical JSON without this field, base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
}

/// What an instance answers to a [`FanoutCall`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FanoutReply {
    Answer(serde_json::Value),
    Error(String),
}

/// `GET /api/fed/identity`: the key that signs what the federation sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Identity {
    /// Public Ed25519 key, base64.
    pub verify_key: String,
}
