//! `projects.yaml`: loaded at start, again on SIGHUP and whenever it changes; all or nothing.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::PoisonError;
use std::time::{Duration, SystemTime};

use anyhow::bail;
use tokio::signal::unix::{SignalKind, signal};
use wire::FieldError;

use super::project::Source;
use super::{Federation, catalog_file};
use crate::ground::health::Probed;

const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What became of the last reading.
#[derive(Default)]
pub(super) struct LastRead {
    modified: Option<SystemTime>,
    projects: usize,
    errors: Vec<FieldError>,
}

impl Federation {
    /// A bad file stops the start; a missing one warns and goes on.
    pub(super) async fn load_file_at_start(&self) -> anyhow::Result<()> {
        let Some(path) = self.0.app.config.federation.projects_file.clone() else { return Ok(()) };
        self.load_file(&path).await?;
        let last = self.0.file.lock().unwrap_or_else(PoisonError::into_inner);
        if last.errors.is_empty() {
            return Ok(());
        }
        let lines: Vec<String> = last.errors.iter().map(|it| format!("  {it}")).collect();
        bail!("{} cannot be used:\n{}", path.display(), lines.join("\n"));
    }

    /// Reads the file and makes the catalog follow it. One that is wrong changes nothing.
    async fn load_file(&self, path: &Path) -> anyhow::Result<()> {
        let modified = modified(path).await;
        let bytes = match tokio::fs::read(path).await {
            Ok(bytes) => bytes,
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "cannot read the projects file");
                return Ok(());
            }
        };
        let read = catalog_file::parse(&bytes);
        let (projects, errors) = match read {
            Ok(descriptions) => {
                let named: HashSet<_> = descriptions.iter().map(|it| it.slug.clone()).collect();
                let scope = self.0.app.service_scope("projects-file");
                let loaded = self.register_all(&scope, descriptions, Source::File).await?;
                self.orphan_all_but(&scope, &named).await?;
                tracing::info!(path = %path.display(), projects = loaded.len(), "projects file loaded");
                (loaded.len(), Vec::new())
            }
            Err(errors) => {
                for error in &errors {
                    tracing::error!(path = %path.display(), "{error}");
                }
                (0, errors)
            }
        };
        self.0.metrics.file_errors.set(i64::try_from(errors.len()).unwrap_or(i64::MAX));
        let mut last = self.0.file.lock().unwrap_or_else(PoisonError::into_inner);
        *last = LastRead { modified, projects, errors };
        Ok(())
    }

    fn file_changed(&self, modified: Option<SystemTime>) -> bool {
        let last = self.0.file.lock().unwrap_or_else(PoisonError::into_inner);
        modified.is_some() && last.modified != modified
    }

    pub(super) fn file_health(&self) -> Probed {
        let Some(path) = &self.0.app.config.federation.projects_file else {
            return Ok(BTreeMap::from([("file".to_owned(), "none".to_owned())]));
        };
        let last = self.0.file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(first) = last.errors.first() {
            return Err(format!("{} errors, the first: {first}", last.errors.len()));
        }
        Ok(BTreeMap::from([
            ("file".to_owned(), path.display().to_string()),
            ("projects".to_owned(), last.projects.to_string()),
        ]))
    }
}

pub(super) async fn run(federation: Federation) {
    let app = federation.0.app.clone();
    let path = app.config.federation.projects_file.clone();
    // Listened for without a file, too: nobody's SIGHUP is to end the process.
    let Ok(mut hangup) = signal(SignalKind::hangup()) else {
        return tracing::error!("cannot listen for SIGHUP; the projects file is not watched");
    };
    loop {
        let asked = tokio::select! {
            _ = hangup.recv() => true,
            () = app.clock.sleep(LOOK_EVERY) => false,
        };
        let Some(path) = &path else { continue };
        if (asked || federation.file_changed(modified(path).await))
            && let Err(error) = federation.load_file(path).await
        {
            tracing::warn!(error = format!("{error:#}"), "cannot take over the projects file");
        }
    }
}

async fn modified(path: &Path) -> Option<SystemTime> {
    tokio::fs::metadata(path).await.ok()?.modified().ok()
}
