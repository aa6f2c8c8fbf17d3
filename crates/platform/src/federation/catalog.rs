//! Changes of the catalog: in the database first, on the board when it is committed.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use db::{Scope, Tx};
use serde_json::{Value, json};
use wire::federation::NewProject;
use wire::{ProjectId, Slug};

use super::board::{Recorded, Standing};
use super::description::{Description, Patch};
use super::project::{Project, Source};
use super::{Federation, store};
use crate::ground::error::{Error, Result};
use crate::ground::log::{self, Change};

/// Another replica's change is noticed by its event; this is for events that got lost.
const RELOAD_EVERY: Duration = Duration::from_secs(30);

/// What came of registering a project.
pub(crate) struct Registration {
    pub id: ProjectId,
    pub is_new: bool,
}

impl Federation {
    /// Registers a project, or brings the one of that slug up to date.
    pub(crate) async fn register(
        &self,
        scope: &Scope,
        description: Description,
        source: Source,
    ) -> Result<Registration> {
        let _turn = self.0.catalog_turn.lock().await;
        let mut tx = self.0.app.db.write(scope).await?;
        let (project, is_new) = self.upsert(&mut tx, description, source).await?;
        self.0.app.commit(tx).await?;
        let id = project.id;
        self.newcomers().forget(&project.slug);
        self.put(project);
        Ok(Registration { id, is_new })
    }

    /// Registers a project unless there is one of that slug.
    pub(crate) async fn register_if_new(
        &self,
        scope: &Scope,
        new: NewProject,
    ) -> anyhow::Result<()> {
        if self.board().find(&new.slug).is_some() {
            return Ok(());
        }
        let description =
            Description::from_json(&serde_json::to_vec(&new)?).map_err(Error::Invalid)?;
        self.register(scope, description, Source::Api).await?;
        Ok(())
    }

    /// Registers all of them, or none.
    pub(super) async fn register_all(
        &self,
        scope: &Scope,
        descriptions: Vec<Description>,
        source: Source,
    ) -> Result<Vec<ProjectId>> {
        let _turn = self.0.catalog_turn.lock().await;
        let mut tx = self.0.app.db.write(scope).await?;
        let mut projects = Vec::new();
        for description in descriptions {
            projects.push(self.upsert(&mut tx, description, source).await?.0);
        }
        self.0.app.commit(tx).await?;
        let ids = projects.iter().map(|project| project.id).collect();
        for project in projects {
            self.put(project);
        }
        Ok(ids)
    }

    async fn upsert(
        &self,
        tx: &mut Tx,
        description: Description,
        source: Source,
    ) -> Result<(Project, bool)> {
        let now = self.0.app.clock.now();
        let fresh = Project::new(description.clone(), source, now);
        if store::insert(tx, &fresh).await? {
            record(tx, &fresh, "federation.project_registered", now).await?;
            return Ok((fresh, true));
        }
        // Taken, and not deleted since: the insert waited for whoever took it.
        let known = store::load(tx, fresh.slug.as_str()).await?;
        let known = known.ok_or(Error::Unavailable("the project"))?;
        let Some(next) = known.described(description, source, now) else {
            return Ok((known, false));
        };
        store::update(tx, &next).await?;
        record(tx, &next, "federation.project_updated", now).await?;
        Ok((next, false))
    }

    pub(super) async fn patch(
        &self,
        scope: &Scope,
        slug: &Slug,
        patch: Patch,
        check: impl FnOnce(&Project) -> Result<()>,
    ) -> Result<ProjectId> {
        let _turn = self.0.catalog_turn.lock().await;
        let now = self.0.app.clock.now();
        let mut tx = self.0.app.db.write(scope).await?;
        let known = store::load(&mut tx, slug.as_str()).await?;
        let known = known.ok_or_else(|| not_found(slug.as_str()))?;
        check(&known)?;
        let Some(next) = known.patched(patch, now) else { return Ok(known.id) };
        store::update(&mut tx, &next).await?;
        record(&mut tx, &next, "federation.project_updated", now).await?;
        self.0.app.commit(tx).await?;
        let id = next.id;
        self.put(next);
        Ok(id)
    }

    pub(super) async fn remove(
        &self,
        scope: &Scope,
        slug: &Slug,
        check: impl FnOnce(&Project) -> Result<()>,
    ) -> Result<()> {
        let _turn = self.0.catalog_turn.lock().await;
        let mut tx = self.0.app.db.write(scope).await?;
        let known = store::load(&mut tx, slug.as_str()).await?;
        let known = known.ok_or_else(|| not_found(slug.as_str()))?;
        check(&known)?;
        store::delete(&mut tx, known.id).await?;
        record(&mut tx, &known, "federation.project_removed", self.0.app.clock.now()).await?;
        self.0.app.commit(tx).await?;
        self.take_off(known.id);
        Ok(())
    }

