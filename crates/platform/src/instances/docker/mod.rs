//! Instances as containers, by the Docker Engine API. What is known of one stands in the labels of its
//! container, so whoever looks finds it.

mod create;
mod engine;
mod launch;
mod log;
mod prune;
mod state;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use bollard::models::ContainerSummary;
use bollard::query_parameters::{
    EventsOptionsBuilder, ListContainersOptionsBuilder, RemoveContainerOptionsBuilder,
    RemoveVolumeOptions, StopContainerOptionsBuilder,
};
use futures::StreamExt;
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;
use wire::ManagedInstanceId;

use self::engine::{Engine, is_missing, words};
use super::adopt::Mark;
use super::model::{Seen, Sight, the_one_that_counts};
use super::store::Managed;
use crate::ground::config::Instances as Config;

const INSTANCE: &str = "commandcenter.instance";
const HOST: &str = "commandcenter.host";
const RUN: &str = "commandcenter.run";
const MARK: &str = "commandcenter.mark";

/// Seconds between the word and the force of a stop.
const GRACE: i32 = 10;
/// Until an engine that is not there is looked for again.
const RECONNECT_AFTER: Duration = Duration::from_secs(10);

pub(super) struct Docker {
    engine: Engine,
    /// Stops that the engine was asked for and has not answered.
    stopping: Arc<Mutex<HashSet<ManagedInstanceId>>>,
    tasks: TaskTracker,
    host: String,
    config: Config,
}

/// What the container, and the volume, of the instance of that name are called.
pub(super) fn container_name(name: &str) -> String {
    format!("cc-{name}")
}

fn network_name(project: &str) -> String {
    format!("cc-{project}")
}

impl Docker {
    pub(super) fn new(config: &Config, host: &str, tasks: TaskTracker) -> Self {
        Self {
            engine: Engine::new(config.docker_host.clone()),
            stopping: Arc::default(),
            tasks,
            host: host.to_owned(),
            config: config.clone(),
        }
    }

    pub(super) async fn observe(&self, it: &Managed) -> Sight {
        match self.look(it.id).await {
            Ok(sights) => the_one_that_counts(sights),
            Err(error) => {
                let what = Seen::Unreadable(format!("{error:#}"));
                Sight { run: 0, what, handle: None }
            }
        }
    }

    async fn look(&self, id: ManagedInstanceId) -> anyhow::Result<Vec<Sight>> {
        let mut sights = Vec::new();
        for container in self.containers(&format!("{INSTANCE}={id}")).await? {
            sights.extend(self.sight(&container).await?);
        }
        Ok(sights)
    }

    /// `None` when it went meanwhile.
    async fn sight(&self, container: &ContainerSummary) -> anyhow::Result<Option<Sight>> {
        let id = container.id.as_deref().context("a container without an id")?;
        let engine = self.engine.get().await?;
        match engine.inspect_container(id, None).await {
            Ok(inspected) => Ok(Some(state::sight(&inspected))),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(words(error)).context("a container cannot be read"),
        }
    }

    /// Containers with that label, whether they run or not.
    async fn containers(&self, label: &str) -> anyhow::Result<Vec<ContainerSummary>> {
        let filters = HashMap::from([("label", vec![label])]);
        let options = ListContainersOptionsBuilder::default().all(true).filters(&filters).build();
        let engine = self.engine.get().await?;
        let listed = engine.list_containers(Some(options)).await;
        listed.map_err(words).context("the Docker Engine does not answer")
    }

    /// Has the engine end it, which takes its time; asking twice is asking once.
    pub(super) async fn stop(&self, it: &Managed) -> anyhow::Result<()> {
        let lock = |all: &Mutex<HashSet<_>>, id, is_new| {
            let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
            if is_new { all.insert(id) } else { all.remove(&id) }
        };
        let id = it.id;
        let containers = self.containers(&format!("{INSTANCE}={id}")).await?;
        let engine = self.engine.get().await?;
        if !lock(&self.stopping, id, true) {
            return Ok(());
        }
        let stopping = Arc::clone(&self.stopping);
        self.tasks.spawn(async move {
            for container in containers.into_iter().filter_map(|container| container.id) {
                let options = StopContainerOptionsBuilder::default().t(GRACE).build();
                let stopped = engine.stop_container(&container, Some(options)).await;
                if let Err(error) = stopped.map_err(words) {
                    tracing::warn!(container, error = format!("{error:#}"), "cannot stop it");
                }
            }
            lock(&stopping, id, false);
        });
        Ok(())
    }

    /// Removes the container and the volume, and the network when no other is in it.
    pub(super) async fn remove(&self, it: &Managed) -> anyhow::Result<()> {
        self.remove_containers(it.id, |_| true).await?;
        let engine = self.engine.get().await?;
        let volume = container_name(it.name.as_str());
        if self.is_own_volume(&volume).await? {
            engine.remove_volume(&volume, None::<RemoveVolumeOptions>).await.map_err(words)?;
        }
        self.remove_unused_networks().await
    }

    async fn remove_containers(
        &self,
        id: ManagedInstanceId,
        is_meant: impl Fn(&Sight) -> bool,
    ) -> anyhow::Result<()> {
        let engine = self.engine.get().await?;
        for container in self.containers(&format!("{INSTANCE}={id}")).await? {
            let sight = self.sight(&container).await?;
            let Some(name) = container.id.filter(|_| sight.is_some_and(|it| is_meant(&it))) else {
                continue;
            };
            let options = RemoveContainerOptionsBuilder::default().force(true).v(true).build();
            match engine.remove_container(&name, Some(options)).await {
                Err(error) if !is_missing(&error) => return Err(words(error)),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }

    /// What carries the marks of this machine's instances.
    pub(super) async fn marked(&self) -> anyhow::Result<Vec<(Mark, Sight)>> {
        let mut found = Vec::new();
        for container in self.containers(&format!("{HOST}={}", self.host)).await? {
            let mark = container.labels.as_ref().and_then(|labels| labels.get(MARK));
            let mark = mark.and_then(|text| serde_json::from_str(text).ok());
            let sight = self.sight(&container).await?;
            found.extend(mark.zip(sight));
        }
        Ok(found)
    }

    /// Wakes whoever watches when something happens to a container of ours.
    pub(super) async fn wake_on_events(&self, happened: &Notify) {
        let label = format!("{HOST}={}", self.host);
        loop {
            if let Ok(engine) = self.engine.get().await {
                let filters =
                    HashMap::from([("type", vec!["container"]), ("label", vec![label.as_str()])]);
                let options = EventsOptionsBuilder::default().filters(&filters).build();
                let mut events = std::pin::pin!(engine.events(Some(options)));
                while let Some(Ok(_)) = events.next().await {
                    happened.notify_one();
                }
            }
            tokio::time::sleep(RECONNECT_AFTER).await;
        }
    }
}
