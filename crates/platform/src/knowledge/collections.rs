//! Collections: made, changed, removed.

use std::str::FromStr;

use db::{Scope, Tx};
use retrieval::index;
use retrieval::keyword::{Analyzer, Language};
use serde_json::json;
use wire::knowledge::{Collection, CollectionPatch, DEFAULT_COLLECTION, NewCollection};
use wire::{CollectionId, FieldError, ProjectId, Slug, Timestamp};

use super::store;
use crate::federation;
use crate::ground::app::App;
use crate::ground::error::{Error, Result};
use crate::ground::log::{self, Change};

const CHUNK_TOKENS: std::ops::RangeInclusive<u32> = 32..=512;
const DEFAULT_TOKENS: u32 = 256;
const DEFAULT_OVERLAP: u32 = 32;

/// How a collection is read and searched.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub id: CollectionId,
    pub project: ProjectId,
    pub name: Slug,
    pub language: Language,
    pub model: Option<String>,
    pub chunk_tokens: u32,
    pub chunk_overlap: u32,
    pub weight: Option<f32>,
}

impl Settings {
    pub(super) fn analyzer(&self) -> Analyzer {
        Analyzer::new(self.language)
    }
}

/// A collection of a project, by its names.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub project: Slug,
    pub name: Slug,
}

impl Place {
    /// `name` as given, the usual collection when absent.
    pub(crate) fn new(project: Slug, name: Option<&str>) -> Result<Self> {
        let name = Slug::from_str(name.unwrap_or(DEFAULT_COLLECTION))
            .map_err(|error| Error::field("collection", error.to_string()))?;
        Ok(Self { project, name })
    }

    pub(super) fn not_found(&self) -> Error {
        Error::NotFound(format!("the collection {} of {}", self.name, self.project))
    }

    /// Refuses a project that does not exist, before much is done for it.
    pub(super) async fn check_project(&self, app: &App, scope: &Scope) -> Result<()> {
        let mut tx = app.db.read(scope).await?;
        federation::project_id(&mut tx, &self.project).await.map(drop)
    }

    pub(super) async fn load(&self, tx: &mut Tx) -> Result<Settings> {
        let project = federation::project_id(tx, &self.project).await?;
        self.find(tx, project).await?.ok_or_else(|| self.not_found())
    }

    async fn find(&self, tx: &mut Tx, project: ProjectId) -> Result<Option<Settings>> {
        Ok(store::settings(tx, project, Some(&self.name)).await?.pop())
    }

    /// The collection, made with the usual settings when it is not there.
    pub(super) async fn load_or_create(
        &self,
        tx: &mut Tx,
        at: (Option<String>, Timestamp),
    ) -> Result<Settings> {
        self.load_or_create_as(tx, NewCollection::default(), at).await
    }

    /// The collection, made as `new` says when it is not there.
    pub(super) async fn load_or_create_as(
        &self,
        tx: &mut Tx,
        new: NewCollection,
        (model, now): (Option<String>, Timestamp),
    ) -> Result<Settings> {
        let project = federation::project_id(tx, &self.project).await?;
        if let Some(found) = self.find(tx, project).await? {
            return Ok(found);
        }
        let new = NewCollection { name: self.name.to_string(), ..new };
        // Or somebody else makes it at the same time: then theirs is found.
        insert(tx, &self.project, Checked::of(&new)?, (model, now)).await?;
        self.find(tx, project).await?.ok_or_else(|| self.not_found())
    }
}

/// Whether documents can be cut into chunks of so many tokens with so much overlap.
pub(super) fn is_chunking(tokens: u32, overlap: u32) -> bool {
    CHUNK_TOKENS.contains(&tokens) && overlap.saturating_mul(2) < tokens
}

/// A description whose fields are right.
struct Checked {
    name: Slug,
    language: Language,
    chunk_tokens: u32,
    chunk_overlap: u32,
}

