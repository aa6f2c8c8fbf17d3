//! What happened: asked for, followed, published again.

use serde::Serialize;
use wire::Timestamp;
use wire::events::{Event, Replay, Replayed};

use crate::Client;
use crate::error::Result;
use crate::pages::Items;
use crate::request::with_query;
use crate::stream::{Signals, read_json};

/// Which events. Everything absent means all of them.
#[derive(Debug, Clone, Default, Serialize)]
pub struct EventFilter {
    /// A subject pattern as NATS has them: `cc.default.*.federation.>`.
    pub subject: Option<String>,
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
    pub correlation: Option<String>,
    /// Per page, not in all.
    pub limit: Option<u32>,
}

#[derive(Serialize)]
struct StreamQuery<'a> {
    subject: Option<&'a str>,
}

impl Client {
    /// The stored events that match, oldest first.
    pub fn events(&self, filter: &EventFilter) -> Items<Event> {
        self.list(&["api", "v1", "events"], filter)
    }

    /// Events as they are recorded, across broken connections: those after the one numbered
    /// `after`, or those from now on.
    pub fn follow_events(
        &self,
        subject: Option<&str>,
        after: Option<i64>,
    ) -> Result<Signals<Event>> {
        let url =
            with_query(self.url(&["api", "v1", "events", "stream"]), &StreamQuery { subject })?;
        let last_id = after.map(|it| it.to_string()).unwrap_or_default();
        Ok(self.subscribe(url, last_id, |message| Some(read_json(message))))
    }

    /// Publishes stored events again, with their first ids.
    pub async fn replay(&self, replay: &Replay) -> Result<Replayed> {
        self.post(&["api", "v1", "events", "replay"], replay).await
    }
}
