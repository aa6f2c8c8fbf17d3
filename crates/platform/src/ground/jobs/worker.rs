//! Claims jobs and runs them, two at a time.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use anyhow::{Context, anyhow};
use futures::FutureExt;
use prometheus_client::metrics::gauge::Gauge;
use serde_json::Value;
use wire::Timestamp;

use super::store::{self, Claimed};
use super::{Job, enqueue};
use crate::ground::app::App;
use crate::ground::log;

/// A worker that is not heard for this long has lost its job.
const LOCK: Duration = Duration::from_mins(2);
const EXTEND_EVERY: Duration = Duration::from_secs(30);
/// Jobs of one worker that run side by side, so that a long one holds up no short one.
const AT_ONCE: usize = 2;
const LOOK_EVERY: Duration = Duration::from_secs(1);
const COUNT_EVERY: Duration = Duration::from_secs(15);
const SWEEP_EVERY: Duration = Duration::from_hours(1);
/// The first pause after a failure; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_hours(1);
const MAX_ATTEMPTS: i32 = 10;

type Outcome = Pin<Box<dyn Future<Output = anyhow::Result<()>> + Send>>;
type Runner = fn(App, Value) -> Outcome;

/// Runs every job it knows by name.
pub(crate) struct Worker {
    app: App,
    runners: HashMap<&'static str, Runner>,
    given_up: Gauge<i64, AtomicI64>,
}

impl Worker {
    pub(crate) fn new(app: &App) -> Self {
        let given_up = Gauge::default();
        app.metrics.register(|registry| {
            let help = "Jobs that failed as often as they may and ask for a person";
            registry.register("jobs_given_up", help, given_up.clone());
        });
        Self { app: app.clone(), runners: HashMap::new(), given_up }.with::<Sweep>()
    }

    /// Lets this worker run `J`.
    #[must_use]
    pub(crate) fn with<J: Job>(mut self) -> Self {
        self.runners.insert(J::NAME, |app, payload| {
            Box::pin(async move { serde_json::from_value::<J>(payload)?.run(&app).await })
        });
        self
    }

    pub(crate) fn start(self) {
        let worker = Arc::new(self);
        let app = worker.app.clone();
        for _ in 0..AT_ONCE {
            app.spawn(Arc::clone(&worker).work());
        }
        app.spawn(Arc::clone(&worker).count_given_up());
        app.spawn(worker.schedule());
    }

    async fn work(self: Arc<Self>) {
        let mut committed = self.app.feed.follow();
        loop {
            committed.mark_unchanged();
            match self.run_one().await {
                Ok(true) => {}
                // A commit of this process may have queued one; of another, time will tell.
                Ok(false) => tokio::select! {
                    () = self.app.clock.sleep(LOOK_EVERY) => {}
                    Ok(()) = committed.changed() => {}
                },
                Err(error) => {
                    tracing::warn!(error = format!("{error:#}"), "cannot look for jobs");
                    self.app.clock.sleep(LOOK_EVERY).await;
                }
            }
        }
    }

    async fn schedule(self: Arc<Self>) {
        loop {
            if let Err(error) = self.queue_sweep().await {
                tracing::warn!(error = format!("{error:#}"), "cannot queue the sweep");
            }
            self.app.clock.sleep(SWEEP_EVERY).await;
        }
    }

    /// Several workers give up and people retry: only the database knows how many are left.
    async fn count_given_up(self: Arc<Self>) {
        loop {
            match self.read_given_up().await {
                Ok(count) => {
                    self.given_up.set(count);
                }
                Err(error) => tracing::warn!(error = ?error, "cannot count the jobs given up"),
            }
            self.app.clock.sleep(COUNT_EVERY).await;
        }
    }

    async fn read_given_up(&self) -> Result<i64, db::Error> {
        let mut tx = self.app.db.read(&self.app.service_scope("jobs")).await?;
        store::count_given_up(&mut tx).await
    }

