//! What is asked of instances: start, stop, restart, remove. Each changes what is wanted and queues a
//! job that tells when it came to pass; acting is the watcher's.

use db::{Scope, Tx};
use serde_json::{Value, json};
use wire::ManagedInstanceId;
use wire::instances::{InstanceHealth, InstanceState, Wanted};

use super::store::Managed;
use super::{Instances, Settle, process, store};
use crate::ground::error::{Error, Result};
use crate::ground::jobs;
use crate::ground::log::{self, Change};
use wire::instances::Driver;

impl Instances {
    pub(super) async fn find(&self, tx: &mut Tx, id: ManagedInstanceId) -> Result<Managed> {
        store::find(tx, id).await?.ok_or_else(|| not_found(id))
    }

    async fn lock(&self, tx: &mut Tx, id: ManagedInstanceId) -> Result<Managed> {
        store::lock(tx, id).await?.ok_or_else(|| not_found(id))
    }

    pub(super) async fn ask_start(&self, scope: &Scope, id: ManagedInstanceId) -> Result<Managed> {
        let mut tx = self.0.app.db.write(scope).await?;
        let begun = self.begin(&mut tx, id).await?;
        self.done(tx).await?;
        Ok(begun)
    }

    pub(super) async fn ask_restart(
        &self,
        scope: &Scope,
        id: ManagedInstanceId,
    ) -> Result<Managed> {
        let mut tx = self.0.app.db.write(scope).await?;
        let mut it = self.lock(&mut tx, id).await?;
        it.begin_run();
        let asked = self.write_asked(&mut tx, it, "instances.restarted").await?;
        self.done(tx).await?;
        Ok(asked)
    }

    pub(super) async fn ask_stop(&self, scope: &Scope, id: ManagedInstanceId) -> Result<Managed> {
        let mut tx = self.0.app.db.write(scope).await?;
        let mut it = self.lock(&mut tx, id).await?;
        if it.wanted == Wanted::Stopped {
            return Ok(it);
        }
        it.wanted = Wanted::Stopped;
        it.restart_at = None;
        it.failure = None;
        if it.state != InstanceState::Completed {
            it.state = InstanceState::Stopping;
            it.health = InstanceHealth::None;
            it.forget_reason();
        }
        let asked = self.write_asked(&mut tx, it, "instances.stopped").await?;
        self.done(tx).await?;
        Ok(asked)
    }

    /// Has it run, unless it does or is about to.
    pub(super) async fn begin(&self, tx: &mut Tx, id: ManagedInstanceId) -> Result<Managed> {
        let mut it = self.lock(tx, id).await?;
        let is_under_way = matches!(
            it.state,
            InstanceState::Starting | InstanceState::Running | InstanceState::Degraded
        );
        if it.wanted == Wanted::Running && is_under_way {
            return Ok(it);
        }
        it.begin_run();
        self.write_asked(tx, it, "instances.started").await
    }

    pub(super) async fn ask_remove(&self, scope: &Scope, id: ManagedInstanceId) -> Result<()> {
        let mut tx = self.0.app.db.write(scope).await?;
        let it = self.lock(&mut tx, id).await?;
        let is_at_rest = match it.state {
            InstanceState::Created | InstanceState::Stopped => it.wanted == Wanted::Stopped,
            InstanceState::Completed => true,
            InstanceState::Starting
            | InstanceState::Running
            | InstanceState::Degraded
            | InstanceState::Stopping
            | InstanceState::Failed
            | InstanceState::Unknown => false,
        };
        if !is_at_rest {
            let words = format!("{} is {}; only a stopped instance is removed", it.name, it.state);
            return Err(Error::Conflict(words));
        }
        self.check_is_here(&it)?;
        store::delete(&mut tx, &it).await?;
        self.record(&mut tx, "instances.removed", &it, detail(&it)).await?;
        self.0.app.commit(tx).await?;
        if let Err(error) = self.remove_what_is_left(&it).await {
            tracing::warn!(instance = %it.name, error = format!("{error:#}"), "left something behind");
        }
        Ok(())
    }

    async fn remove_what_is_left(&self, it: &Managed) -> anyhow::Result<()> {
        let folder = self.folder_of(it.id);
        match it.driver {
            Driver::Process => process::remove(&folder),
            Driver::Docker => self.0.docker.remove(it).await,
        }
    }

    /// Refuses what only the hub of the instance's machine can do.
    pub(super) fn check_is_here(&self, it: &Managed) -> Result<()> {
        if it.host == self.0.host {
            return Ok(());
        }
        let words = format!("{} is on another machine; ask the hub there", it.name);
        Err(Error::Conflict(words))
    }

    async fn write_asked(
        &self,
        tx: &mut Tx,
        mut it: Managed,
        kind: &'static str,
    ) -> Result<Managed> {
        let now = self.0.app.clock.now();
        it.since = now;
        it.updated_at = now;
        if it.wanted == Wanted::Running {
            it.started_at = Some(now);
        }
        let job = Settle { instance: it.id, wanted: it.wanted, run: it.run };
        it.job = jobs::enqueue(tx, &job, now, None).await?;
        store::save(tx, &it).await?;
        it.revision += 1;
        self.record(tx, kind, &it, detail(&it)).await?;
        self.announce(tx, &it).await?;
        Ok(it)
    }

    /// What somebody did, for the audit and the log.
    pub(super) async fn record(
        &self,
        tx: &mut Tx,
        kind: &'static str,
        it: &Managed,
        detail: Value,
    ) -> Result<()> {
        let project = Some(it.project.clone());
        let change = Change { kind, project, target: it.id.to_string(), detail };
        log::append(tx, self.0.app.clock.now(), change).await?;
        Ok(())
    }

    /// How it is now, for whoever watches.
    pub(super) async fn announce(&self, tx: &mut Tx, it: &Managed) -> Result<()> {
        let detail = serde_json::to_value(it.shown()).map_err(anyhow::Error::new)?;
        let change = Change {
            kind: "instances.changed",
            project: Some(it.project.clone()),
            target: it.id.to_string(),
            detail,
        };
        log::append_events(tx, self.0.app.clock.now(), vec![change]).await?;
        Ok(())
    }

    async fn done(&self, tx: Tx) -> Result<()> {
        self.0.app.commit(tx).await?;
        self.0.asked.notify_one();
        Ok(())
    }
}

impl Managed {
    /// Somebody wants a new run of it.
    fn begin_run(&mut self) {
        self.wanted = Wanted::Running;
        self.streak = 0;
        self.restarts = 0;
        self.next_run();
    }

    pub(super) fn next_run(&mut self) {
        self.run += 1;
        self.ready = false;
        self.failure = None;
        self.exit_code = None;
        self.restart_at = None;
        self.state = InstanceState::Starting;
        self.health = InstanceHealth::None;
        self.forget_reason();
    }

    fn forget_reason(&mut self) {
        self.reason = None;
        self.last_lines = None;
    }
}

fn detail(it: &Managed) -> Value {
    json!({ "name": it.name, "driver": it.driver, "run": it.run })
}

pub(super) fn not_found(id: ManagedInstanceId) -> Error {
    Error::NotFound(format!("the instance {id}"))
}
