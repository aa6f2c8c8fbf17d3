//! Every statement on `instance`.

use std::collections::BTreeMap;

use db::{Tx, run};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use sqlx::{query, query_as, query_scalar};
use wire::instances::{Driver, Handle, InstanceHealth, InstanceState, Limits, Restart, Wanted};
use wire::{JobId, ManagedInstanceId, Slug, Timestamp};

/// An instance as it is recorded.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Managed {
    pub id: ManagedInstanceId,
    /// The machine whose hub runs it.
    pub host: String,
    pub project: Slug,
    pub name: Slug,
    pub driver: Driver,
    pub spec: Spec,
    pub port: Option<u16>,
    pub wanted: Wanted,
    /// The number of the run that is wanted or was the last; 0 before the first.
    pub run: i64,
    pub started_at: Option<Timestamp>,
    pub ready: bool,
    pub failure: Option<String>,
    pub exit_code: Option<i32>,
    pub restart_at: Option<Timestamp>,
    pub streak: u32,
    pub restarts: u32,
    pub state: InstanceState,
    pub health: InstanceHealth,
    pub since: Timestamp,
    pub reason: Option<String>,
    pub last_lines: Option<String>,
    pub handle: Option<Handle>,
    pub job: Option<JobId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub revision: i64,
}

/// What an instance is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Spec {
    pub image: Option<String>,
    pub command: Option<Vec<String>>,
    pub environment: BTreeMap<String, String>,
    pub one_shot: bool,
    pub restart: Restart,
    pub limits: Limits,
}

/// Which instances. What is `None` does not narrow.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
    pub project: Option<Slug>,
    pub state: Option<InstanceState>,
    pub after: Option<ManagedInstanceId>,
}

/// `false` when its name or its port is taken.
pub(super) async fn insert(tx: &mut Tx, it: &Managed) -> Result<bool, db::Error> {
    let inserted = run!(
        tx,
        execute,
        query(
            "insert into instance (id, host, project, name, driver, spec, port, wanted, run, ready,
                                   streak, restarts, state, health, since, created_at, updated_at,
                                   revision)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 0)
             on conflict do nothing"
        )
        .bind(it.id)
        .bind(&it.host)
        .bind(&it.project)
        .bind(&it.name)
        .bind(it.driver)
        .bind(Json(&it.spec))
        .bind(it.port.map(i64::from))
        .bind(it.wanted)
        .bind(it.run)
        .bind(it.ready)
        .bind(i64::from(it.streak))
        .bind(i64::from(it.restarts))
        .bind(it.state)
        .bind(it.health)
        .bind(it.since)
        .bind(it.created_at)
        .bind(it.updated_at)
    )?;
    Ok(inserted == 1)
}

/// Writes what may change of an instance. `false` when it is not as it was read any more.
pub(super) async fn save(tx: &mut Tx, it: &Managed) -> Result<bool, db::Error> {
    let changed = run!(
        tx,
        execute,
        query(
            "update instance
             set wanted = $3, run = $4, started_at = $5, ready = $6, failure = $7, exit_code = $8,
                 restart_at = $9, streak = $10, restarts = $11, state = $12, health = $13,
                 since = $14, reason = $15, last_lines = $16, handle = $17, job_id = $18,
                 updated_at = $19, revision = $2 + 1
             where id = $1 and revision = $2"
        )
        .bind(it.id)
        .bind(it.revision)
        .bind(it.wanted)
        .bind(it.run)
        .bind(it.started_at)
        .bind(it.ready)
        .bind(&it.failure)
        .bind(it.exit_code.map(i64::from))
        .bind(it.restart_at)
        .bind(i64::from(it.streak))
        .bind(i64::from(it.restarts))
        .bind(it.state)
        .bind(it.health)
        .bind(it.since)
        .bind(&it.reason)
        .bind(&it.last_lines)
        .bind(it.handle.as_ref().map(Json))
        .bind(it.job)
        .bind(it.updated_at)
    )?;
    Ok(changed == 1)
}

pub(super) async fn delete(tx: &mut Tx, it: &Managed) -> Result<(), db::Error> {
    run!(tx, execute, query("delete from instance where id = $1").bind(it.id))?;
    Ok(())
}