    async fn queue_sweep(&self) -> anyhow::Result<()> {
        let mut tx = self.app.db.write(&self.app.service_scope("jobs")).await?;
        enqueue(&mut tx, &Sweep, self.app.clock.now(), Some("sweep")).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Claims and runs the next job. `false` when none is due.
    pub(crate) async fn run_one(&self) -> anyhow::Result<bool> {
        let scope = self.app.service_scope("jobs");
        let now = self.app.clock.now();
        let mut tx = self.app.db.write(&scope).await?;
        let claimed = store::claim(&mut tx, now, now + LOCK).await?;
        tx.commit().await?;
        let Some(job) = claimed else { return Ok(false) };

        let result = match job.attempts {
            // It was claimed as often as it may be and nobody came back to say how it went.
            attempts if attempts > MAX_ATTEMPTS => Err(anyhow!("its workers died running it")),
            _ => self.run_while_locked(&job).await,
        };
        if !self.settle(&job, result).await? {
            tracing::warn!(job = job.name, id = %job.id, "another worker took the job over");
        }
        Ok(true)
    }

    /// Writes how it went. `false` when the job is another worker's by now.
    async fn settle(&self, job: &Claimed, result: anyhow::Result<()>) -> anyhow::Result<bool> {
        let now = self.app.clock.now();
        let mut tx = self.app.db.write(&self.app.service_scope("jobs")).await?;
        let is_ours = match result {
            Ok(()) => store::finish(&mut tx, job, now).await?,
            Err(error) => {
                let error = format!("{error:#}");
                tracing::warn!(job = job.name, id = %job.id, attempts = job.attempts, error, "job failed");
                if job.attempts >= MAX_ATTEMPTS {
                    let gave_up = store::give_up(&mut tx, job, now, &error).await?;
                    self.given_up.inc_by(i64::from(gave_up));
                    gave_up
                } else {
                    store::put_back(&mut tx, job, now + pause(job.attempts), &error).await?
                }
            }
        };
        tx.commit().await?;
        Ok(is_ours)
    }

    /// Runs the job, and keeps it ours meanwhile. One that panics has failed, no more.
    async fn run_while_locked(&self, job: &Claimed) -> anyhow::Result<()> {
        let runner = self.runners.get(job.name.as_str());
        let runner = runner.with_context(|| format!("this version knows no job {}", job.name))?;
        let outcome = runner(self.app.clone(), job.payload.0.clone());
        // Side by side: a job that waits with a transaction open is what the other may wait for.
        tokio::select! {
            result = AssertUnwindSafe(outcome).catch_unwind() => {
                result.unwrap_or_else(|_| Err(anyhow!("it panicked")))
            }
            () = self.keep_locked(job) => Err(anyhow!("another worker has it")),
        }
    }

    /// Comes back when the job is another worker's.
    async fn keep_locked(&self, job: &Claimed) {
        loop {
            self.app.clock.sleep(EXTEND_EVERY).await;
            match self.extend(job).await {
                Ok(true) => {}
                Ok(false) => return,
                // The lock lasts for some tries more.
                Err(error) => tracing::warn!(job = job.name, error = ?error, "cannot keep a job"),
            }
        }
    }

    async fn extend(&self, job: &Claimed) -> Result<bool, db::Error> {
        let mut tx = self.app.db.write(&self.app.service_scope("jobs")).await?;
        let is_ours = store::extend(&mut tx, job, self.app.clock.now() + LOCK).await?;
        tx.commit().await?;
        Ok(is_ours)
    }
}

fn pause(attempts: i32) -> Duration {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(16);
    FIRST_PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE)
}

/// Deletes what is older than it is kept for.
#[derive(serde::Serialize, serde::Deserialize)]
struct Sweep;

impl Job for Sweep {
    const NAME: &'static str = "jobs.sweep";

    async fn run(&self, app: &App) -> anyhow::Result<()> {
        let before: Timestamp = app.clock.now() - app.config.events.keep;
        let mut tx = app.db.write(&app.service_scope("jobs")).await?;
        let events = log::prune_events(&mut tx, before).await?;
        let jobs = store::prune(&mut tx, before).await?;
        let answers = crate::ground::http::idempotency::prune(&mut tx, app.clock.now()).await?;
        tx.commit().await?;
        tracing::debug!(events, jobs, answers, "swept");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_an_hour() {
        let seconds: Vec<u64> = (1..=11).map(|attempts| pause(attempts).as_secs()).collect();
        assert_eq!(seconds, [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600]);
    }
}
