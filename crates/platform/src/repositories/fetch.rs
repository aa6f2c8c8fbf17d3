//! The look at a repository, and what is recorded of it.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;
use wire::RepositoryId;

use super::mirror::Mirror;
use super::store::{self, Found, Row};
use crate::ground::app::App;
use crate::ground::jobs::Job;
use crate::ground::log::{self, Change};

/// The head moved. Its detail has `repository`, `branch`, `from` and `to`.
const FETCHED: &str = "repositories.fetched";
/// A look failed where the one before did not.
const FAILED: &str = "repositories.fetch_failed";
/// Of an error, which is shown in a list.
const LONGEST_ERROR: usize = 500;

#[derive(Serialize, Deserialize)]
pub(crate) struct Fetch {
    pub repository: RepositoryId,
}

impl Job for Fetch {
    const NAME: &'static str = "repositories.fetch";

    /// A look that fails is over: the next one is tried when it is due.
    async fn run(&self, app: &App) -> anyhow::Result<()> {
        let scope = app.service_scope("repositories");
        let mut tx = app.db.read(&scope).await?;
        let Some(row) = store::find(&mut tx, self.repository).await? else { return Ok(()) };
        drop(tx);
        let found = look(app, &row).await;
        let now = app.clock.now();
        let moments = (now, now + Duration::from_secs(row.every.unsigned_abs()));
        let mut tx = app.db.write(&scope).await?;
        let change = match found {
            Ok(found) => {
                let is_there = store::settle(&mut tx, row.id, moments, &found).await?;
                moved(&row, &found).filter(|_| is_there)
            }
            Err(error) => {
                let error = shown(&error);
                tracing::warn!(repository = %row.id, error, "cannot look at a repository");
                let is_there = store::settle_failed(&mut tx, row.id, moments, &error).await?;
                failed(&row, &error).filter(|_| is_there)
            }
        };
        log::append_events(&mut tx, now, change.into_iter().collect()).await?;
        app.commit(tx).await?;
        Ok(())
    }
}

async fn look(app: &App, row: &Row) -> anyhow::Result<Found> {
    Mirror::of(app, row)?.with(Mirror::look).await
}

fn shown(error: &anyhow::Error) -> String {
    let mut words = format!("{error:#}");
    words.truncate(words.floor_char_boundary(LONGEST_ERROR));
    words
}

fn moved(row: &Row, found: &Found) -> Option<Change> {
    if row.head.as_ref() == Some(&found.head) {
        return None;
    }
    let detail = json!({
        "repository": row.id,
        "location": row.location,
        "branch": found.branch,
        "from": row.head,
        "to": found.head,
    });
    Some(change(FETCHED, row, detail))
}

fn failed(row: &Row, error: &str) -> Option<Change> {
    if row.error.is_some() {
        return None;
    }
    let detail = json!({ "repository": row.id, "location": row.location, "error": error });
    Some(change(FAILED, row, detail))
}

fn change(kind: &'static str, row: &Row, detail: serde_json::Value) -> Change {
    Change { kind, project: Some(row.project.clone()), target: row.id.to_string(), detail }
}
