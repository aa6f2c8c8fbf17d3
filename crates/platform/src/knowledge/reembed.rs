//! New vectors for a collection, in the background: the old ones serve until all are there.

use anyhow::{Context, ensure};
use db::Scope;
use retrieval::index;
use serde::{Deserialize, Serialize};
use serde_json::json;
use wire::CollectionId;

use super::collections::Place;
use super::store;
use crate::ground::app::App;
use crate::ground::error::{Error, Result};
use crate::ground::jobs::{self, Job};
use crate::ground::log::{self, Change};

/// Chunks of one transaction.
const BATCH: i64 = 128;

#[derive(Serialize, Deserialize)]
pub(crate) struct Reembed {
    pub collection: CollectionId,
}

/// Queues it; one at a time for each collection.
pub(super) async fn queue(app: &App, scope: &Scope, place: &Place) -> Result<()> {
    if app.retrieval.embedder().await?.is_none() {
        return Err(Error::Conflict(app.retrieval.without_model()));
    }
    let now = app.clock.now();
    let mut tx = app.db.write(scope).await?;
    let settings = place.load(&mut tx).await?;
    let key = settings.id.to_string();
    jobs::enqueue(&mut tx, &Reembed { collection: settings.id }, now, Some(&key)).await?;
    let change = Change {
        kind: "knowledge.reembedding_asked",
        project: Some(place.project.clone()),
        target: settings.id.to_string(),
        detail: json!({ "collection": settings.name }),
    };
    log::append(&mut tx, now, change).await?;
    app.commit(tx).await?;
    Ok(())
}

impl Job for Reembed {
    const NAME: &'static str = "knowledge.reembed";

    async fn run(&self, app: &App) -> anyhow::Result<()> {
        let embedder = app.retrieval.embedder().await?.context("there is no embedding model")?;
        let scope = app.service_scope("knowledge");
        loop {
            let mut tx = app.db.read(&scope).await?;
            if store::settings_by_id(&mut tx, self.collection).await?.is_none() {
                return Ok(());
            }
            let space = index::next_space(&mut tx, self.collection).await?;
            let chunks = index::without_vector(&mut tx, self.collection, space, BATCH).await?;
            drop(tx);
            let texts: Vec<String> = chunks.iter().map(embedded_text).collect();
            let vectors = embedder.embed(&texts, &app.stopping).await?;
            ensure!(vectors.len() == chunks.len(), "the model left chunks out");
            let numbered: Vec<(u32, &[f32])> =
                chunks.iter().zip(&vectors).map(|(it, vector)| (it.number, &**vector)).collect();
            let mut tx = app.db.write(&scope).await?;
            index::add_vectors(&mut tx, self.collection, space, &numbered).await?;
            let served =
                chunks.is_empty() && index::serve_space(&mut tx, self.collection, space).await?;
            if served {
                store::set_model(&mut tx, self.collection, &embedder.model().name).await?;
            }
            app.commit(tx).await?;
            if served {
                return approximate(app, self.collection, Some(space)).await;
            }
        }
    }
}

/// Sees to the approximate index of the vectors that serve, and drops those before.
pub(super) async fn approximate(
    app: &App,
    collection: CollectionId,
    serving: Option<i64>,
) -> anyhow::Result<()> {
    let scope = app.service_scope("knowledge");
    if serving.is_some() {
        index::drop_approximate(&app.db, &scope, collection, serving).await?;
    }
    index::approximate(&app.db, &scope, collection).await?;
    Ok(())
}

/// As when the chunk came in: its heading, a line break, its text.
fn embedded_text(chunk: &index::Chunk) -> String {
    match chunk.heading.as_str() {
        "" => chunk.body.clone(),
        heading => format!("{heading}\n{}", chunk.body),
    }
}
