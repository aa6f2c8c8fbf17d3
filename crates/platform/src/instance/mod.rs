//! An instance: it serves projects, beats for each of them, and answers fan-outs.

mod answer;
mod beating;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use wire::federation::{Beat, SelfStatus};
use wire::{InstanceId, Slug};

use crate::ground::app::App;
use crate::ground::signing::SigningKey;

/// The running instance. Clones are the same one.
#[derive(Clone)]
pub(crate) struct Instance(Arc<Parts>);

struct Parts {
    app: App,
    id: InstanceId,
    signing: SigningKey,
    /// Whose fan-outs to obey, base64; nobody's when there is none.
    federation_key: Option<String>,
    hub_url: String,
    seq: AtomicU64,
}

/// The key that instances of this installation sign with.
pub(crate) fn key_file(app: &App) -> PathBuf {
    let configured = app.config.instance.signing_key_file.clone();
    configured.unwrap_or_else(|| app.config.data.join("instance.key"))
}

impl Instance {
    /// `federation_key` is of the federation in this process, if there is one.
    pub(crate) fn open(app: &App, federation_key: Option<String>) -> anyhow::Result<Self> {
        let config = &app.config.instance;
        let own_hub = || format!("{}://{}", app.config.http.scheme(), app.config.hub.listen);
        Ok(Self(Arc::new(Parts {
            app: app.clone(),
            id: InstanceId::new(),
            signing: SigningKey::load_or_create(&key_file(app))?,
            federation_key: config.federation_key.clone().or(federation_key),
            hub_url: config.hub_url.clone().unwrap_or_else(own_hub),
            seq: AtomicU64::new(0),
        })))
    }

    /// The public key its beats are signed with, base64.
    pub(crate) fn verify_key(&self) -> String {
        self.0.signing.verify_key()
    }

    pub(crate) fn id(&self) -> InstanceId {
        self.0.id
    }

    /// Whose calls to obey, base64.
    pub(crate) fn federation_key(&self) -> Option<&str> {
        self.0.federation_key.as_deref()
    }

    /// What a beat for `project` would say now.
    pub(crate) async fn report(&self, project: &Slug) -> anyhow::Result<Beat> {
        self.beat(project, SelfStatus::Ok).await
    }

    pub(crate) fn hub_url(&self) -> &str {
        &self.0.hub_url
    }

    /// Beats for every project until the process stops.
    pub(crate) fn start(&self) {
        let app = &self.0.app;
        app.spawn(beating::run(self.clone()));
        for project in app.config.instance.projects.clone() {
            app.spawn(answer::run(self.clone(), project));
        }
    }
}
