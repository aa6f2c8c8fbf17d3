//! Every statement on `job`.

use db::{Tx, run};
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{query, query_as, query_scalar};
use wire::jobs::{Job, JobState};
use wire::{JobId, Timestamp};

pub(super) struct NewRow<'a> {
    pub name: &'a str,
    pub payload: Value,
    pub run_at: Timestamp,
    pub unique_key: Option<&'a str>,
}

/// A job in the hands of one worker.
#[derive(sqlx::FromRow)]
pub(super) struct Claimed {
    pub id: JobId,
    pub name: String,
    pub payload: Json<Value>,
    pub attempts: i32,
}

pub(super) async fn insert(tx: &mut Tx, new: NewRow<'_>) -> Result<Option<JobId>, db::Error> {
    let id = JobId::new();
    let inserted = run!(
        tx,
        execute,
        query(
            "insert into job (id, name, unique_key, payload, state, queued_at, run_at)
             values ($1, $2, $3, $4, 'queued', $5, $5)
             on conflict do nothing"
        )
        .bind(id)
        .bind(new.name)
        .bind(new.unique_key)
        .bind(Json(&new.payload))
        .bind(new.run_at)
    )?;
    Ok((inserted == 1).then_some(id))
}

const CLAIM_SQLITE: &str = "
    update job set state = 'running', attempts = attempts + 1, locked_until = $2
    where id = (select id from job
                where (state = 'queued' and run_at <= $1)
                   or (state = 'running' and locked_until < $1)
                order by run_at limit 1)
    returning id, name, payload, attempts";

const CLAIM_POSTGRES: &str = "
    update job set state = 'running', attempts = attempts + 1, locked_until = $2
    where id = (select id from job
                where (state = 'queued' and run_at <= $1)
                   or (state = 'running' and locked_until < $1)
                order by run_at limit 1 for update skip locked)
    returning id, name, payload, attempts";

/// Takes the job that is due the longest: one that waits, or one whose worker went silent.
pub(super) async fn claim(
    tx: &mut Tx,
    now: Timestamp,
    locked_until: Timestamp,
) -> Result<Option<Claimed>, db::Error> {
    let claim = tx.dialect(CLAIM_SQLITE, CLAIM_POSTGRES);
    run!(tx, fetch_optional, query_as(claim).bind(now).bind(locked_until))
}

/// Keeps a claimed job from being claimed again. `false`, as from the three below, when another
/// worker has it by now: every claim counts as an attempt, so the attempt tells whose it is.
pub(super) async fn extend(
    tx: &mut Tx,
    job: &Claimed,
    locked_until: Timestamp,
) -> Result<bool, db::Error> {
    let changed = run!(
        tx,
        execute,
        query(
            "update job set locked_until = $3
             where id = $1 and attempts = $2 and state = 'running'"
        )
        .bind(job.id)
        .bind(job.attempts)
        .bind(locked_until)
    )?;
    Ok(changed == 1)
}

pub(super) async fn finish(tx: &mut Tx, job: &Claimed, now: Timestamp) -> Result<bool, db::Error> {
    let changed = run!(
        tx,
        execute,
        query(
            "update job set state = 'done', finished_at = $3, error = null
             where id = $1 and attempts = $2 and state = 'running'"
        )
        .bind(job.id)
        .bind(job.attempts)
        .bind(now)
    )?;
    Ok(changed == 1)
}

/// Puts a failed job back for `run_at`.
pub(super) async fn put_back(
    tx: &mut Tx,
    job: &Claimed,
    run_at: Timestamp,
    error: &str,
) -> Result<bool, db::Error> {
    let changed = run!(
        tx,
        execute,
        query(
            "update job set state = 'queued', run_at = $3, error = $4
             where id = $1 and attempts = $2 and state = 'running'"
        )
        .bind(job.id)
        .bind(job.attempts)
        .bind(run_at)
        .bind(error)
    )?;
    Ok(changed == 1)
}

pub(super) async fn give_up(
    tx: &mut Tx,
    job: &Claimed,
    now: Timestamp,
    error: &str,
) -> Result<bool, db::Error> {
    let changed = run!(
        tx,
        execute,
        query(
            "update job set state = 'gave_up', finished_at = $3, error = $4
             where id = $1 and attempts = $2 and state = 'running'"
        )
        .bind(job.id)
        .bind(job.attempts)
        .bind(now)
        .bind(error)
    )?;
    Ok(changed == 1)
}

pub(super) async fn count_given_up(tx: &mut Tx) -> Result<i64, db::Error> {
    run!(tx, fetch_one, query_scalar("select count(*) from job where state = 'gave_up'"))
}

pub(super) async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64, db::Error> {
    run!(
        tx,
        execute,
        query("delete from job where state = 'done' and finished_at < $1").bind(before)
    )
}

/// Jobs queued before the one `after`, newest first.
pub(crate) async fn list(
    tx: &mut Tx,
    state: Option<JobState>,
    after: Option<JobId>,
    limit: i64,
) -> Result<Vec<Job>, db::Error> {
    let state = state.map(|state| state.to_string());
    let rows: Vec<Row> = run!(
        tx,
        fetch_all,
        query_as(
            "select * from job
             where ($1 is null or state = $1) and ($2 is null or id < $2)
             order by id desc limit $3"
        )
        .bind(&state)
        .bind(after)
        .bind(limit)
    )?;
    Ok(rows.into_iter().map(Job::from).collect())
}

pub(crate) async fn find(tx: &mut Tx, id: JobId) -> Result<Option<Job>, db::Error> {
    let row: Option<Row> =
        run!(tx, fetch_optional, query_as("select * from job where id = $1").bind(id))?;
    Ok(row.map(Job::from))
}

/// Gives a job that was given up a fresh set of attempts. `false` when it was not given up, or
/// when another of its name and unique key waits or runs.
pub(crate) async fn retry(tx: &mut Tx, id: JobId, now: Timestamp) -> Result<bool, db::Error> {
    let changed = run!(
        tx,
        execute,
        query(
            "update job set state = 'queued', attempts = 0, run_at = $2, finished_at = null
             where id = $1 and state = 'gave_up'
               and not exists (select 1 from job other
                               where other.name = job.name and other.unique_key = job.unique_key
                                 and other.state in ('queued', 'running'))"
        )
        .bind(id)
        .bind(now)
    )?;
    Ok(changed == 1)
}

#[derive(sqlx::FromRow)]
struct Row {
    id: JobId,
    name: String,
    state: JobState,
    attempts: i32,
    queued_at: Timestamp,
    run_at: Timestamp,
    finished_at: Option<Timestamp>,
    error: Option<String>,
}

impl From<Row> for Job {
    fn from(row: Row) -> Self {
        let Row { id, name, state, attempts, queued_at, run_at, finished_at, error } = row;
        Self { id, name, state, attempts, queued_at, run_at, finished_at, error }
    }
}
