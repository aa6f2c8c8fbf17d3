//! Every statement on `event`, `log_head` and `audit_record`.

use db::{Tx, run};
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{query, query_as, query_scalar};
use wire::audit::Record;
use wire::{EventId, Slug, Timestamp};

use super::Event;

/// Which part of the log is asked for. What is `None` does not narrow.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    /// Numbers above this one.
    pub after: i64,
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
    pub correlation: Option<String>,
}

/// Locks the head and takes the next `count` numbers; answers with the last of them.
pub(super) async fn reserve_event_numbers(tx: &mut Tx, count: i64) -> Result<i64, db::Error> {
    run!(
        tx,
        fetch_one,
        query_scalar(
            "insert into log_head (event_seq) values ($1)
             on conflict (tenant_id) do update set event_seq = log_head.event_seq + $1
             returning event_seq"
        )
        .bind(count)
    )
}

/// Locks the head and answers with the number and the predecessor of the next audit record.
pub(super) async fn next_audit(tx: &mut Tx) -> Result<(i64, String), db::Error> {
    run!(
        tx,
        fetch_one,
        query_as(
            "insert into log_head (audit_seq) values (1)
             on conflict (tenant_id) do update set audit_seq = log_head.audit_seq + 1
             returning audit_seq, audit_hash"
        )
    )
}

pub(super) async fn set_audit_head(tx: &mut Tx, hash: &str) -> Result<(), db::Error> {
    run!(tx, execute, query("update log_head set audit_hash = $1").bind(hash))?;
    Ok(())
}

pub(super) async fn insert_event(tx: &mut Tx, event: &Event) -> Result<(), db::Error> {
    run!(
        tx,
        execute,
        query(
            "insert into event (seq, id, kind, subject, at, project, actor, correlation,
                                causation, traceparent, data)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        )
        .bind(event.sequence)
        .bind(event.id)
        .bind(&event.kind)
        .bind(&event.subject)
        .bind(event.at)
        .bind(&event.project)
        .bind(&event.actor)
        .bind(&event.correlation)
        .bind(event.causation)
        .bind(&event.traceparent)
        .bind(Json(&event.data))
    )?;
    Ok(())
}

/// The events of `filter`, oldest first, at most `limit`.
pub(crate) async fn events(
    tx: &mut Tx,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<Event>, db::Error> {
    let rows: Vec<EventRow> = run!(
        tx,
        fetch_all,
        query_as(
            "select * from event
             where seq > $1
               and at >= $2 and at <= $3
               and ($4 is null or correlation = $4)
             order by seq limit $5"
        )
        .bind(filter.after)
        .bind(filter.since.unwrap_or(Timestamp::UNIX_EPOCH))
        .bind(filter.until.unwrap_or(FAR_FUTURE))
        .bind(&filter.correlation)
        .bind(limit)
    )?;
    Ok(rows.into_iter().map(Event::from).collect())
}

/// The last number given out.
pub(crate) async fn last_event_number(tx: &mut Tx) -> Result<i64, db::Error> {
    let last: Option<i64> =
        run!(tx, fetch_optional, query_scalar("select event_seq from log_head"))?;
    Ok(last.unwrap_or(0))
}

/// The oldest events the mesh has not acknowledged yet.
pub(crate) async fn unrelayed(tx: &mut Tx, limit: i64) -> Result<Vec<Event>, db::Error> {
    let rows: Vec<EventRow> = run!(
        tx,
        fetch_all,
        query_as("select * from event where relayed_at is null order by seq limit $1").bind(limit)
    )?;
    Ok(rows.into_iter().map(Event::from).collect())
}

/// Marks everything up to `sequence` as relayed.
pub(crate) async fn mark_relayed(
    tx: &mut Tx,
    sequence: i64,
    at: Timestamp,
) -> Result<(), db::Error> {
    run!(
        tx,
        execute,
        query("update event set relayed_at = $2 where relayed_at is null and seq <= $1")
            .bind(sequence)
            .bind(at)
    )?;
    Ok(())
}

/// Deletes relayed events from before `before`.
pub(crate) async fn prune_events(tx: &mut Tx, before: Timestamp) -> Result<u64, db::Error> {
    run!(
        tx,
        execute,
        query("delete from event where relayed_at is not null and at < $1").bind(before)
    )
}

/// Audit records numbered above `after`, oldest first.
pub(crate) async fn audit_records(
    tx: &mut Tx,
    after: i64,
    limit: i64,
) -> Result<Vec<Record>, db::Error> {
    let rows: Vec<RecordRow> = run!(
        tx,
        fetch_all,
        query_as("select * from audit_record where seq > $1 order by seq limit $2")
            .bind(after)
            .bind(limit)
    )?;
    Ok(rows.into_iter().map(Record::from).collect())
}

/// What should be the newest audit record, and what is: read in one statement, so that no append
/// comes between.
#[derive(sqlx::FromRow)]
pub(crate) struct AuditHead {
    /// As the head remembers it.
    pub seq: i64,
    pub hash: String,
    /// The highest number among the records themselves.
    pub highest: i64,
}

pub(crate) async fn audit_head(tx: &mut Tx) -> Result<AuditHead, db::Error> {
    run!(
        tx,
        fetch_one,
        query_as(
            "select coalesce((select audit_seq from log_head), 0) as seq,
                    coalesce((select audit_hash from log_head), $1) as hash,
                    coalesce((select max(seq) from audit_record), 0) as highest"
        )
        .bind(super::FIRST_PREV)
    )
}

/// 9999-12-31, past every event.
const FAR_FUTURE: Timestamp = Timestamp::from_micros(253_402_300_799_999_999);

#[derive(sqlx::FromRow)]
struct EventRow {
    seq: i64,
    id: EventId,
    kind: String,
    subject: String,
    at: Timestamp,
    project: Option<Slug>,
    actor: String,
    correlation: String,
    causation: Option<EventId>,
    traceparent: Option<String>,
    #[sqlx(rename = "data")]
    content: Json<Value>,
}

impl From<EventRow> for Event {
    fn from(row: EventRow) -> Self {
        Self {
            id: row.id,
            sequence: row.seq,
            kind: row.kind,
            subject: row.subject,
            at: row.at,
            project: row.project,
            actor: row.actor,
            correlation: row.correlation,
            causation: row.causation,
            traceparent: row.traceparent,
            data: row.content.0,
        }
    }
}

#[derive(sqlx::FromRow)]
struct RecordRow {
    seq: i64,
    at: Timestamp,
    actor: String,
    action: String,
    target: String,
    detail: Json<Value>,
    prev: String,
    hash: String,
}

impl From<RecordRow> for Record {
    fn from(row: RecordRow) -> Self {
        let RecordRow { seq, at, actor, action, target, detail, prev, hash } = row;
        Self { seq, at, actor, action, target, detail: detail.0, prev, hash }
    }
}
