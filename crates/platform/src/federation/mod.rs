//! The federation: the catalog of projects, their beats, and how each of them is.
//!
//! `beat` reads a message, `judge` decides the status, `board` holds all of them, `intake` feeds
//! it from the mesh, `recorder` writes what changed, `api` answers.

mod api;
mod backstage;
pub mod beat;
pub mod board;
mod catalog;
mod catalog_file;
mod description;
pub mod entry;
mod fanout;
mod file_watch;
mod history;
mod intake;
mod judge;
mod listing;
mod metrics;
mod newcomers;
mod overview;
mod probe;
pub mod project;
pub mod recorder;
mod store;
#[cfg(test)]
mod tests;

pub use catalog_file::{check_file, schema};

pub(crate) use api::routes;
pub(crate) use fanout::subject as fanout_subject;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use db::Tx;
use tokio::sync::Notify;
use wire::{InstanceId, ProjectId, Slug};

use crate::ground::app::App;
use crate::ground::error::Result;
use crate::ground::health::HealthBuilder;
use crate::ground::signing::SigningKey;
use board::{Board, Now, Rules};
use metrics::Metrics;
use newcomers::Newcomers;
use recorder::Recorder;

/// The running federation. Clones are the same one.
#[derive(Clone)]
pub(crate) struct Federation(Arc<Parts>);

struct Parts {
    app: App,
    board: Mutex<Board>,
    newcomers: Mutex<Newcomers>,
    /// Held by who changes the catalog, and by who reads it whole, until the board says the same:
    /// what was read before a change must not undo it.
    catalog_turn: tokio::sync::Mutex<()>,
    /// Wakes the intake when a deadline may have come closer.
    deadline_moved: Notify,
    /// Wakes the recorder when a standing changed.
    standing_changed: Notify,
    listing: listing::Listing,
    metrics: Metrics,
    recorder: tokio::sync::Mutex<Recorder>,
    signing: SigningKey,
    file: Mutex<file_watch::LastRead>,
}

impl Federation {
    /// Reads the catalog, and the projects file if there is one: a bad one refuses the start.
    pub(crate) async fn open(app: &App) -> anyhow::Result<Self> {
        let config = &app.config.federation;
        let rules = Rules {
            degraded_after: config.degraded_after,
            offline_after: config.offline_after,
            clock_skew: config.clock_skew,
            link_grace: config.link_grace,
        };
        let key_file = config.signing_key_file.clone();
        let key_file = key_file.unwrap_or_else(|| app.config.data.join("federation.key"));
        let federation = Self(Arc::new(Parts {
            board: Mutex::new(Board::new(rules, app.clock.monotonic())),
            newcomers: Mutex::new(Newcomers::new(config.max_newcomers)),
            catalog_turn: tokio::sync::Mutex::default(),
            deadline_moved: Notify::new(),
            standing_changed: Notify::new(),
            listing: listing::Listing::default(),
            metrics: app.metrics.register(Metrics::register),
            recorder: tokio::sync::Mutex::new(Recorder::new(InstanceId::new().uuid())),
            signing: SigningKey::load_or_create(&key_file)?,
            file: Mutex::default(),
            app: app.clone(),
        }));
        federation.reload_catalog().await?;
        federation.load_file_at_start().await?;
        Ok(federation)
    }

    /// Starts listening, judging, probing and recording.
    pub(crate) fn start(&self) {
        let app = &self.0.app;
        // Ends by itself, after it has read what was on the way.
        app.tasks.spawn(intake::run(self.clone()));
        app.spawn(recorder::run(self.clone()));
        app.spawn(catalog::follow(self.clone()));
        app.spawn(probe::run(self.clone()));
        app.spawn(file_watch::run(self.clone()));
    }

    /// What the federation adds to the checks of its service.
    pub(crate) fn health(&self, health: HealthBuilder) -> HealthBuilder {
        let federation = self.clone();
        let hint = "mend the file; `commandcenter federation check FILE` names every error";
        health.check("projects_file", false, hint, move || {
            let found = federation.file_health();
            async move { found }
        })
    }

    /// The public key that signs what the federation sends, base64.
    pub(crate) fn verify_key(&self) -> String {
        self.0.signing.verify_key()
    }

    /// Signs what is sent in the name of the federation, base64.
    pub(crate) fn sign(&self, message: &impl serde::Serialize) -> anyhow::Result<String> {
        self.0.signing.sign(message)
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        self.0.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn newcomers(&self) -> MutexGuard<'_, Newcomers> {
        self.0.newcomers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Now {
        now(&self.0.app)
    }

    /// After the board was changed by anyone but the intake.
    fn board_changed(&self) {
        self.0.deadline_moved.notify_one();
        self.0.standing_changed.notify_one();
    }
}

/// The project of that slug, for slices that keep something of it.
pub(crate) async fn project_id(tx: &mut Tx, slug: &Slug) -> Result<ProjectId> {
    let found = store::id_of(tx, slug).await?;
    found.ok_or_else(|| catalog::not_found(slug.as_str()))
}

/// Where the catalog says that the project's hub is.
pub(crate) async fn hub_url(tx: &mut Tx, slug: &Slug) -> Result<Option<String>> {
    Ok(store::hub_url_of(tx, slug).await?)
}

fn now(app: &App) -> Now {
    Now { moment: app.clock.monotonic(), at: app.clock.now() }
}
