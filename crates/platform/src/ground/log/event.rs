//! An event of the log and its form on the wire.

use db::Scope;
use serde_json::Value;
use wire::{EventId, Slug, Timestamp};

use super::Change;

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Event {
    pub id: EventId,
    pub sequence: i64,
    pub kind: String,
    pub subject: String,
    pub at: Timestamp,
    pub project: Option<Slug>,
    pub actor: String,
    pub correlation: String,
    pub causation: Option<EventId>,
    pub traceparent: Option<String>,
    pub data: Value,
}

impl Event {
    pub(super) fn new(scope: &Scope, sequence: i64, at: Timestamp, change: Change) -> Self {
        let course = scope.course();
        Self {
            id: EventId::new(),
            sequence,
            subject: subject(&scope.tenant().slug, change.project.as_ref(), change.kind),
            kind: change.kind.to_owned(),
            at,
            project: change.project,
            actor: scope.actor().to_owned(),
            correlation: course.correlation.clone(),
            causation: course.causation,
            traceparent: course.traceparent.clone(),
            data: change.detail,
        }
    }

    /// As a `CloudEvent` of `tenant`.
    pub(crate) fn to_wire(&self, tenant: &Slug) -> wire::events::Event {
        let slice = self.kind.split('.').next().unwrap_or_default();
        wire::events::Event {
            specversion: "1.0".to_owned(),
            id: self.id,
            source: format!("/commandcenter/{slice}"),
            kind: self.kind.clone(),
            subject: self.subject.clone(),
            time: self.at,
            datacontenttype: "application/json".to_owned(),
            sequence: self.sequence,
            tenant: tenant.clone(),
            project: self.project.clone(),
            actor: self.actor.clone(),
            correlationid: self.correlation.clone(),
            causationid: self.causation,
            traceparent: self.traceparent.clone(),
            data: self.data.clone(),
        }
    }
}

/// `cc.<tenant>.<project|_>.<slice>.<past-tense>`.
pub(crate) fn subject(tenant: &Slug, project: Option<&Slug>, kind: &str) -> String {
    format!("cc.{tenant}.{}.{kind}", project.map_or("_", Slug::as_str))
}