pub(super) async fn find(tx: &mut Tx, id: ManagedInstanceId) -> Result<Option<Managed>, db::Error> {
    let text = "select * from instance where id = $1";
    let row: Option<Row> = run!(tx, fetch_optional, query_as(text).bind(id))?;
    Ok(row.map(Managed::from))
}

/// Nobody else changes it until the transaction ends: on SQLite nobody can anyway.
pub(super) async fn lock(tx: &mut Tx, id: ManagedInstanceId) -> Result<Option<Managed>, db::Error> {
    let text = tx.dialect(
        "select * from instance where id = $1",
        "select * from instance where id = $1 for update",
    );
    let row: Option<Row> = run!(tx, fetch_optional, query_as(text).bind(id))?;
    Ok(row.map(Managed::from))
}

pub(super) async fn by_name(tx: &mut Tx, name: &Slug) -> Result<Option<Managed>, db::Error> {
    let text = "select * from instance where name = $1";
    let row: Option<Row> = run!(tx, fetch_optional, query_as(text).bind(name))?;
    Ok(row.map(Managed::from))
}

pub(super) async fn of_host(tx: &mut Tx, host: &str) -> Result<Vec<Managed>, db::Error> {
    let text = "select * from instance where host = $1 order by id";
    let rows: Vec<Row> = run!(tx, fetch_all, query_as(text).bind(host))?;
    Ok(rows.into_iter().map(Managed::from).collect())
}

/// Instances that match, the oldest first.
pub(super) async fn list(
    tx: &mut Tx,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<Managed>, db::Error> {
    let state = filter.state.map(InstanceState::as_str);
    let rows: Vec<Row> = run!(
        tx,
        fetch_all,
        query_as(
            "select * from instance
             where ($1 is null or project = $1) and ($2 is null or state = $2)
               and ($3 is null or id > $3)
             order by id limit $4"
        )
        .bind(&filter.project)
        .bind(state)
        .bind(filter.after)
        .bind(limit)
    )?;
    Ok(rows.into_iter().map(Managed::from).collect())
}

/// The ports that instances of the machine hold.
pub(super) async fn ports(tx: &mut Tx, host: &str) -> Result<Vec<u16>, db::Error> {
    let text = "select port from instance where host = $1 and port is not null";
    let ports: Vec<i64> = run!(tx, fetch_all, query_scalar(text).bind(host))?;
    Ok(ports.into_iter().filter_map(|port| u16::try_from(port).ok()).collect())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: ManagedInstanceId,
    host: String,
    project: Slug,
    name: Slug,
    driver: Driver,
    spec: Json<Spec>,
    port: Option<i64>,
    wanted: Wanted,
    run: i64,
    started_at: Option<Timestamp>,
    ready: bool,
    failure: Option<String>,
    exit_code: Option<i64>,
    restart_at: Option<Timestamp>,
    streak: i64,
    restarts: i64,
    state: InstanceState,
    health: InstanceHealth,
    since: Timestamp,
    reason: Option<String>,
    last_lines: Option<String>,
    handle: Option<Json<Handle>>,
    job_id: Option<JobId>,
    created_at: Timestamp,
    updated_at: Timestamp,
    revision: i64,
}

impl From<Row> for Managed {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            host: row.host,
            project: row.project,
            name: row.name,
            driver: row.driver,
            spec: row.spec.0,
            port: row.port.and_then(|port| u16::try_from(port).ok()),
            wanted: row.wanted,
            run: row.run,
            started_at: row.started_at,
            ready: row.ready,
            failure: row.failure,
            exit_code: row.exit_code.and_then(|code| i32::try_from(code).ok()),
            restart_at: row.restart_at,
            streak: u32::try_from(row.streak).unwrap_or(u32::MAX),
            restarts: u32::try_from(row.restarts).unwrap_or(u32::MAX),
            state: row.state,
            health: row.health,
            since: row.since,
            reason: row.reason,
            last_lines: row.last_lines,
            handle: row.handle.map(|handle| handle.0),
            job: row.job_id,
            created_at: row.created_at,
            updated_at: row.updated_at,
            revision: row.revision,
        }
    }
}
