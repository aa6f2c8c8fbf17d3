//! Claims jobs and runs them, one after another.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use anyhow::Context;
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
const LOOK_EVERY: Duration = Duration::from_secs(1);
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
        app.spawn(Arc::clone(&worker).work());
        app.spawn(worker.schedule());
    }

    async fn work(self: Arc<Self>) {
        loop {
            match self.run_one().await {
                Ok(true) => {}
                Ok(false) => self.app.clock.sleep(LOOK_EVERY).await,
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

    async fn queue_sweep(&self) -> anyhow::Result<()> {
        let mut tx = self.app.db.write(&self.app.service_scope("jobs")).await?;
        enqueue(&mut tx, &Sweep, self.app.clock.now(), Some("sweep")).await?;
        self.given_up.set(store::count_given_up(&mut tx).await?);
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

        let result = self.run_while_locked(&job).await;

        let mut tx = self.app.db.write(&scope).await?;
        let now = self.app.clock.now();
        match result {
            Ok(()) => store::finish(&mut tx, job.id, now).await?,
            Err(error) => {
                let error = format!("{error:#}");
                tracing::warn!(job = job.name, id = %job.id, attempts = job.attempts, error, "job failed");
                if job.attempts >= MAX_ATTEMPTS {
                    store::give_up(&mut tx, job.id, now, &error).await?;
                    self.given_up.inc();
                } else {
                    store::put_back(&mut tx, job.id, now + pause(job.attempts), &error).await?;
                }
            }
        }
        tx.commit().await?;
        Ok(true)
    }

    async fn run_while_locked(&self, job: &Claimed) -> anyhow::Result<()> {
        let runner = self.runners.get(job.name.as_str());
        let runner = runner.with_context(|| format!("this version knows no job {}", job.name))?;
        let mut outcome = runner(self.app.clone(), job.payload.0.clone());
        loop {
            tokio::select! {
                result = &mut outcome => return result,
                () = self.app.clock.sleep(EXTEND_EVERY) => {
                    let mut tx = self.app.db.write(&self.app.service_scope("jobs")).await?;
                    store::extend(&mut tx, job.id, self.app.clock.now() + LOCK).await?;
                    tx.commit().await?;
                }
            }
        }
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
