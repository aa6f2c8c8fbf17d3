//! With what an instance is started.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use secrecy::{ExposeSecret, SecretString};

use super::Instances;
use super::process::{self, Launch};
use super::shown::url;
use super::store::Managed;
use crate::federation;
use crate::ground::{program, secret_file};
use crate::instance;

/// What every program needs of our environment; the rest, which may hold secrets, stays here.
const INHERITED: [&str; 9] = [
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TZ",
    "TMPDIR",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "XDG_CACHE_HOME",
];

pub(super) type Environment = BTreeMap<String, String>;

impl Instances {
    pub(super) async fn process_launch(&self, it: &Managed) -> anyhow::Result<Launch> {
        let folder = self.folder_of(it.id);
        let mut environment: Environment = inherited();
        let command = if let Some(command) = &it.spec.command {
            command.clone()
        } else {
            environment.extend(self.settings_of(it, &folder).await?);
            let program = program::path()?.display().to_string();
            [program.as_str(), "serve", "--services", "instance"].map(str::to_owned).to_vec()
        };
        environment.extend(told(it));
        environment.extend(it.spec.environment.clone());
        let config = &self.0.app.config.instances;
        let (log_size, log_files) = (config.log_size, config.log_files);
        Ok(Launch { run: it.run, command, environment, log_size, log_files })
    }

    /// The configuration of an instance of our own program.
    async fn settings_of(&self, it: &Managed, folder: &Path) -> anyhow::Result<Environment> {
        let port = it.port.context("it has no port")?;
        let mut settings = self.common_settings(it).await?;
        let mut set = |key: &str, value: String| {
            settings.insert(format!("COMMANDCENTER_{key}"), value);
        };
        set("DATA", process::own_folder(folder).display().to_string());
        set("INSTANCE__LISTEN", format!("127.0.0.1:{port}"));
        let app = &self.0.app;
        if let Some(url) = &app.config.database.url {
            set("DATABASE__URL_FILE", secret(folder, "database.url", url)?);
        } else {
            let own = app.config.database.folder.clone();
            let tenants = own.unwrap_or_else(|| app.config.data.join("tenants"));
            set("DATABASE__FOLDER", absolute(&tenants)?);
        }
        let mesh = &app.config.mesh;
        if let Some(door) = &app.mesh_door {
            set("MESH__URL", door.url.clone());
            set("MESH__TOKEN_FILE", absolute(&door.token_file)?);
        } else if let Some(url) = &mesh.url {
            set("MESH__URL", url.clone());
            if let Some(token) = &mesh.token {
                set("MESH__TOKEN_FILE", secret(folder, "mesh.token", token)?);
            }
            if let Some(file) = &mesh.credentials_file {
                set("MESH__CREDENTIALS_FILE", absolute(file)?);
            }
        }
        // A project may be registered with it, and then no beat counts that another one signed.
        set("INSTANCE__SIGNING_KEY_FILE", absolute(&instance::key_file(app))?);
        let knowledge = &app.config.knowledge;
        set("KNOWLEDGE__MODELS", absolute(&knowledge.models)?);
        set("KNOWLEDGE__MODEL", knowledge.model.clone());
        Ok(settings)
    }

    /// What an instance of our own program is told wherever it runs.
    pub(super) async fn common_settings(&self, it: &Managed) -> anyhow::Result<Environment> {
        let app = &self.0.app;
        // As the catalog has it: another would be reported as a contradiction.
        let mut tx = app.db.read(&app.service_scope("instances")).await?;
        let hub_url = federation::hub_url(&mut tx, &it.project).await?;
        drop(tx);
        let mut settings = Environment::new();
        let mut set = |key: &str, value: String| {
            settings.insert(format!("COMMANDCENTER_{key}"), value);
        };
        set("TENANT", app.config.tenant.to_string());
        set("INSTANCE__PROJECTS", it.project.to_string());
        set("INSTANCE__BEAT_INTERVAL", milliseconds(app.config.instance.beat_interval));
        if let Some(hub_url) = hub_url.or_else(|| it.port.map(url)) {
            set("INSTANCE__HUB_URL", hub_url);
        }
        if let Some(key) = &self.0.federation_key {
            set("INSTANCE__FEDERATION_KEY", key.clone());
        }
        set("LOG__FORMAT", "human".to_owned());
        set("LOG__FILTER", app.config.log.filter.clone());
        settings.insert("NO_COLOR".to_owned(), "1".to_owned());
        Ok(settings)
    }
}

/// What any program may want to know.
pub(super) fn told(it: &Managed) -> Environment {
    let mut told = Environment::from([
        ("COMMANDCENTER_PROJECT".to_owned(), it.project.to_string()),
        ("COMMANDCENTER_NAME".to_owned(), it.name.to_string()),
    ]);
    if let Some(port) = it.port {
        told.insert("PORT".to_owned(), port.to_string());
    }
    told
}

fn inherited() -> Environment {
    let value = |name: &str| std::env::var_os(name)?.into_string().ok();
    INHERITED.iter().filter_map(|name| Some(((*name).to_owned(), value(name)?))).collect()
}

/// A secret in a file of the instance's folder: its path.
fn secret(folder: &Path, name: &str, secret: &SecretString) -> anyhow::Result<String> {
    let path = folder.join(name);
    secret_file::write(&path, secret.expose_secret().as_bytes())?;
    Ok(path.display().to_string())
}

fn absolute(path: &Path) -> anyhow::Result<String> {
    Ok(std::path::absolute(path)?.display().to_string())
}

fn milliseconds(duration: Duration) -> String {
    format!("{}ms", duration.as_millis())
}
