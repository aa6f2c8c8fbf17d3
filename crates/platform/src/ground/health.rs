//! Readiness: each thing a service stands on is tried, not assumed.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;
use wire::Timestamp;
use wire::health::{Check, CheckStatus, Readiness};

use super::app::App;

/// Nobody makes the database answer more often than this by asking.
const CACHED_FOR: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(2);

/// What one try found. `Err` is what is wrong; no secrets.
pub(crate) type Probed = Result<BTreeMap<String, String>, String>;
type Probe = Box<dyn Fn() -> Pin<Box<dyn Future<Output = Probed> + Send>> + Send + Sync>;

/// The checks of one service.
#[derive(Clone)]
pub(crate) struct Health(Arc<Parts>);

struct Parts {
    app: App,
    service: &'static str,
    probes: Vec<Named>,
    last: Mutex<Last>,
}

struct Named {
    name: &'static str,
    required: bool,
    hint: &'static str,
    probe: Probe,
}

#[derive(Default)]
struct Last {
    asked: Option<Instant>,
    checks: BTreeMap<String, Check>,
}

/// Gathers the checks of a service.
pub(crate) struct HealthBuilder {
    app: App,
    service: &'static str,
    probes: Vec<Named>,
}

impl Health {
    /// A service that stands on the database and the mesh, as all do.
    pub(crate) fn builder(app: &App, service: &'static str) -> HealthBuilder {
        let (db, mesh) = (app.db.clone(), app.mesh.clone());
        let (migrated, engine) = (db.clone(), db.engine());
        HealthBuilder { app: app.clone(), service, probes: Vec::new() }
            .check(
                "database",
                true,
                "see that the database runs and DATABASE_URL is right",
                move || {
                    let db = db.clone();
                    async move {
                        // The error may hold the URL: the log has it, the answer does not.
                        db.ping().await.map_err(|_| "does not answer".to_owned())?;
                        Ok(BTreeMap::from([("engine".to_owned(), engine.to_owned())]))
                    }
                },
            )
            .check(
                "migrations",
                true,
                "the database is older than this program: start it again, it migrates then",
                move || {
                    let db = migrated.clone();
                    async move {
                        let counted = db.migrations().await;
                        let (applied, known) =
                            counted.map_err(|_| "the database does not answer".to_owned())?;
                        if applied < known {
                            return Err(format!("{applied} of {known} are there"));
                        }
                        Ok(BTreeMap::from([("applied".to_owned(), applied.to_string())]))
                    }
                },
            )
            .check("mesh", true, "see that NATS runs and NATS_URL is right", move || {
                let up = *mesh.link().borrow() == mesh::Link::Up;
                let reconnects = mesh.reconnects().to_string();
                async move {
                    let detail = BTreeMap::from([("reconnects".to_owned(), reconnects)]);
                    if up { Ok(detail) } else { Err("the link is down".to_owned()) }
                }
            })
    }

    pub(crate) async fn readiness(&self, verbose: bool) -> Readiness {
        let Parts { app, service, probes, last } = &*self.0;
        let mut last = last.lock().await;
        // How long the world takes is measured by the world's clock, also where ours stands.
        if last.asked.is_none_or(|asked| asked.elapsed() >= CACHED_FOR) {
            let tried = probes.iter().map(|named| named.try_once(app));
            let before = std::mem::take(&mut last.checks);
            let since = |name: &str, check: Check| {
                let same = before.get(name).filter(|it| it.status == check.status);
                Check { since: same.map_or(check.since, |it| it.since), ..check }
            };
            let found = futures::future::join_all(tried).await;
            last.checks = found
                .into_iter()
                .map(|(name, check)| (name.to_owned(), since(name, check)))
                .collect();
            last.asked = Some(Instant::now());
        }
        let failed = |check: &Check| check.required && check.status == CheckStatus::Fail;
        let status =
            if last.checks.values().any(failed) { CheckStatus::Fail } else { CheckStatus::Ok };
        let mut checks = last.checks.clone();
        if !verbose {
            for check in checks.values_mut() {
                check.detail.clear();
            }
        }
        Readiness {
            status,
            service: (*service).to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            checks,
        }
    }
}

impl HealthBuilder {
    pub(crate) fn check<F>(
        mut self,
        name: &'static str,
        required: bool,
        hint: &'static str,
        probe: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Probed> + Send + 'static,
    {
        let probe: Probe = Box::new(move || Box::pin(probe()));
        self.probes.push(Named { name, required, hint, probe });
        self
    }

    pub(crate) fn build(self) -> Health {
        let Self { app, service, probes } = self;
        Health(Arc::new(Parts { app, service, probes, last: Mutex::default() }))
    }
}

impl Named {
    async fn try_once(&self, app: &App) -> (&'static str, Check) {
        let start = Instant::now();
        let found = tokio::time::timeout(PATIENCE, (self.probe)()).await;
        let found = found.unwrap_or_else(|_| Err("does not answer in time".to_owned()));
        (self.name, self.judge(found, start.elapsed(), app.clock.now()))
    }

    fn judge(&self, found: Probed, latency: Duration, since: Timestamp) -> Check {
        let (status, error, detail) = match found {
            Ok(detail) => (CheckStatus::Ok, None, detail),
            Err(error) => (CheckStatus::Fail, Some(error), BTreeMap::new()),
        };
        let hint = error.is_some().then(|| self.hint.to_owned());
        let latency_ms = latency.as_secs_f64() * 1_000.0;
        Check { status, required: self.required, latency_ms, since, error, hint, detail }
    }
}
