//! Failed attempts to get in: a metric each, and audit records that a flood cannot multiply.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use serde_json::json;

use crate::ground::app::App;
use crate::ground::log::{self, Change};

/// Attempts of the same kind within this time share one audit record.
const WRITE_EVERY: Duration = Duration::from_secs(1);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, EncodeLabelValue)]
pub(super) enum Failure {
    Missing,
    Wrong,
    Revoked,
    Expired,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    reason: &'static str,
}

#[derive(Clone)]
pub(super) struct Attempts(Arc<Parts>);

struct Parts {
    app: App,
    metric: Family<Labels, Counter>,
    unwritten: Mutex<BTreeMap<Failure, u64>>,
}

impl Failure {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Wrong => "wrong",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
        }
    }
}

impl Attempts {
    pub(super) fn start(app: &App) -> Self {
        let metric = Family::<Labels, Counter>::default();
        app.metrics.register(|registry| {
            let help = "Requests refused before they had a principal";
            registry.register("auth_failures", help, metric.clone());
        });
        let parts = Parts { app: app.clone(), metric, unwritten: Mutex::default() };
        let attempts = Self(Arc::new(parts));
        app.spawn(attempts.clone().write());
        attempts
    }

    pub(super) fn count(&self, failure: Failure) {
        self.0.metric.get_or_create(&Labels { reason: failure.as_str() }).inc();
        let mut unwritten = self.0.unwritten.lock().unwrap_or_else(PoisonError::into_inner);
        *unwritten.entry(failure).or_default() += 1;
    }

    async fn write(self) {
        loop {
            self.0.app.clock.sleep(WRITE_EVERY).await;
            let unwritten = std::mem::take(
                &mut *self.0.unwritten.lock().unwrap_or_else(PoisonError::into_inner),
            );
            for (failure, count) in unwritten {
                if let Err(error) = self.record(failure, count).await {
                    tracing::warn!(error = ?error, "cannot write a failed attempt");
                }
            }
        }
    }

    async fn record(&self, failure: Failure, count: u64) -> Result<(), db::Error> {
        let app = &self.0.app;
        let mut tx = app.db.write(&app.service_scope("access")).await?;
        let change = Change {
            kind: "access.refused",
            project: None,
            target: failure.as_str().to_owned(),
            detail: json!({ "attempts": count }),
        };
        log::append(&mut tx, app.clock.now(), change).await?;
        app.commit(tx).await
    }
}
