//! Making an instance: its name, its port, its row.

use db::{Scope, Tx};
use wire::instances::{InstanceHealth, InstanceState, NewInstance, Wanted};
use wire::{ManagedInstanceId, Slug, Timestamp};

use super::checks::{Draft, Port, check};
use super::store::Managed;
use super::{Instances, ports, store};
use crate::federation;
use crate::ground::error::{Error, Result};

impl Instances {
    /// Makes an instance and has it started. The same one asked for again is the same one.
    pub(super) async fn create(&self, scope: &Scope, new: NewInstance) -> Result<Managed> {
        let app = &self.0.app;
        let draft = check(&app.config.instances, new)?;
        let mut tx = app.db.write(scope).await?;
        federation::project_id(&mut tx, &draft.project).await?;
        let known = match &draft.name {
            Some(name) => self.same(&mut tx, &draft, name).await?,
            None => None,
        };
        let id = match known {
            Some(id) => id,
            None => self.insert(&mut tx, &draft).await?,
        };
        let begun = self.begin(&mut tx, id).await?;
        app.commit(tx).await?;
        self.0.asked.notify_one();
        Ok(begun)
    }

    /// The instance of that name, where it is what the draft describes.
    async fn same(
        &self,
        tx: &mut Tx,
        draft: &Draft,
        name: &Slug,
    ) -> Result<Option<ManagedInstanceId>> {
        let Some(known) = store::by_name(tx, name).await? else { return Ok(None) };
        if draft.describes(&known) {
            return Ok(Some(known.id));
        }
        Err(Error::Conflict(format!("there is an instance {name}, and it is another one")))
    }

    async fn insert(&self, tx: &mut Tx, draft: &Draft) -> Result<ManagedInstanceId> {
        let mut name = match draft.name.clone() {
            Some(name) => name,
            None => free_name(tx, &draft.project).await?,
        };
        let held = store::ports(tx, &self.0.host).await?;
        let range = self.0.app.config.instances.ports.clone();
        let candidates: Box<dyn Iterator<Item = Option<u16>> + Send> = match draft.port {
            Port::None => Box::new(std::iter::once(None)),
            Port::This(port) => Box::new(std::iter::once(Some(port))),
            Port::Any => Box::new(ports::free(range, &held).map(Some)),
        };
        for port in candidates {
            if let Port::This(port) = draft.port
                && let Some(words) = self.port_conflict(tx, port).await?
            {
                return Err(Error::Conflict(words));
            }
            let new = self.new_row(draft, &name, port);
            if store::insert(tx, &new).await? {
                return Ok(new.id);
            }
            // Somebody took the name or the port meanwhile.
            if draft.name.is_none() {
                name = free_name(tx, &draft.project).await?;
            } else if let Some(same) = self.same(tx, draft, &name).await? {
                return Ok(same);
            }
        }
        let range = &self.0.app.config.instances.ports;
        let (first, last) = (range.start(), range.end());
        Err(Error::Conflict(format!("every port of {first} to {last} is taken")))
    }

    /// Why an instance cannot have the port.
    pub(super) async fn port_conflict(&self, tx: &mut Tx, port: u16) -> Result<Option<String>> {
        let all = store::of_host(tx, &self.0.host).await?;
        if let Some(holder) = all.iter().find(|it| it.port == Some(port)) {
            return Ok(Some(format!("port {port} belongs to the instance {}", holder.name)));
        }
        let words = || format!("something else listens on port {port}");
        Ok((!ports::is_free(port)).then(words))
    }

    fn new_row(&self, draft: &Draft, name: &Slug, port: Option<u16>) -> Managed {
        let now = self.0.app.clock.now();
        let id = ManagedInstanceId::new();
        draft.row(id, (&self.0.host, name, port), now)
    }
}

impl Draft {
    /// The row of an instance that never ran.
    pub(super) fn row(
        &self,
        id: ManagedInstanceId,
        (host, name, port): (&str, &Slug, Option<u16>),
        now: Timestamp,
    ) -> Managed {
        Managed {
            id,
            host: host.to_owned(),
            project: self.project.clone(),
            name: name.clone(),
            driver: self.driver,
            spec: self.spec.clone(),
            port,
            wanted: Wanted::Stopped,
            run: 0,
            started_at: None,
            ready: false,
            failure: None,
            exit_code: None,
            restart_at: None,
            streak: 0,
            restarts: 0,
            state: InstanceState::Created,
            health: InstanceHealth::None,
            since: now,
            reason: None,
            last_lines: None,
            handle: None,
            job: None,
            created_at: now,
            updated_at: now,
            revision: 0,
        }
    }

    fn describes(&self, known: &Managed) -> bool {
        let is_port_right = match self.port {
            Port::Any => known.port.is_some(),
            Port::None => known.port.is_none(),
            Port::This(port) => known.port == Some(port),
        };
        let is_same = self.project == known.project && self.driver == known.driver;
        is_same && is_port_right && self.spec == known.spec
    }
}

/// The project's slug and the first number that is free.
pub(super) async fn free_name(tx: &mut Tx, project: &Slug) -> Result<Slug> {
    for number in 1_u32.. {
        let suffix = format!("-{number}");
        let longest = Slug::MAX_LEN - suffix.len();
        let stem: String = project.as_str().chars().take(longest).collect();
        let text = format!("{}{suffix}", stem.trim_end_matches('-'));
        let name: Slug =
            text.parse().map_err(|error| Error::Internal(anyhow::Error::new(error)))?;
        if store::by_name(tx, &name).await?.is_none() {
            return Ok(name);
        }
    }
    Err(Error::Conflict("there is no name left".to_owned()))
}
