//! A server inside this process with a project nobody else sees, gone when the work is done.

use client::{Client, Knowledge};
use platform::config::Overrides;
use wire::{ProjectId, Slug};

use crate::commands::knowledge::catalog::Catalog;
use crate::context::Context;
use crate::failure::{Exit, Failure, Result};
use crate::local;

/// Nobody is to reach it.
const NOWHERE: &str = "http://127.0.0.1:9001";

/// Does `work` with the knowledge base of a scratch project: in an embedded data folder of its own,
/// or in PostgreSQL where one is configured. Both are removed afterwards.
pub(super) async fn in_scratch<T>(
    context: &Context,
    work: impl AsyncFnOnce(&Knowledge) -> Result<T>,
) -> Result<T> {
    let folder = tempfile::Builder::new().prefix("commandcenter-evaluate-").tempdir()?;
    let set = vec![("data".to_owned(), folder.path().display().to_string())];
    let config = local::load(&Overrides { file: None, set })?;
    let local = platform::local::open(config).await.map_err(Failure::from)?;
    let done = match Client::new(local.url.clone(), Some(local.key.clone())) {
        Ok(client) => in_project(&Catalog { context, client: &client }, work).await,
        Err(error) => Err(error.into()),
    };
    local.close().await;
    done
}

async fn in_project<T>(
    catalog: &Catalog<'_>,
    work: impl AsyncFnOnce(&Knowledge) -> Result<T>,
) -> Result<T> {
    // The end of an id is random, its beginning is the time.
    let id = ProjectId::new().to_string();
    let end = id.rsplit('-').next().unwrap_or_default();
    let slug: Slug = format!("evaluate-{end}").parse().map_err(Failure::usage)?;
    catalog.register(&slug, NOWHERE).await?;
    let knowledge = catalog.client.knowledge(&slug);
    let done = tokio::select! {
        done = work(&knowledge) => done,
        _ = tokio::signal::ctrl_c() => Err(Failure::new(Exit::CheckFailed, "stopped")),
    };
    let removed = catalog.remove(&slug).await;
    let done = done?;
    removed.map(|()| done)
}
