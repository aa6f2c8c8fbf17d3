//! What every handler, loop and job can reach.

use std::ops::Deref;
use std::sync::Arc;

use db::{Course, Db, Scope, Tenant};
use mesh::Mesh;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::clock::Clock;
use super::config::Config;
use super::log::Feed;
use super::mesh_door::{MeshDoor, OpenMesh};
use super::metrics::Metrics;
use super::retrieval::Retrieval;

/// The running application. Clones are the same one.
#[derive(Clone)]
pub(crate) struct App(Arc<Parts>);

pub(crate) struct Parts {
    pub config: Config,
    pub db: Db,
    pub mesh: Mesh,
    /// Where other processes come onto the mesh, when it is the one in this process.
    pub mesh_door: Option<MeshDoor>,
    pub clock: Clock,
    /// The tenant this deployment serves.
    pub tenant: Tenant,
    /// Everything that runs in the background; shutdown waits for it.
    pub tasks: TaskTracker,
    /// Cancelled when the process is asked to stop.
    pub stopping: CancellationToken,
    pub metrics: Metrics,
    /// Wakes whoever follows the log.
    pub feed: Feed,
    /// The search engine.
    pub retrieval: Retrieval,
}

impl App {
    pub(crate) fn new(
        config: Config,
        db: Db,
        mesh: OpenMesh,
        clock: Clock,
        tenant: Tenant,
    ) -> Self {
        let retrieval = Retrieval::new(&config.knowledge);
        Self(Arc::new(Parts {
            config,
            db,
            mesh: mesh.mesh,
            mesh_door: mesh.door,
            clock,
            tenant,
            tasks: TaskTracker::new(),
            stopping: CancellationToken::new(),
            metrics: Metrics::new(),
            feed: Feed::new(),
            retrieval,
        }))
    }

    /// The scope of the application's own work, as `service:<name>`.
    #[expect(clippy::disallowed_methods, reason = "the application's own loops are a principal")]
    pub(crate) fn service_scope(&self, name: &str) -> Scope {
        let correlation = wire::EventId::new().to_string();
        let course = Course { correlation, ..Course::default() };
        Scope::assume(self.tenant.clone(), format!("service:{name}"), course)
    }

    /// Runs `work` in the background until it ends by itself or the process stops.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let stopping = self.stopping.clone();
        self.tasks.spawn(async move {
            tokio::select! {
                () = work => {}
                () = stopping.cancelled() => {}
            }
        });
    }

    /// Commits `tx` and wakes those who follow the log.
    pub(crate) async fn commit(&self, tx: db::Tx) -> Result<(), db::Error> {
        tx.commit().await?;
        self.feed.wake();
        Ok(())
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
