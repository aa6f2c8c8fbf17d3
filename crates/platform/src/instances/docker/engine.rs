//! The connection to the engine, made when it is first needed.

use anyhow::{Context, anyhow};
use bollard::Docker as Client;
use bollard::errors::Error;
use tokio::sync::OnceCell;

const DEFAULT_HOST: &str = "unix:///var/run/docker.sock";

pub(super) struct Engine {
    address: String,
    client: OnceCell<Client>,
}

impl Engine {
    pub(super) fn new(address: Option<String>) -> Self {
        let address = address.unwrap_or_else(|| DEFAULT_HOST.to_owned());
        Self { address, client: OnceCell::new() }
    }

    /// A client that speaks the engine's version of the API.
    pub(super) async fn get(&self) -> anyhow::Result<Client> {
        let connect = async || {
            let client = Client::connect_with_host(&self.address)?;
            client.negotiate_version().await
        };
        let client = self.client.get_or_try_init(connect).await.map_err(words);
        let client = client.with_context(|| format!("no Docker Engine at {}", self.address))?;
        Ok(client.clone())
    }
}

/// The engine says that there is no such thing.
pub(super) fn is_missing(error: &Error) -> bool {
    status(error) == Some(404)
}

/// The engine says that there is one already, or that one is in use.
pub(super) fn is_conflict(error: &Error) -> bool {
    matches!(status(error), Some(403 | 409))
}

fn status(error: &Error) -> Option<u16> {
    if let Error::DockerResponseServerError { status_code, .. } = error {
        return Some(*status_code);
    }
    None
}

/// What the engine said, without the code around it.
pub(super) fn words(error: Error) -> anyhow::Error {
    if let Error::DockerResponseServerError { message, .. } = error {
        return anyhow!("the engine says: {}", message.trim());
    }
    anyhow::Error::new(error)
}
