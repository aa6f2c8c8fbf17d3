//! With what a container is started.

use anyhow::{Context, ensure};
use secrecy::ExposeSecret;

use super::Docker;
use super::engine::{is_missing, words};
use crate::instances::Instances;
use crate::instances::checks::Draft;
use crate::instances::launch::{Environment, told};
use crate::instances::store::Managed;

/// Where an instance of our own program listens inside its container.
pub(super) const OWN_PORT: u16 = 8_000;
/// Where it may write, and what it writes stays.
pub(super) const VOLUME: &str = "/data";

pub(in crate::instances) struct Launch {
    /// All but what the port is called inside.
    pub environment: Environment,
    pub(super) program: Program,
}

pub(super) enum Program {
    /// Our own, in the configured image.
    Own,
    /// What the image runs.
    OfImage,
    Command(Vec<String>),
}

impl Instances {
    pub(in crate::instances) async fn container_launch(
        &self,
        it: &Managed,
    ) -> anyhow::Result<Launch> {
        let mut environment = told(it);
        let program = match &it.spec.command {
            Some(command) => Program::Command(command.clone()),
            None if it.spec.image != self.0.app.config.instances.docker_image => Program::OfImage,
            None => {
                environment.extend(self.container_settings(it).await?);
                Program::Own
            }
        };
        environment.extend(it.spec.environment.clone());
        Ok(Launch { environment, program })
    }

    /// The configuration of an instance of our own program in a container.
    async fn container_settings(&self, it: &Managed) -> anyhow::Result<Environment> {
        let config = &self.0.app.config;
        let database = config.database.url.as_ref().context(NO_DATABASE)?;
        let mesh = config.mesh.url.as_ref().context(NO_MESH)?;
        ensure!(config.mesh.credentials_file.is_none(), NO_CREDENTIALS);
        let mut settings = self.common_settings(it).await?;
        let mut set = |key: &str, value: String| {
            settings.insert(format!("COMMANDCENTER_{key}"), value);
        };
        set("DATA", VOLUME.to_owned());
        set("DATABASE__URL", database.expose_secret().to_owned());
        set("MESH__URL", mesh.clone());
        if let Some(token) = &config.mesh.token {
            set("MESH__TOKEN", token.expose_secret().to_owned());
        }
        set("INSTANCE__LISTEN", format!("0.0.0.0:{OWN_PORT}"));
        // It is reached through a port of the loopback interface alone.
        set("HTTP__BEHIND_PROXY", "true".to_owned());
        Ok(settings)
    }

    /// Why a container would not start as things are.
    pub(in crate::instances) async fn container_conflicts(&self, draft: &Draft) -> Vec<String> {
        let config = &self.0.app.config;
        let mut conflicts = Vec::new();
        let image = draft.spec.image.as_deref().unwrap_or_default();
        if draft.spec.command.is_none() && draft.spec.image == config.instances.docker_image {
            let needs = [
                (config.database.url.is_none(), NO_DATABASE),
                (config.mesh.url.is_none(), NO_MESH),
                (config.mesh.credentials_file.is_some(), NO_CREDENTIALS),
            ];
            conflicts.extend(needs.iter().filter(|need| need.0).map(|need| need.1.to_owned()));
        }
        if let Err(error) = self.0.docker.check_image(image).await {
            conflicts.push(format!("{error:#}"));
        }
        conflicts
    }
}

const NO_DATABASE: &str = "a container cannot share SQLite files: give database.url";
const NO_MESH: &str = "a container cannot reach a mesh inside the hub: give mesh.url";
const NO_CREDENTIALS: &str = "a container does not get mesh.credentials_file: give mesh.token";

impl Docker {
    /// Whether an image is there, or will be.
    async fn check_image(&self, image: &str) -> anyhow::Result<()> {
        let engine = self.engine.get().await?;
        match engine.inspect_image(image).await {
            Ok(_) => Ok(()),
            Err(error) if is_missing(&error) && self.config.docker_pull => Ok(()),
            Err(error) if is_missing(&error) => Err(missing_image(image)),
            Err(error) => Err(words(error)),
        }
    }
}

pub(super) fn missing_image(image: &str) -> anyhow::Error {
    anyhow::anyhow!(
        "there is no image {image} on this machine: fetch or build it, or set \
         instances.docker_pull"
    )
}
