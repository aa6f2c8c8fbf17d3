//! A server of the sources as they are, asked for what it says of itself.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::Command;

use crate::cargo;
use crate::process::Running;

/// Settings of the developer have no place in a reference.
const SETTINGS: [&str; 4] = ["COMMANDCENTER_", "DATABASE_URL", "NATS_URL", "FEDERATION_API_KEYS"];

/// Builds `commandcenter`, which lies beside this program.
pub(super) async fn program() -> Result<PathBuf> {
    let mut build = cargo::command();
    // The whole workspace at once, so that no dependency is built twice with other features.
    build.args(["build", "--quiet", "--workspace", "--bin", "commandcenter"]);
    ensure!(Running::start(&mut build)?.wait().await?.success(), "the build failed");
    Ok(std::env::current_exe()?.with_file_name("commandcenter"))
}

/// `program` with the settings that stand in its defaults.
pub(super) fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if SETTINGS.iter().any(|prefix| name.starts_with(prefix)) {
            command.env_remove(&*name);
        }
    }
    command
}

/// Stopped, and its data removed, when dropped.
pub(super) struct Server {
    address: String,
    key: String,
    _running: Running,
    _folder: TempDir,
}

impl Server {
    pub(super) async fn start(program: &Path) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut up = command(program);
        up.arg("up").arg("--data").arg(folder.path());
        for service in ["--hub", "--federation", "--instance"] {
            up.args([service, "127.0.0.1:0"]);
        }
        up.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut running = Running::start(&mut up)?;
        let (stdout, mut stderr) = running.take_output().context("no output to read")?;
        let mut lines = BufReader::new(stdout).lines();
        while let Some(line) = lines.next_line().await? {
            let Some((name, url)) = line.trim().split_once(' ') else { continue };
            if let ("hub", Some(address)) = (name, url.trim().strip_prefix("http://")) {
                let address = address.to_owned();
                let key = std::fs::read_to_string(folder.path().join("admin.key"))?;
                let key = key.trim().to_owned();
                return Ok(Self { address, key, _running: running, _folder: folder });
            }
        }
        let mut words = String::new();
        stderr.read_to_string(&mut words).await?;
        anyhow::bail!("the server did not start: {}", words.trim())
    }

    pub(super) async fn json(&self, path: &str) -> Result<Value> {
        let mut connection = TcpStream::connect(&self.address).await?;
        let Self { address, key, .. } = self;
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: {address}\r\nx-api-key: {key}\r\nconnection: close\r\n\r\n"
        );
        connection.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await?;
        let (head, body) = answer.split_once("\r\n\r\n").context("no answer")?;
        ensure!(head.starts_with("HTTP/1.1 200 "), "{path}: {head}");
        serde_json::from_str(body).with_context(|| format!("{path} is not JSON"))
    }
}
