//! A server inside this process for as long as one command lasts: on the same database, with the
//! jobs that the command asks for, on a loopback port of its own.

use anyhow::Context;
use mesh::Mesh;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::access::fresh_secret;
use crate::ground::config::Config;
use crate::lifecycle::{Extras, Running};
use crate::service::Service;

pub struct Local {
    pub url: Url,
    pub key: SecretString,
    running: Running,
}

/// Opens the database of `config` and serves it to this process.
pub async fn open(mut config: Config) -> anyhow::Result<Local> {
    // The server, which may be starting right now, lets others onto its mesh.
    config.mesh.listen = None;
    config.federation.listen = ([127, 0, 0, 1], 0).into();
    // Whoever may open the database may do everything.
    let key = fresh_secret()?;
    let extras = Extras {
        key: Some(SecretString::from(key.expose_secret().to_owned())),
        // The journal of the mesh belongs to the server, which may be starting right now.
        mesh: Some(Mesh::local()),
        clock: None,
    };
    let running = Running::open(config, &[Service::Federation], extras).await?;
    let address = running.address(Service::Federation).context("the server has no address")?;
    Ok(Local { url: Url::parse(&format!("http://{address}"))?, key, running })
}

impl Local {
    pub async fn close(self) {
        self.running.stop().await;
    }
}