    /// Marks the projects that a file brought and no longer names, and unmarks those it names.
    pub(super) async fn orphan_all_but(&self, scope: &Scope, named: &HashSet<Slug>) -> Result<()> {
        let _turn = self.0.catalog_turn.lock().await;
        let now = self.0.app.clock.now();
        let mut tx = self.0.app.db.write(scope).await?;
        let mut marked = Vec::new();
        for (project, _) in store::all(&mut tx).await? {
            let orphaned = !named.contains(&project.slug);
            if project.source == Source::File && orphaned != project.orphaned {
                let next = Project { orphaned, updated_at: now, ..project };
                store::update(&mut tx, &next).await?;
                record(&mut tx, &next, "federation.project_orphaned", now).await?;
                marked.push(next);
            }
        }
        self.0.app.commit(tx).await?;
        for project in marked {
            self.put(project);
        }
        Ok(())
    }

    /// Makes the board hold what the database holds.
    pub(super) async fn reload_catalog(&self) -> Result<(), db::Error> {
        let app = &self.0.app;
        let _turn = self.0.catalog_turn.lock().await;
        let mut tx = app.db.read(&app.service_scope("federation")).await?;
        let stored: HashMap<ProjectId, (Project, Recorded)> =
            store::all(&mut tx).await?.into_iter().map(|it| (it.0.id, it)).collect();
        drop(tx);
        let now = self.now();
        let mut board = self.board();
        let gone: Vec<ProjectId> = board
            .entries()
            .map(|entry| entry.project.id)
            .filter(|id| !stored.contains_key(id))
            .collect();
        for id in gone {
            if let Some(entry) = board.remove(id) {
                self.0.metrics.forget(&entry.project.slug);
            }
        }
        for (id, (project, recorded)) in stored {
            board.adopt(id, &recorded.standing, now);
            if board.get(id).is_none_or(|entry| entry.project != project) {
                board.put(project, recorded, now);
            }
        }
        self.count_by_status(&board);
        drop(board);
        self.board_changed();
        Ok(())
    }

    fn put(&self, project: Project) {
        let standing = Standing::never_heard(project.created_at);
        let recorded = Recorded { standing, last_heartbeat_at: None, report: None };
        let now = self.now();
        let mut board = self.board();
        board.put(project, recorded, now);
        self.count_by_status(&board);
        drop(board);
        self.board_changed();
    }

    fn take_off(&self, id: ProjectId) {
        let mut board = self.board();
        if let Some(entry) = board.remove(id) {
            self.0.metrics.forget(&entry.project.slug);
        }
        self.count_by_status(&board);
        drop(board);
        self.board_changed();
    }
}

/// Reloads when somebody, here or on another replica, changed the catalog.
pub(super) async fn follow(federation: Federation) {
    let app = federation.0.app.clone();
    let mut wakes = app.feed.follow();
    let mut seen = 0;
    loop {
        tokio::select! {
            changed = wakes.changed() => if changed.is_err() { return },
            () = app.clock.sleep(RELOAD_EVERY) => {}
        }
        if let Err(error) = federation.reload_if_changed(&mut seen).await {
            tracing::warn!(error = ?error, "cannot read the catalog");
        }
    }
}

impl Federation {
    async fn reload_if_changed(&self, seen: &mut i64) -> Result<(), db::Error> {
        let app = &self.0.app;
        let mut tx = app.db.read(&app.service_scope("federation")).await?;
        let last = log::last_event_number(&mut tx).await?;
        let filter = log::Filter { after: *seen, ..log::Filter::default() };
        let events = log::events(&mut tx, &filter, MANY_EVENTS).await?;
        drop(tx);
        *seen = last;
        let many = events.len() >= usize::try_from(MANY_EVENTS).unwrap_or(usize::MAX);
        if many || events.iter().any(|event| event.kind.starts_with("federation.project_")) {
            self.reload_catalog().await?;
        }
        Ok(())
    }
}

/// Past so many events at once, reading the catalog is cheaper than reading them.
const MANY_EVENTS: i64 = 200;

pub(super) fn not_found(slug: &str) -> Error {
    Error::NotFound(format!("project '{slug}'"))
}

async fn record(
    tx: &mut Tx,
    project: &Project,
    kind: &'static str,
    now: wire::Timestamp,
) -> Result<()> {
    let change = Change {
        kind,
        project: Some(project.slug.clone()),
        target: project.slug.to_string(),
        detail: detail(project),
    };
    log::append(tx, now, change).await?;
    Ok(())
}

fn detail(project: &Project) -> Value {
    json!({
        "id": project.id,
        "name": project.name,
        "hub_url": project.hub_url,
        "tags": project.tags,
        "owner": project.owner,
        "description": project.description,
        "allow_fanout": project.allow_fanout,
        "verify_key": project.verify_key,
        "source": project.source.as_str(),
        "orphaned": project.orphaned,
    })
}
