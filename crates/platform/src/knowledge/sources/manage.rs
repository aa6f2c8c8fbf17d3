//! Sources: added, listed, removed, run.

use std::time::Duration;

use db::{Scope, Tx};
use serde_json::json;
use wire::knowledge::{NewSource, Source, SourceKind};
use wire::{FieldError, Slug, SourceId};

use super::{Sync, repositories};
use crate::federation;
use crate::ground::app::App;
use crate::ground::error::{Error, Result};
use crate::ground::jobs;
use crate::ground::location;
use crate::ground::log::{self, Change};
use crate::knowledge::collections::Place;
use crate::knowledge::documents;
use crate::knowledge::store::{self, SourceRow};

const SHORTEST_PAUSE: u64 = 60;
/// A year: farther than that a moment may not be written.
const LONGEST_PAUSE: u64 = 366 * 24 * 60 * 60;
const DEFAULT_PAUSE: u64 = 3_600;
const DEEPEST: u32 = 5;
const DEFAULT_DEPTH: u32 = 2;

/// What becomes of the documents of a source that is removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::knowledge) enum Documents {
    Keep,
    Remove,
}

pub(in crate::knowledge) async fn list(tx: &mut Tx, project: &Slug) -> Result<Vec<Source>> {
    let project = federation::project_id(tx, project).await?;
    Ok(store::sources(tx, project).await?.into_iter().map(Source::from).collect())
}

/// Adds a source, and its collection where there is none; the first look is queued with it.
pub(in crate::knowledge) async fn create(
    app: &App,
    scope: &Scope,
    project: Slug,
    new: NewSource,
) -> Result<Source> {
    let place = Place::new(project, new.collection.as_deref())?;
    let source = checked(app, place.name.clone(), new).await?;
    let model = app.retrieval.model().await?;
    let now = source.created_at;
    let mut tx = app.db.write(scope).await?;
    let settings = place.load_or_create(&mut tx, (model, now)).await?;
    if !store::insert_source(&mut tx, settings.id, &source).await? {
        let words = format!("{} has the source {} already", place.name, source.location);
        return Err(Error::Conflict(words));
    }
    queue(app, &mut tx, source.id).await?;
    let detail = json!({
        "collection": place.name,
        "kind": source.kind,
        "location": source.location,
    });
    record(app, &mut tx, ("knowledge.source_added", &place.project, source.id), detail).await?;
    app.commit(tx).await?;
    Ok(source)
}

async fn checked(app: &App, collection: Slug, new: NewSource) -> Result<Source> {
    let mut errors = Vec::new();
    let every = new.every.unwrap_or(DEFAULT_PAUSE);
    if !(SHORTEST_PAUSE..=LONGEST_PAUSE).contains(&every) {
        errors.push(FieldError::new("every", "must be 60 seconds to a year"));
    }
    let depth = new.depth.unwrap_or(DEFAULT_DEPTH);
    if depth > DEEPEST {
        errors.push(FieldError::new("depth", "must be at most 5"));
    }
    let location = check_location(app, new.kind, &new.location).await;
    let location = location.map_err(|words| errors.push(FieldError::new("location", words)));
    let (Ok(location), true) = (location, errors.is_empty()) else {
        return Err(Error::Invalid(errors));
    };
    let now = app.clock.now();
    Ok(Source {
        id: SourceId::new(),
        collection,
        kind: new.kind,
        location,
        every,
        depth,
        prune: new.prune,
        created_at: now,
        next_run_at: now + Duration::from_secs(every),
        last_run_at: None,
        last_result: None,
    })
}

/// The location as it is kept, or what is wrong with it.
async fn check_location(app: &App, kind: SourceKind, place: &str) -> Result<String, String> {
    let is_local = match kind {
        SourceKind::Folder => true,
        SourceKind::Git => place.starts_with('/'),
        SourceKind::Feed | SourceKind::Site => false,
    };
    if is_local { location::folder(app, place).await } else { location::url(app, place) }
}

/// Has a source looked at now; one that is being looked at or waits for it stays as it is.
pub(in crate::knowledge) async fn run(
    app: &App,
    scope: &Scope,
    project: &Slug,
    id: SourceId,
) -> Result<()> {
    let mut tx = app.db.write(scope).await?;
    find(&mut tx, project, id).await?;
    queue(app, &mut tx, id).await?;
    app.commit(tx).await?;
    Ok(())
}

async fn queue(app: &App, tx: &mut Tx, source: SourceId) -> Result<()> {
    jobs::enqueue(tx, &Sync { source }, app.clock.now(), Some(&source.to_string())).await?;
    Ok(())
}

pub(in crate::knowledge) async fn remove(
    app: &App,
    scope: &Scope,
    project: &Slug,
    (id, documents): (SourceId, Documents),
) -> Result<()> {
    let mut tx = app.db.write(scope).await?;
    let source = find(&mut tx, project, id).await?;
    let place = Place { project: source.project, name: source.collection };
    let known = match documents {
        Documents::Keep => Vec::new(),
        Documents::Remove => {
            let known = store::known(&mut tx, source.collection_id).await?;
            let own = known.into_iter().filter(|(_, known)| known.source == Some(id));
            own.map(|(path, _)| path).collect()
        }
    };
    store::delete_source(&mut tx, id).await?;
    let detail = json!({ "collection": place.name, "location": source.location });
    record(app, &mut tx, ("knowledge.source_removed", &place.project, id), detail).await?;
    app.commit(tx).await?;
    if !known.is_empty() {
        documents::remove_paths(app, scope, &place, &known).await?;
    }
    // What another worker keeps of it is found by nobody and harms nobody.
    drop(tokio::fs::remove_dir_all(repositories(app).join(id.to_string())).await);
    Ok(())
}

async fn find(tx: &mut Tx, project: &Slug, id: SourceId) -> Result<SourceRow> {
    let found = store::source(tx, id).await?.filter(|found| found.project == *project);
    found.ok_or_else(|| Error::NotFound(format!("the source {id}")))
}

async fn record(
    app: &App,
    tx: &mut Tx,
    (kind, project, id): (&'static str, &Slug, SourceId),
    detail: serde_json::Value,
) -> Result<()> {
    let change = Change { kind, project: Some(project.clone()), target: id.to_string(), detail };
    log::append(tx, app.clock.now(), change).await?;
    Ok(())
}
