//! Watching over the instances of this machine: each is looked at about once a second, more often while
//! it is on its way.

use std::collections::HashMap;
use std::fs::File;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use futures::StreamExt;
use wire::ManagedInstanceId;
use wire::instances::InstanceState;

use super::drive::Memory;
use super::store::Managed;
use super::{Instances, store};

const LOOK_EVERY: Duration = Duration::from_secs(1);
const PRUNE_EVERY: Duration = Duration::from_hours(1);
const LOOK_SOON: Duration = Duration::from_millis(100);
/// Looked at side by side: one that does not answer must not hold up the others.
const AT_ONCE: usize = 32;
const LOCK: &str = "hub.lock";

type Memories = Mutex<HashMap<ManagedInstanceId, Memory>>;

pub(super) async fn run(instances: Instances) {
    let _held = alone(&instances).await;
    tokio::join!(
        look_after(&instances),
        instances.0.docker.wake_on_events(&instances.0.asked),
        prune(&instances),
    );
}

/// Waits until no other hub looks after the instances of this data directory. Dying lets the next
/// one in.
async fn alone(instances: &Instances) -> Option<File> {
    loop {
        match lock(instances) {
            Ok(Some(held)) => return Some(held),
            Ok(None) => {}
            Err(error) => tracing::warn!(error = format!("{error:#}"), "no look at the instances"),
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

fn lock(instances: &Instances) -> anyhow::Result<Option<File>> {
    let path = instances.0.folder.join(LOCK);
    let file = File::create(&path).with_context(|| format!("cannot open {}", path.display()))?;
    Ok(file.try_lock().is_ok().then_some(file))
}

/// What a crash or a lost row left behind in the engine.
async fn prune(instances: &Instances) {
    loop {
        if let Err(error) = prune_once(instances).await {
            // A machine without an engine is none the worse for it.
            tracing::debug!(error = format!("{error:#}"), "nothing pruned");
        }
        instances.0.app.clock.sleep(PRUNE_EVERY).await;
    }
}

async fn prune_once(instances: &Instances) -> anyhow::Result<()> {
    let app = &instances.0.app;
    let mut tx = app.db.read(&app.service_scope("instances")).await?;
    let known = store::of_host(&mut tx, &instances.0.host).await?;
    drop(tx);
    let known: Vec<ManagedInstanceId> = known.iter().map(|it| it.id).collect();
    instances.0.docker.prune(&known).await
}

async fn look_after(instances: &Instances) {
    let memories = Memories::default();
    loop {
        let pause = match look(instances, &memories).await {
            Ok(pause) => pause,
            Err(error) => {
                tracing::warn!(error = format!("{error:#}"), "cannot look at the instances");
                LOOK_EVERY
            }
        };
        tokio::select! {
            () = instances.0.app.clock.sleep(pause) => {}
            () = instances.0.asked.notified() => {}
        }
    }
}

/// Looks at each once. Answers with how long it may be until the next look.
async fn look(instances: &Instances, memories: &Memories) -> anyhow::Result<Duration> {
    let app = &instances.0.app;
    let mut tx = app.db.read(&app.service_scope("instances")).await?;
    let all = store::of_host(&mut tx, &instances.0.host).await?;
    drop(tx);
    instances.0.metrics.count(&all);
    let lock = || memories.lock().unwrap_or_else(PoisonError::into_inner);
    lock().retain(|id, _| all.iter().any(|it| it.id == *id));
    let looks = futures::stream::iter(all).map(async |it| {
        let (id, name) = (it.id, it.name.clone());
        let mut memory = lock().remove(&id).unwrap_or_default();
        let after = instances.drive(it, &mut memory).await;
        lock().insert(id, memory);
        after
            .inspect_err(|error| {
                tracing::warn!(%name, error = format!("{error:#}"), "cannot look after an instance");
            })
            .ok()
    });
    let after: Vec<Option<Managed>> = looks.buffer_unordered(AT_ONCE).collect().await;
    let is_moving = after.iter().flatten().any(is_moving);
    Ok(if is_moving { LOOK_SOON } else { LOOK_EVERY })
}

fn is_moving(it: &Managed) -> bool {
    matches!(it.state, InstanceState::Starting | InstanceState::Stopping)
}
