//! For whom a transaction is opened.

use std::sync::Arc;

use wire::EventId;

use crate::Tenant;

/// A tenant and the principal that acts inside it. Holding one means that somebody proved who
/// they are: [`Scope::assume`] is called by authentication and by the application's own loops,
/// and clippy refuses it anywhere else.
#[derive(Debug, Clone)]
pub struct Scope {
    tenant: Tenant,
    actor: Arc<str>,
    course: Course,
}

/// In the course of what something happens: it ties the events of one request together.
#[derive(Debug, Clone, Default)]
pub struct Course {
    /// The same for everything that follows from one request.
    pub correlation: String,
    /// The event that is being reacted to.
    pub causation: Option<EventId>,
    /// W3C trace context.
    pub traceparent: Option<String>,
}

impl Scope {
    /// `actor` as the audit trail spells it: `key:<id>`, `service:<name>`.
    pub fn assume(tenant: Tenant, actor: impl Into<Arc<str>>, course: Course) -> Self {
        Self { tenant, actor: actor.into(), course }
    }

    pub const fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    pub fn actor(&self) -> &str {
        &self.actor
    }

    pub const fn course(&self) -> &Course {
        &self.course
    }
}
