//! How to reach the servers.

use std::path::PathBuf;
use std::time::Duration;

use async_nats::{ConnectOptions, ServerAddr};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::{Error, SUBSCRIPTION_CAPACITY};

/// A hung server is noticed when three pings in a row had no answer: within 3.6 s.
const PING_INTERVAL: Duration = Duration::from_millis(1200);
/// For the handshake as a whole. A hung server still accepts connections.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

#[derive(Clone)]
pub struct NatsOptions {
    /// A comma-separated list of `nats://` and `tls://` servers.
    pub url: String,
    /// A credentials file as `nsc` writes it.
    pub credentials: Option<PathBuf>,
    pub token: Option<SecretString>,
    /// How this connection is called in the server's own listings.
    pub name: String,
}

impl NatsOptions {
    pub(super) fn servers(&self) -> Result<Vec<ServerAddr>, Error> {
        self.url.split(',').enumerate().map(|(at, url)| server(at + 1, url.trim())).collect()
    }

    pub(super) async fn to_connect_options(&self) -> Result<ConnectOptions, Error> {
        let mut options = ConnectOptions::new()
            .name(&self.name)
            .retry_on_initial_connect()
            .max_reconnects(None)
            .ping_interval(PING_INTERVAL)
            .connection_timeout(CONNECT_TIMEOUT)
            .subscription_capacity(SUBSCRIPTION_CAPACITY);
        if let Some(token) = &self.token {
            options = options.token(token.expose_secret().to_owned());
        }
        if let Some(path) = &self.credentials {
            options = options
                .credentials_file(path)
                .await
                .map_err(|source| Error::Credentials { path: path.clone(), source })?;
        }
        Ok(options)
    }
}

fn server(position: usize, url: &str) -> Result<ServerAddr, Error> {
    let invalid = |reason: String| Error::InvalidUrl { position, reason };
    let url: Url = url.parse().map_err(|error: url::ParseError| invalid(error.to_string()))?;
    if !["nats", "tls"].contains(&url.scheme()) {
        return Err(invalid(format!("{} is neither nats nor tls", url.scheme())));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(invalid("it names no host".to_owned()));
    }
    ServerAddr::from_url(url).map_err(|error| invalid(error.to_string()))
}
