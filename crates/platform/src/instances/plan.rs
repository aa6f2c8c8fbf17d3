//! What would happen, said before it does.

use db::Scope;
use wire::instances::{Driver, NewInstance, Plan};

use super::checks::{Draft, Port, check};
use super::create::free_name;
use super::model::GATE_TRIES;
use super::{Instances, ports, shown, store};
use crate::federation;
use crate::ground::error::Result;

impl Instances {
    pub(super) async fn plan(&self, scope: &Scope, new: NewInstance) -> Result<Plan> {
        let app = &self.0.app;
        let draft = check(&app.config.instances, new)?;
        let mut conflicts = Vec::new();
        let mut tx = app.db.read(scope).await?;
        federation::project_id(&mut tx, &draft.project).await?;
        let name = match &draft.name {
            Some(name) => name.clone(),
            None => free_name(&mut tx, &draft.project).await?,
        };
        if store::by_name(&mut tx, &name).await?.is_some() {
            conflicts.push(format!("there is an instance {name} already"));
        }
        let port = match draft.port {
            Port::None => None,
            Port::This(port) => {
                conflicts.extend(self.port_conflict(&mut tx, port).await?);
                Some(port)
            }
            Port::Any => {
                let held = store::ports(&mut tx, &self.0.host).await?;
                let free = ports::free(app.config.instances.ports.clone(), &held).next();
                if free.is_none() {
                    conflicts.push("every port is taken".to_owned());
                }
                free
            }
        };
        drop(tx);
        if draft.driver == Driver::Docker {
            conflicts.extend(self.container_conflicts(&draft).await);
        }
        let steps = self.steps(&draft, name.as_str(), port);
        Ok(Plan { instance: shown::planned(&draft, name, port), steps, conflicts })
    }

    fn steps(&self, draft: &Draft, name: &str, port: Option<u16>) -> Vec<String> {
        let mut steps = Vec::new();
        if let Some(port) = port {
            steps.push(format!("reserve port {port} on 127.0.0.1"));
        }
        match draft.driver {
            Driver::Process => {
                let folder = self.0.folder.display();
                steps.push(format!("make a folder of its own in {folder}"));
                let program = match &draft.spec.command {
                    Some(command) => command.join(" "),
                    None => {
                        format!("commandcenter serve --services instance for {}", draft.project)
                    }
                };
                steps.push(format!("start {program}"));
            }
            Driver::Docker => {
                let container = super::docker::container_name(name);
                let image = draft.spec.image.as_deref().unwrap_or_default();
                steps.push(format!("make the network cc-{} unless it is there", draft.project));
                steps.push(format!("make the volume {container} unless it is there"));
                steps.push(format!("make the container {container} of {image} and start it"));
            }
        }
        if port.is_some() {
            steps.push(format!("wait for /readyz, {GATE_TRIES} tries 1 s apart"));
        }
        steps
    }
}
