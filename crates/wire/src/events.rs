//! What happened, as CloudEvents.

use serde::{Deserialize, Serialize};

use crate::{EventId, Slug, Timestamp};

/// An event, CloudEvents 1.0 in JSON, with the extensions of this product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Event {
    /// `1.0`.
    pub specversion: String,
    pub id: EventId,
    /// `/commandcenter/<slice>`.
    pub source: String,
    /// `<slice>.<past-tense>`, as `federation.status_changed`.
    #[serde(rename = "type")]
    pub kind: String,
    /// `cc.<tenant>.<project|_>.<slice>.<past-tense>`: where it is published on the mesh.
    pub subject: String,
    pub time: Timestamp,
    pub datacontenttype: String,
    /// Position in the tenant's log, from 1, rising; the `Last-Event-ID` of a stream.
    pub sequence: i64,
    pub tenant: Slug,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<Slug>,
    /// Who caused it, as in the audit record.
    pub actor: String,
    /// The same for everything that follows from one request.
    pub correlationid: String,
    /// The event that caused this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causationid: Option<EventId>,
    /// W3C trace context.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    #[schema(value_type = Object)]
    pub data: serde_json::Value,
}

/// `POST /api/v1/events/replay`: publish stored events again, with their first ids.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Replay {
    /// A subject pattern as NATS has them: `cc.default.*.federation.>`. Everything when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correlation: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Replayed {
    pub events: u64,
}
