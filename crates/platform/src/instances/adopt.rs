//! Taking over what runs and carries our marks, and has lost its row: after a database was restored
//! from before it was made.

use db::Scope;
use serde::{Deserialize, Serialize};
use wire::instances::{Driver, InstanceState, Wanted};
use wire::{ManagedInstanceId, Slug};

use super::checks::{Draft, Port};
use super::model::{Seen, Sight};
use super::store::{self, Managed, Spec};
use super::{Instances, process};
use crate::ground::error::{Error, Result};

/// What an instance carries, wherever it runs, so that it can be known again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Mark {
    pub id: ManagedInstanceId,
    /// Absent from what is found where only this machine's can be.
    pub host: String,
    pub project: Slug,
    pub name: Slug,
    pub driver: Driver,
    pub port: Option<u16>,
    pub spec: Spec,
}

impl Managed {
    pub(super) fn mark(&self) -> Mark {
        Mark {
            id: self.id,
            host: self.host.clone(),
            project: self.project.clone(),
            name: self.name.clone(),
            driver: self.driver,
            port: self.port,
            spec: self.spec.clone(),
        }
    }
}

impl Instances {
    /// Adopts every one that runs without a row; answers with them.
    pub(super) async fn adopt(&self, scope: &Scope) -> Result<Vec<Managed>> {
        let mut adopted = Vec::new();
        for (mark, sight) in self.marked().await? {
            let is_ours = mark.host == self.0.host;
            if is_ours && matches!(sight.what, Seen::Running(_)) {
                adopted.extend(self.adopt_one(scope, mark, &sight).await?);
            }
        }
        if !adopted.is_empty() {
            self.0.asked.notify_one();
        }
        Ok(adopted)
    }

    async fn marked(&self) -> Result<Vec<(Mark, Sight)>> {
        let marks: Vec<Mark> = process::marked(&self.0.folder)?;
        let with_sight = |mark: Mark| {
            let sight = process::observe(&self.folder_of(mark.id));
            (mark, sight)
        };
        let processes = marks.into_iter().filter(|mark| mark.driver == Driver::Process);
        let mut found: Vec<(Mark, Sight)> = processes.map(with_sight).collect();
        // A machine without an engine has no containers.
        found.extend(self.0.docker.marked().await.unwrap_or_default());
        Ok(found)
    }

    async fn adopt_one(&self, scope: &Scope, mark: Mark, sight: &Sight) -> Result<Option<Managed>> {
        let app = &self.0.app;
        let mut tx = app.db.write(scope).await?;
        if store::find(&mut tx, mark.id).await?.is_some() {
            return Ok(None);
        }
        let port = mark.port.map_or(Port::None, Port::This);
        let Mark { id, project, name, driver, spec, .. } = mark;
        let draft = Draft { project, name: Some(name.clone()), driver, port, spec };
        let mut it = draft.row(id, (&self.0.host, &name, mark.port), app.clock.now());
        it.run = sight.run;
        it.wanted = Wanted::Running;
        it.state = InstanceState::Starting;
        if !store::insert(&mut tx, &it).await? {
            let words = format!("{name} runs without a row, and its name or port has another one");
            return Err(Error::Conflict(words));
        }
        it.started_at = Some(app.clock.now());
        it.handle.clone_from(&sight.handle);
        store::save(&mut tx, &it).await?;
        it.revision += 1;
        let detail = serde_json::json!({ "name": it.name, "driver": it.driver, "run": it.run });
        self.record(&mut tx, "instances.adopted", &it, detail).await?;
        self.announce(&mut tx, &it).await?;
        app.commit(tx).await?;
        Ok(Some(it))
    }
}
