//! Queues the indexing of each repository whose head moved.

use std::time::Duration;

use db::Tx;
use wire::RepositoryId;

use super::{queue, store};
use crate::ground::app::App;
use crate::repositories::{self, Head};

const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Of one transaction; the others are found by the next look.
const MOST: usize = 100;

pub(crate) async fn schedule(app: App) {
    loop {
        app.clock.sleep(LOOK_EVERY).await;
        if let Err(error) = queue_moved(&app).await {
            tracing::warn!(error = format!("{error:#}"), "cannot queue what is to be indexed");
        }
    }
}

async fn queue_moved(app: &App) -> anyhow::Result<()> {
    let scope = app.service_scope("graph");
    let mut tx = app.db.read(&scope).await?;
    let is_quiet = moved(&mut tx).await?.is_empty();
    drop(tx);
    if is_quiet {
        return Ok(());
    }
    let now = app.clock.now();
    let mut tx = app.db.write(&scope).await?;
    for head in moved(&mut tx).await? {
        // What has to wait for another of its repository is found again by the next look.
        queue::follow(&mut tx, &head, now).await?;
    }
    app.commit(tx).await?;
    Ok(())
}

/// Heads that no indexing was asked for by. One that fails is not tried again before it moves.
async fn moved(tx: &mut Tx) -> anyhow::Result<Vec<Head>> {
    let mut heads = repositories::heads(tx).await?;
    let ids: Vec<RepositoryId> = heads.iter().map(|head| head.repository).collect();
    let asked = store::heads_asked(tx, &ids).await?;
    heads.retain(|head| asked.get(&head.repository) != Some(&head.commit));
    heads.truncate(MOST);
    Ok(heads)
}
