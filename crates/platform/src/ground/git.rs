//! Git repositories as they are read here: nothing of this machine's or its user's settings counts.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Context;
use gix::protocol::transport::client::blocking_io::http;
use gix::{ObjectId, Repository, Tree};

use super::address::PublicOnly;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const USER_AGENT: &str = concat!("CommandCenter/", env!("CARGO_PKG_VERSION"));

/// Ends what is fetched when nobody waits for it any more.
#[derive(Default)]
pub(crate) struct Interrupt(pub Arc<AtomicBool>);

impl Drop for Interrupt {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

pub(crate) fn open(path: &Path) -> anyhow::Result<Repository> {
    Ok(gix::open_opts(path, gix::open::Options::isolated())?)
}

/// The bare repository at `path`, made where there is none.
pub(crate) fn open_or_make(path: &Path) -> anyhow::Result<Repository> {
    if !path.join("HEAD").is_file() {
        gix::init_bare(path).context("cannot make the repository")?;
    }
    open(path)
}

/// Whether `path` is a work tree or a bare repository.
pub(crate) fn is_repository(path: &Path) -> bool {
    path.join(".git").exists() || (path.join("HEAD").is_file() && path.join("objects").is_dir())
}

/// The repository that `folder`, which is absolute, is in, and what its paths begin with there.
pub(crate) fn around(folder: &Path) -> Option<(&Path, String)> {
    let root = folder.ancestors().find(|it| is_repository(it))?;
    let inside = folder.strip_prefix(root).ok()?.to_str()?;
    let prefix = if inside.is_empty() { String::new() } else { format!("{inside}/") };
    Some((root, prefix))
}

/// Path and blob of each file; links and submodules are left out.
pub(crate) fn files(tree: &Tree<'_>) -> anyhow::Result<Vec<(String, ObjectId)>> {
    let entries = tree.traverse().breadthfirst.files()?;
    let files = entries.into_iter().filter(|entry| entry.mode.is_blob());
    Ok(files.map(|entry| (entry.filepath.to_string(), entry.oid)).collect())
}

/// Which addresses may be connected to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    Public,
    Private,
}

/// No redirects and no proxy, which would lead to addresses unchecked: see [`PublicOnly`].
pub(crate) fn transport(reach: Reach, timeout: Duration, headers: Vec<String>) -> http::Options {
    let backend = http::reqwest::Options {
        configure_client: Some(Box::new(move |mut builder| {
            builder = builder.no_proxy().connect_timeout(CONNECT_TIMEOUT).timeout(timeout);
            if reach == Reach::Public {
                builder = builder.dns_resolver(PublicOnly::shared());
            }
            Ok(builder)
        })),
        configure_request: None,
    };
    http::Options {
        extra_headers: headers,
        follow_redirects: http::options::FollowRedirects::None,
        user_agent: Some(USER_AGENT.to_owned()),
        backend: Some(Arc::new(Mutex::new(backend))),
        ..http::Options::default()
    }
}