impl Checked {
    fn of(new: &NewCollection) -> Result<Self> {
        let mut errors = Vec::new();
        let name = new.name.parse::<Slug>().map_err(|error| error.to_string());
        let name = name.map_err(|error| errors.push(FieldError::new("name", error))).ok();
        let language = new.language.as_deref().map_or(Ok(Language::default()), Language::from_str);
        let language = language.map_err(|error| errors.push(FieldError::new("language", error)));
        let chunk_tokens = new.chunk_tokens.unwrap_or(DEFAULT_TOKENS);
        if !CHUNK_TOKENS.contains(&chunk_tokens) {
            errors.push(FieldError::new("chunk_tokens", "must be 32 to 512"));
        }
        let chunk_overlap = new.chunk_overlap.unwrap_or(DEFAULT_OVERLAP.min(chunk_tokens / 4));
        if chunk_overlap * 2 >= chunk_tokens {
            let message = "must be less than half of chunk_tokens";
            errors.push(FieldError::new("chunk_overlap", message));
        }
        match (name, language) {
            (Some(name), Ok(language)) if errors.is_empty() => {
                Ok(Self { name, language, chunk_tokens, chunk_overlap })
            }
            _ => Err(Error::Invalid(errors)),
        }
    }
}

pub(super) async fn create(
    app: &App,
    scope: &Scope,
    project: &Slug,
    new: &NewCollection,
) -> Result<Collection> {
    let new = Checked::of(new)?;
    let name = new.name.clone();
    let at = (app.retrieval.model().await?, app.clock.now());
    let mut tx = app.db.write(scope).await?;
    if !insert(&mut tx, project, new, at).await? {
        return Err(Error::Conflict(format!("{project} has a collection {name} already")));
    }
    let made = show(&mut tx, project, &name).await?;
    app.commit(tx).await?;
    Ok(made)
}

/// `false` when there is one of that name.
async fn insert(
    tx: &mut Tx,
    project: &Slug,
    new: Checked,
    (model, now): (Option<String>, Timestamp),
) -> Result<bool> {
    let settings = Settings {
        id: CollectionId::new(),
        project: federation::project_id(tx, project).await?,
        name: new.name,
        language: new.language,
        model,
        chunk_tokens: new.chunk_tokens,
        chunk_overlap: new.chunk_overlap,
        weight: None,
    };
    if !store::insert_collection(tx, &settings, now).await? {
        return Ok(false);
    }
    index::create(tx, settings.id).await?;
    let detail = json!({ "name": settings.name, "language": new.language.as_str() });
    record(tx, now, ("knowledge.collection_created", project, &settings), detail).await?;
    Ok(true)
}

pub(super) async fn show(tx: &mut Tx, project: &Slug, name: &Slug) -> Result<Collection> {
    let place = Place { project: project.clone(), name: name.clone() };
    let found = list(tx, project, Some(name)).await?.pop();
    found.ok_or_else(|| place.not_found())
}

/// The collections of a project, by name.
pub(crate) async fn list(
    tx: &mut Tx,
    project: &Slug,
    name: Option<&Slug>,
) -> Result<Vec<Collection>> {
    let project_id = federation::project_id(tx, project).await?;
    Ok(store::collections(tx, project_id, project, name).await?)
}

pub(super) async fn change(
    app: &App,
    scope: &Scope,
    place: &Place,
    patch: CollectionPatch,
) -> Result<Collection> {
    let mut tx = app.db.write(scope).await?;
    let settings = place.load(&mut tx).await?;
    let weight = patch.weight;
    if weight.is_some_and(|weight| !(0.0..=1.0).contains(&weight)) {
        return Err(Error::field("weight", "must be 0 to 1"));
    }
    store::set_weight(&mut tx, settings.id, weight).await?;
    let change = ("knowledge.collection_changed", &place.project, &settings);
    record(&mut tx, app.clock.now(), change, json!({ "weight": weight })).await?;
    let changed = show(&mut tx, &place.project, &place.name).await?;
    app.commit(tx).await?;
    Ok(changed)
}

pub(super) async fn remove(app: &App, scope: &Scope, place: &Place) -> Result<()> {
    let mut tx = app.db.write(scope).await?;
    let settings = place.load(&mut tx).await?;
    store::delete_collection(&mut tx, settings.id).await?;
    let change = ("knowledge.collection_removed", &place.project, &settings);
    record(&mut tx, app.clock.now(), change, json!({ "name": settings.name })).await?;
    app.commit(tx).await?;
    app.retrieval.searcher.forget(settings.id);
    index::drop_approximate(&app.db, scope, settings.id, None).await?;
    Ok(())
}

async fn record(
    tx: &mut Tx,
    now: Timestamp,
    (kind, project, settings): (&'static str, &Slug, &Settings),
    detail: serde_json::Value,
) -> Result<()> {
    let target = settings.id.to_string();
    let change = Change { kind, project: Some(project.clone()), target, detail };
    log::append(tx, now, change).await?;
    Ok(())
}
