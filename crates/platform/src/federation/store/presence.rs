//! The observed part of projects: standings, beats, transitions, and who may record them.

use std::collections::HashMap;
use std::time::Duration;

use db::{Tx, run};
use serde_json::{Map, Value, json};
use sqlx::types::Json;
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;
use wire::federation::{Reason, Report, Status, Transition};
use wire::{ProjectId, Timestamp};

use crate::federation::board::Standing;

/// A replica's claim to be the one that records.
#[derive(Debug, Clone, Copy)]
pub(in crate::federation) struct Lease {
    pub holder: Uuid,
    /// It hears the mesh.
    pub linked: bool,
    pub now: Timestamp,
    pub lasts: Duration,
}

/// Takes or renews the lease, and says how often it changed hands; `None` while another replica
/// holds it. The row stays locked until the transaction ends, so that what is recorded in it is
/// recorded once.
pub(in crate::federation) async fn renew(
    tx: &mut Tx,
    lease: Lease,
) -> Result<Option<i64>, db::Error> {
    run!(
        tx,
        fetch_optional,
        query_scalar(
            "insert into recorder_lease (holder, until, linked, term) values ($1, $2, $3, 1)
             on conflict (tenant_id) do update set holder = $1, until = $2, linked = $3,
                term = recorder_lease.term
                       + case when recorder_lease.holder = $1 then 0 else 1 end
             where recorder_lease.holder = $1 or recorder_lease.until < $4
                or (not recorder_lease.linked and $3)
             returning term"
        )
        .bind(lease.holder)
        .bind(lease.now + lease.lasts)
        .bind(lease.linked)
        .bind(lease.now)
    )
}

/// What is recorded of every project.
pub(in crate::federation) async fn standings(
    tx: &mut Tx,
) -> Result<HashMap<ProjectId, Standing>, db::Error> {
    let rows: Vec<StandingRow> = run!(
        tx,
        fetch_all,
        query_as("select project_id, status, status_since, status_reasons from presence")
    )?;
    Ok(rows.into_iter().map(StandingRow::split).collect())
}

/// Records a standing. `false` when the project is gone.
pub(in crate::federation) async fn set_standing(
    tx: &mut Tx,
    id: ProjectId,
    standing: &Standing,
) -> Result<bool, db::Error> {
    let changed = run!(
        tx,
        execute,
        query(
            "update presence set status = $2, status_since = $3, status_reasons = $4
             where project_id = $1"
        )
        .bind(id)
        .bind(standing.status)
        .bind(standing.since)
        .bind(Json(&standing.reasons))
    )?;
    Ok(changed == 1)
}

pub(in crate::federation) async fn insert_transition(
    tx: &mut Tx,
    id: ProjectId,
    from: Status,
    to: &Standing,
) -> Result<(), db::Error> {
    run!(
        tx,
        execute,
        query(
            "insert into status_transition (project_id, at, from_status, to_status, reasons)
             values ($1, $2, $3, $4, $5)"
        )
        .bind(id)
        .bind(to.since)
        .bind(from)
        .bind(to.status)
        .bind(Json(&to.reasons))
    )?;
    Ok(())
}

const SET_HEARTBEATS_SQLITE: &str = "
    update presence
    set last_heartbeat_at = beat.value ->> 'at', report = beat.value ->> 'report'
    from json_each($1) as beat
    where presence.project_id = unhex(beat.key, '-')";

/// No join: of a tenant that is new in a large table the planner expects one row, and would go
/// through all the beats for each project.
const SET_HEARTBEATS_POSTGRES: &str = "
    update presence
    set last_heartbeat_at = timestamptz 'epoch'
                            + ($1 -> project_id::text ->> 'at')::bigint * interval '1 microsecond',
        report = $1 -> project_id::text -> 'report'
    where project_id = any (array(select id::uuid from jsonb_object_keys($1) as id))";

/// Writes the last beat of many projects in one statement.
pub(in crate::federation) async fn set_heartbeats(
    tx: &mut Tx,
    beats: &[(ProjectId, Timestamp, Report)],
) -> Result<(), db::Error> {
    let by_id = |(id, at, report): &(ProjectId, Timestamp, Report)| {
        let id = id.uuid().hyphenated().to_string();
        (id, json!({ "at": at.micros(), "report": report }))
    };
    let beats: Map<String, Value> = beats.iter().map(by_id).collect();
    let statement = tx.dialect(SET_HEARTBEATS_SQLITE, SET_HEARTBEATS_POSTGRES);
    run!(tx, execute, query(statement).bind(Json(&beats)))?;
    Ok(())
}

/// Transitions of a project since `since`, newest first; and the one before, which says how that
/// time began.
pub(in crate::federation) async fn transitions(
    tx: &mut Tx,
    id: ProjectId,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<Transition>, db::Error> {
    let rows: Vec<TransitionRow> = run!(
        tx,
        fetch_all,
        query_as(
            "select at, from_status, to_status, reasons from status_transition
             where project_id = $1
               and at >= coalesce((select max(at) from status_transition
                                   where project_id = $1 and at < $2), $2)
             order by at desc limit $3"
        )
        .bind(id)
        .bind(since)
        .bind(limit)
    )?;
    Ok(rows.into_iter().map(Transition::from).collect())
}

/// The transitions of all projects since `since`, of each project the newest first.
pub(in crate::federation) async fn transitions_of_all(
    tx: &mut Tx,
    since: Timestamp,
    limit: i64,
) -> Result<HashMap<ProjectId, Vec<Transition>>, db::Error> {
    let rows: Vec<TransitionOfRow> = run!(
        tx,
        fetch_all,
        query_as(
            "select project_id, at, from_status, to_status, reasons from status_transition
             where at >= $1 order by at desc limit $2"
        )
        .bind(since)
        .bind(limit)
    )?;
    let mut all: HashMap<ProjectId, Vec<Transition>> = HashMap::new();
    for row in rows {
        all.entry(row.project_id).or_default().push(row.transition.into());
    }
    Ok(all)
}

#[derive(sqlx::FromRow)]
struct TransitionOfRow {
    project_id: ProjectId,
    #[sqlx(flatten)]
    transition: TransitionRow,
}

#[derive(sqlx::FromRow)]
struct StandingRow {
    project_id: ProjectId,
    status: Status,
    status_since: Timestamp,
    status_reasons: Json<Vec<Reason>>,
}

impl StandingRow {
    fn split(self) -> (ProjectId, Standing) {
        let Self { project_id, status, status_since: since, status_reasons } = self;
        (project_id, Standing { status, since, reasons: status_reasons.0 })
    }
}

#[derive(sqlx::FromRow)]
struct TransitionRow {
    at: Timestamp,
    from_status: Status,
    to_status: Status,
    reasons: Json<Vec<Reason>>,
}

impl From<TransitionRow> for Transition {
    fn from(row: TransitionRow) -> Self {
        let TransitionRow { at, from_status: from, to_status: to, reasons } = row;
        Self { at, from, to, reasons: reasons.0 }
    }
}
