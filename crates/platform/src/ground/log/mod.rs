//! What happened: the event log, which is the outbox, and the audit chain beside it.
//!
//! Both are appended in the transaction of the change. The row of `log_head` is locked by it, so
//! that the order of numbers is the order of commits and a reader who has seen number n has seen
//! everything below.

mod audit;
mod event;
mod feed;
mod store;

pub(crate) use audit::{FIRST_PREV, chain_break};
pub(crate) use event::Event;
pub(crate) use feed::Feed;
pub(crate) use store::*;

use db::Tx;
use serde_json::Value;
use wire::{Slug, Timestamp};

/// A change worth remembering.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    /// `<slice>.<past-tense>`.
    pub kind: &'static str,
    pub project: Option<Slug>,
    /// What it was done to: a slug, an id.
    pub target: String,
    pub detail: Value,
}

/// Appends the audit record and the event of `change`.
pub(crate) async fn append(tx: &mut Tx, at: Timestamp, change: Change) -> Result<(), db::Error> {
    audit::append(tx, at, &change).await?;
    append_events(tx, at, vec![change]).await
}

/// Appends events without audit records: for what the system notices, not what somebody did.
pub(crate) async fn append_events(
    tx: &mut Tx,
    at: Timestamp,
    changes: Vec<Change>,
) -> Result<(), db::Error> {
    let count = i64::try_from(changes.len()).unwrap_or(i64::MAX);
    if count == 0 {
        return Ok(());
    }
    let last = store::reserve_event_numbers(tx, count).await?;
    for (sequence, change) in (last - count + 1..=last).zip(changes) {
        let event = Event::new(tx.scope(), sequence, at, change);
        store::insert_event(tx, &event).await?;
    }
    Ok(())
}
