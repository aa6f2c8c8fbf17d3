//! What the federation counts. The names are those dashboards already know.

use std::sync::atomic::{AtomicI64, AtomicU64};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use wire::Slug;

use super::beat::Refusal;

#[derive(Clone)]
pub(super) struct Metrics {
    pub heartbeats: Family<Heartbeat, Counter>,
    pub processing: Histogram,
    pub rejected: Family<Rejected, Counter>,
    pub catalog: Family<ByStatus, Gauge<i64, AtomicI64>>,
    pub last_updated: Family<ByProject, Gauge<f64, AtomicU64>>,
    pub connected: Gauge<i64, AtomicI64>,
    pub reconnects: Counter,
    pub messages: Family<ByMessage, Counter>,
    pub message_processing: Family<BySubject, Histogram>,
    pub checker_runs: Family<ByStatus, Counter>,
    pub marked_offline: Counter,
    pub checker_duration: Histogram,
    pub file_errors: Gauge<i64, AtomicI64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Heartbeat {
    /// A slug of the catalog, or empty: what strangers send is no label.
    pub project_slug: String,
    pub status: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Rejected {
    pub reason: Refusal,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct ByStatus {
    pub status: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct ByProject {
    pub project_slug: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct BySubject {
    pub subject: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct ByMessage {
    pub subject: &'static str,
    pub status: &'static str,
}

/// The subject pattern of beats, as a label.
pub(super) const PRESENCE: &str = "hub.presence.*";

/// From 250 ns to 100 ms.
const PROCESSING_BUCKETS: [f64; 8] =
    [0.000_000_25, 0.000_001, 0.000_004, 0.000_016, 0.000_1, 0.001, 0.01, 0.1];
const CHECKER_BUCKETS: [f64; 6] = [0.000_01, 0.000_1, 0.001, 0.01, 0.1, 1.0];

impl Metrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let processing = || Histogram::new(PROCESSING_BUCKETS);
        let metrics = Self {
            heartbeats: Family::default(),
            processing: processing(),
            rejected: Family::default(),
            catalog: Family::default(),
            last_updated: Family::default(),
            connected: Gauge::default(),
            reconnects: Counter::default(),
            messages: Family::default(),
            message_processing: Family::new_with_constructor(processing),
            checker_runs: Family::default(),
            marked_offline: Counter::default(),
            checker_duration: Histogram::new(CHECKER_BUCKETS),
            file_errors: Gauge::default(),
        };
        metrics.register_beats(registry);
        metrics.register_catalog(registry);
        metrics.register_checker(registry);
        metrics
    }

    fn register_beats(&self, registry: &mut Registry) {
        registry.register(
            "federation_heartbeat_messages",
            "Beats by project and outcome: success, error, unknown_project",
            self.heartbeats.clone(),
        );
        registry.register(
            "federation_heartbeat_processing_duration_seconds",
            "Time to read and judge one beat",
            self.processing.clone(),
        );
        registry.register(
            "federation_heartbeat_rejected",
            "Beats that do not count, by reason",
            self.rejected.clone(),
        );
        registry.register(
            "federation_nats_messages",
            "Messages from the mesh by subject pattern and outcome",
            self.messages.clone(),
        );
        registry.register(
            "federation_nats_message_processing_duration_seconds",
            "Time to handle one message from the mesh, by subject pattern",
            self.message_processing.clone(),
        );
        registry.register(
            "federation_nats_connection_status",
            "1 while the link to the mesh is up",
            self.connected.clone(),
        );
        registry.register(
            "federation_nats_reconnects",
            "How often the link to the mesh came back",
            self.reconnects.clone(),
        );
    }

    fn register_catalog(&self, registry: &mut Registry) {
        registry.register(
            "federation_project_catalog_total",
            "Projects of the catalog by status",
            self.catalog.clone(),
        );
        registry.register(
            "federation_project_catalog_last_updated_timestamp",
            "When the last beat of a project came, in seconds since 1970",
            self.last_updated.clone(),
        );
        registry.register(
            "federation_projects_file_errors",
            "Errors of the projects file at its last reading; the catalog keeps what it had",
            self.file_errors.clone(),
        );
        registry.register(
            "federation_service",
            "The federation service that runs",
            Info::new([("version", env!("CARGO_PKG_VERSION"))]),
        );
    }

    fn register_checker(&self, registry: &mut Registry) {
        registry.register(
            "federation_stale_checker_runs",
            "How often statuses were judged because time had passed",
            self.checker_runs.clone(),
        );
        registry.register(
            "federation_stale_checker_projects_marked_offline",
            "Projects that went offline",
            self.marked_offline.clone(),
        );
        registry.register(
            "federation_stale_checker_duration_seconds",
            "Time to judge the statuses that were due",
            self.checker_duration.clone(),
        );
    }

    pub(super) fn forget(&self, slug: &Slug) {
        let project_slug = slug.to_string();
        for status in ["success", "error"] {
            self.heartbeats.remove(&Heartbeat { project_slug: project_slug.clone(), status });
        }
        self.last_updated.remove(&ByProject { project_slug });
    }
}
