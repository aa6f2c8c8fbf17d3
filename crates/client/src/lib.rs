//! A typed HTTP client over the wire types, one file per slice of the server.
//!
//! The command line, the hub and the tests all speak through it. It knows addresses, headers,
//! pages, streams and errors; it decides nothing and keeps no state but its connections.
//!
//! Never here: printing, retrying without end, following a redirect (the key would travel with
//! it), or the key in any text.

mod access;
mod audit;
mod connection;
mod error;
mod events;
mod federation;
mod grants;
mod graph;
mod health;
mod instances;
mod jobs;
mod knowledge;
mod mcp;
mod pages;
mod repositories;
mod request;
mod stream;
#[cfg(test)]
mod testing;

use std::fmt;

use secrecy::SecretString;
use url::Url;

pub use error::{Error, Result};
pub use events::EventFilter;
pub use federation::{Change, ProjectFilter, Registration, Versioned};
pub use grants::GrantFilter;
pub use graph::{Graph, Reach, SymbolFilter};
pub use instances::{Ask, InstanceFilter};
pub use knowledge::{DocumentFilter, Knowledge};
pub use pages::Items;
pub use repositories::Repositories;
pub use stream::{Signal, Signals};

/// A server, and the key to speak with. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Client {
    base: Url,
    http: reqwest::Client,
}

impl Client {
    /// A client of the server at `base`. Connects to nothing yet.
    ///
    /// # Errors
    /// When `base` is not `http` or `https`, the key is not one line of ASCII, or TLS cannot be
    /// set up.
    pub fn new(base: Url, key: Option<SecretString>) -> Result<Self> {
        let http = connection::http(&base, key)?;
        Ok(Self { base, http })
    }

    /// The address it was made for.
    pub fn base(&self) -> &Url {
        &self.base
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}
