//! Instances of projects that the hub of this machine starts, stops and watches.
//!
//! What is wanted is a row; a request changes it and returns. The watcher of the machine looks at each
//! row and at what really runs, decides on the [`model`], acts, and writes down what came of it. Every
//! act may be done twice, and what was begun is found again, so either side may die at any moment.

mod adopt;
mod api;
mod ask;
mod checks;
mod create;
mod docker;
mod drive;
mod launch;
mod logs;
mod metrics;
mod model;
mod plan;
mod ports;
mod probe;
mod process;
mod settle;
mod shown;
mod store;
mod watch;
#[cfg(test)]
mod tests;

pub use process::{detach, keep};

pub(crate) use api::routes;
pub(crate) use settle::Settle;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use tokio::sync::Notify;
use wire::{EventId, ManagedInstanceId};

use crate::ground::app::App;
use docker::Docker;
use metrics::Metrics;
use probe::Prober;

/// The instances of this machine. Clones are the same.
#[derive(Clone)]
pub(crate) struct Instances(Arc<Parts>);

struct Parts {
    app: App,
    /// The machine, as far as this data directory is concerned.
    host: String,
    /// A folder with one folder per instance, its path absolute.
    folder: PathBuf,
    /// The federation whose fan-outs they are to obey.
    federation_key: Option<String>,
    /// Something was asked: do not wait for the next look.
    asked: Notify,
    prober: Prober,
    docker: Docker,
    metrics: Metrics,
}

impl Instances {
    pub(crate) fn open(app: &App, federation_key: Option<String>) -> anyhow::Result<Self> {
        let folder = std::path::absolute(app.config.data.join("instances"))?;
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
        let federation_key = federation_key.or_else(|| app.config.instance.federation_key.clone());
        let host = machine_id(&app.config.data)?;
        Ok(Self(Arc::new(Parts {
            app: app.clone(),
            folder,
            federation_key,
            asked: Notify::new(),
            prober: Prober::new()?,
            docker: Docker::new(&app.config.instances, &host, app.tasks.clone()),
            metrics: Metrics::new(&app.metrics),
            host,
        })))
    }

    /// Watches over them until the process stops; they go on.
    pub(crate) fn start(&self) {
        self.0.app.spawn(watch::run(self.clone()));
    }

    fn folder_of(&self, id: ManagedInstanceId) -> PathBuf {
        self.0.folder.join(id.to_string())
    }
}

/// The id of the machine that the data directory is on; made once.
fn machine_id(folder: &Path) -> anyhow::Result<String> {
    let path = folder.join("machine.id");
    let failed = || format!("cannot use {}", path.display());
    if let Ok(id) = std::fs::read_to_string(&path) {
        return Ok(id.trim().to_owned());
    }
    // Of two that make it at once, the first one's stays.
    let draft = folder.join(format!("machine.id.{}", std::process::id()));
    std::fs::write(&draft, format!("{}\n", EventId::new())).with_context(failed)?;
    let linked = std::fs::hard_link(&draft, &path);
    std::fs::remove_file(&draft).with_context(failed)?;
    match linked {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(error).with_context(failed)
        }
        Ok(()) | Err(_) => {
            Ok(std::fs::read_to_string(&path).with_context(failed)?.trim().to_owned())
        }
    }
}
