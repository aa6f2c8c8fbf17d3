//! How many instances are how.

use std::sync::atomic::AtomicI64;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use wire::instances::InstanceState;

use super::store::Managed;

pub(super) struct Metrics {
    states: Family<StateLabels, Gauge<i64, AtomicI64>>,
    pub restarts: Counter,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StateLabels {
    state: &'static str,
}

impl Metrics {
    pub(super) fn new(metrics: &crate::ground::metrics::Metrics) -> Self {
        let (states, restarts) = (Family::default(), Counter::default());
        metrics.register(|registry| {
            let help = "Instances of this machine, by state";
            registry.register("instances", help, states.clone());
            let help = "Instances that ended by themselves and were started again";
            registry.register("instances_restarts", help, restarts.clone());
        });
        Self { states, restarts }
    }

    pub(super) fn count(&self, all: &[Managed]) {
        for state in InstanceState::ALL {
            let count = all.iter().filter(|it| it.state == *state).count();
            let labels = StateLabels { state: state.as_str() };
            self.states.get_or_create(&labels).set(i64::try_from(count).unwrap_or(i64::MAX));
        }
    }
}
