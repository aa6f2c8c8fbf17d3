//! Whom a command asks, and as whom.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use client::Client;
use secrecy::SecretString;
use url::{Host, Url};

use crate::arguments::Global;
use crate::failure::{Failure, Result};
use crate::local;
use crate::printer::Printer;

const DEFAULT_SERVER: &str = "http://127.0.0.1:8001";

pub(crate) struct Context {
    pub printer: Printer,
    global: Global,
}

impl Context {
    pub(crate) fn new(global: Global) -> Self {
        Self { printer: Printer::new(global.output), global }
    }

    /// Does `work` with a client of the server. Where the default address is silent and there is
    /// a data directory, a server inside this process takes its place while the work lasts.
    pub(crate) async fn with_client<T>(
        &self,
        work: impl AsyncFnOnce(&Client) -> Result<T>,
    ) -> Result<T> {
        if self.global.local {
            return self.in_process(work).await;
        }
        let client = self.server()?;
        if self.global.server.is_some() || is_there(&client).await || !self.has_data() {
            return work(&client).await;
        }
        let place = self.data();
        self.printer.note(format!(
            "no server at {DEFAULT_SERVER}; reading {} as it was left",
            place.display()
        ))?;
        self.in_process(work).await
    }

    async fn in_process<T>(&self, work: impl AsyncFnOnce(&Client) -> Result<T>) -> Result<T> {
        let given = self.given_key()?;
        let local = local::open(&self.data()).await?;
        let key = given.unwrap_or_else(|| local.key.clone());
        let done = match Client::new(local.url.clone(), Some(key)) {
            Ok(client) => work(&client).await,
            Err(error) => Err(error.into()),
        };
        local.close().await;
        done
    }

    /// A client of the server itself: for what only a running server can answer.
    pub(crate) fn server(&self) -> Result<Client> {
        if self.global.local {
            return Err(Failure::usage("this needs a running server; leave --local out"));
        }
        let url = self.server_url()?;
        let key = match self.given_key()? {
            Some(key) => Some(key),
            None => self.implied_key(&url)?,
        };
        Ok(Client::new(url, key)?)
    }

    /// A client without a key, for what needs none.
    pub(crate) fn stranger(&self) -> Result<Client> {
        Ok(Client::new(self.server_url()?, None)?)
    }

    /// The address named by option or environment.
    pub(crate) fn named_server(&self) -> Option<&Url> {
        self.global.server.as_ref()
    }

    /// The data directory as option or environment give it, for the configuration to default.
    pub(crate) fn named_data(&self) -> Option<PathBuf> {
        self.global.data.as_deref().map(absolute)
    }

    fn server_url(&self) -> Result<Url> {
        match &self.global.server {
            Some(url) => Ok(url.clone()),
            None => DEFAULT_SERVER.parse().map_err(Failure::usage),
        }
    }

    fn data(&self) -> PathBuf {
        self.named_data().unwrap_or_else(default_data)
    }

    fn has_data(&self) -> bool {
        self.data().join("admin.key").is_file()
    }

    fn given_key(&self) -> Result<Option<SecretString>> {
        match (&self.global.key, &self.global.key_file) {
            (Some(key), _) => Ok(Some(key.clone())),
            (None, Some(file)) => read_key(file).map(Some),
            (None, None) => Ok(None),
        }
    }

    /// The administrator's key of the data directory, which is for servers of this machine: it
    /// never travels to another one unless it is named.
    fn implied_key(&self, url: &Url) -> Result<Option<SecretString>> {
        let file = self.data().join("admin.key");
        if is_loopback(url) && file.is_file() { read_key(&file).map(Some) } else { Ok(None) }
    }
}

/// Where `path` leads from here, whoever reads it from elsewhere.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

fn read_key(file: &Path) -> Result<SecretString> {
    let text = std::fs::read_to_string(file).map_err(|error| {
        Failure::usage(format!("cannot read the key in {}: {error}", file.display()))
            .hint("name another with --key-file FILE")
    })?;
    Ok(SecretString::from(text.trim()))
}

async fn is_there(client: &Client) -> bool {
    !matches!(client.live().await, Err(client::Error::Unavailable { .. }))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Where the server keeps its data when nobody says: the same rule as its `data` setting.
fn default_data() -> PathBuf {
    let named = std::env::var_os("XDG_DATA_HOME").filter(|it| !it.is_empty()).map(PathBuf::from);
    let home = || std::env::home_dir().map(|home| home.join(".local/share"));
    match named.or_else(home) {
        Some(directory) => directory.join("commandcenter"),
        None => PathBuf::from(".commandcenter"),
    }
}
