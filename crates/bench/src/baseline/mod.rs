//! What a figure is compared with: the least that does the same outside job on the same stack.

pub(crate) mod static_bytes;
pub(crate) mod subscriber;

use std::net::SocketAddr;
use std::path::Path;

use anyhow::Result;
use tokio::process::Command;

use crate::http;
use crate::process::Process;

/// A process of its own, so that it has the runtime to itself, as the server has.
pub(crate) struct Baseline {
    pub process: Process,
    pub address: SocketAddr,
}

impl Baseline {
    pub(crate) async fn subscriber(nats_url: &str) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["bare-subscriber", "--nats-url", nats_url]);
        Self::start(command).await
    }

    pub(crate) async fn static_bytes(file: &Path) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("static-bytes").arg("--file").arg(file);
        Self::start(command).await
    }

    async fn start(mut command: Command) -> Result<Self> {
        let [address] = http::free_addresses()?;
        command.args(["--listen", &address.to_string()]);
        let mut process = Process::start(&mut command)?;
        http::until_ready(&mut process, address, "/").await?;
        Ok(Self { process, address })
    }
}
