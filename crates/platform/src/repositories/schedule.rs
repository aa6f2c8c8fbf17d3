//! Queues the look at each repository that is due, and clears up at the start.

use std::time::Duration;

use super::{Fetch, mirror, store};
use crate::ground::app::App;
use crate::ground::jobs;

const LOOK_EVERY: Duration = Duration::from_secs(5);

pub(crate) async fn schedule(app: App) {
    if let Err(error) = remove_left_over(&app).await {
        tracing::warn!(error = format!("{error:#}"), "cannot remove mirrors that nobody has");
    }
    loop {
        app.clock.sleep(LOOK_EVERY).await;
        if let Err(error) = queue_due(&app).await {
            tracing::warn!(error = format!("{error:#}"), "cannot queue the looks at repositories");
        }
    }
}

/// Mirrors whose repositories were removed while another worker looked, or with their project.
async fn remove_left_over(app: &App) -> anyhow::Result<()> {
    let scope = app.service_scope("repositories");
    let Ok(mut kept) = tokio::fs::read_dir(mirror::folders(app)).await else { return Ok(()) };
    while let Some(entry) = kept.next_entry().await? {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        let mut tx = app.db.read(&scope).await?;
        if store::find(&mut tx, id).await?.is_none() {
            tokio::fs::remove_dir_all(entry.path()).await?;
        }
    }
    Ok(())
}

/// The next look is set with the job, so that one that dies does not come back at once.
async fn queue_due(app: &App) -> anyhow::Result<()> {
    let scope = app.service_scope("repositories");
    let now = app.clock.now();
    let mut tx = app.db.read(&scope).await?;
    let is_quiet = store::due(&mut tx, now).await?.is_empty();
    drop(tx);
    if is_quiet {
        return Ok(());
    }
    let mut tx = app.db.write(&scope).await?;
    for (repository, every) in store::due(&mut tx, now).await? {
        jobs::enqueue(&mut tx, &Fetch { repository }, now, Some(&repository.to_string())).await?;
        let next = now + Duration::from_secs(every.unsigned_abs());
        store::set_next_fetch(&mut tx, repository, next).await?;
    }
    app.commit(tx).await?;
    Ok(())
}
