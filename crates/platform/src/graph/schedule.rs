//! Queues the indexing of each repository whose head moved.

use std::time::Duration;

use wire::JobId;

use super::index::{Index, queued};
use super::store;
use crate::ground::app::App;
use crate::ground::jobs;

const LOOK_EVERY: Duration = Duration::from_secs(5);

pub(crate) async fn schedule(app: App) {
    loop {
        app.clock.sleep(LOOK_EVERY).await;
        if let Err(error) = queue_moved(&app).await {
            tracing::warn!(error = format!("{error:#}"), "cannot queue what is to be indexed");
        }
    }
}

/// One that fails is not tried again before the head moves.
async fn queue_moved(app: &App) -> anyhow::Result<()> {
    let scope = app.service_scope("graph");
    let mut tx = app.db.read(&scope).await?;
    let is_quiet = store::moved(&mut tx).await?.is_empty();
    drop(tx);
    if is_quiet {
        return Ok(());
    }
    let now = app.clock.now();
    let mut tx = app.db.write(&scope).await?;
    for moved in store::moved(&mut tx).await? {
        let id = JobId::new();
        // One at a time for each repository: what has to wait is found again by the next look.
        let key = moved.id.to_string();
        if jobs::enqueue(&mut tx, &Index { id }, now, Some(&key)).await?.is_none() {
            continue;
        }
        let indexing = queued(id, moved.location.clone(), now);
        store::insert_indexing(&mut tx, moved.project_id, &indexing).await?;
        store::set_repository(&mut tx, id, &moved).await?;
    }
    app.commit(tx).await?;
    Ok(())
}
