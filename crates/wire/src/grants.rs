//! Which project may say what to which, and what they say.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{GrantId, InstanceId, MessageId, Slug, Timestamp};

/// Lets one project speak to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Grant {
    pub id: GrantId,
    pub from: Slug,
    pub to: Slug,
    /// Patterns: `*` is one word, a final `>` one or more.
    pub subjects: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub created_by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
}

/// `POST /api/v1/grants`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGrant {
    pub from: Slug,
    pub to: Slug,
    /// 1 to 32 patterns, as `report` or `knowledge.>`.
    pub subjects: Vec<String>,
    /// Never, when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// `POST /api/v1/mesh/publish`: a message that wants no answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMessage {
    pub from: Slug,
    pub to: Slug,
    /// Words joined by dots, as `report`.
    pub subject: String,
    #[serde(default)]
    #[schema(value_type = Object)]
    pub payload: Value,
}

/// `POST /api/v1/mesh/request`: a message that wants an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRequest {
    pub from: Slug,
    pub to: Slug,
    /// `ping`, `report` or `knowledge.search`.
    pub subject: String,
    #[serde(default)]
    #[schema(value_type = Object)]
    pub payload: Value,
    /// How long to wait, in milliseconds; 5,000 when absent, 20,000 at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline_ms: Option<u64>,
}

/// An instance of the receiving project has the message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Receipt {
    pub id: MessageId,
    pub from: Slug,
    pub to: Slug,
    pub subject: String,
    pub delivered_at: Timestamp,
    pub instance_id: InstanceId,
}

/// What came of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Delivered {
    pub receipt: Receipt,
}

/// What came of a request: an answer, or why there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Answered {
    pub receipt: Receipt,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    pub answer: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// What the instance is to do with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// Answer it.
    Request,
    /// Put it into the events of its project.
    Publish,
}

/// What is sent to `hub.<to>.mesh.<subject>`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MeshCall {
    pub id: MessageId,
    pub kind: MessageKind,
    pub subject: String,
    pub payload: Value,
    /// Who speaks to whom, and by what right.
    pub grant: Grant,
    pub issued_at: Timestamp,
    /// Ed25519 by the federation over the canonical JSON without this field, base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
}

/// What an instance answers to a [`MeshCall`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeshReply {
    Delivered(Answered),
    /// It is not taken, and why.
    Refused(String),
    /// It may be taken later.
    Unavailable,
}
