//! `cargo xtask test-docker`: the tests that need a Docker Engine, which is started where none runs.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;
use tokio::net::UnixStream;
use tokio::process::Command;

use crate::cargo;
use crate::process::Running;

const SOCKET: &str = "/var/run/docker.sock";
const BUSYBOX: &str = "/bin/busybox";
const START_WITHIN: Duration = Duration::from_mins(1);
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// One after the other: they share the engine's networks.
const TESTS: [&str; 9] = [
    "nextest",
    "run",
    "--workspace",
    "--features",
    "platform/docker-tests",
    "--test-threads",
    "1",
    "-E",
    "package(platform) & test(/instances::tests::containers::/)",
];

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Handed to `cargo nextest run`: the name of a test, for example.
    #[arg(last = true)]
    nextest: Vec<String>,
}

pub(crate) async fn run(options: Options) -> Result<()> {
    ensure!(
        Path::new(BUSYBOX).is_file(),
        "no {BUSYBOX}: the images of the tests are made of it; apt-get install busybox-static"
    );
    cargo::ensure_nextest().await?;
    let engine = Engine::find_or_start().await?;
    let mut tests = cargo::command();
    tests.args(TESTS).args(&options.nextest);
    tests.env("TEST_STACK", "embedded").env("TEST_DOCKER_HOST", &engine.host);
    let status = Running::start(&mut tests)?.wait().await?;
    drop(engine);
    ensure!(status.success(), "the tests failed ({status})");
    Ok(())
}

/// An engine, and its process and data where it is ours: they go when this is dropped.
struct Engine {
    host: String,
    _ours: Option<(Running, TempDir)>,
}

impl Engine {
    async fn find_or_start() -> Result<Self> {
        let named = std::env::var_os("DOCKER_HOST").and_then(|host| host.into_string().ok());
        if let Some(host) = named {
            return Ok(Self { host, _ours: None });
        }
        if UnixStream::connect(SOCKET).await.is_ok() {
            return Ok(Self { host: format!("unix://{SOCKET}"), _ours: None });
        }
        let ours = start().await.context(
            "NO DOCKER ENGINE, so nothing of the docker driver was tested: start one, or \
             apt-get install docker.io and run this as root, or name one in DOCKER_HOST",
        )?;
        let host = format!("unix://{}", socket(ours.1.path()).display());
        Ok(Self { host, _ours: Some(ours) })
    }
}

fn socket(folder: &Path) -> PathBuf {
    folder.join("docker.sock")
}

async fn start() -> Result<(Running, TempDir)> {
    let folder = tempfile::tempdir()?;
    let place = |name: &str| folder.path().join(name);
    let socket = socket(folder.path());
    let log = std::fs::File::create(place("log"))?;
    let mut dockerd = Command::new("dockerd");
    dockerd
        .arg("--host")
        .arg(format!("unix://{}", socket.display()))
        .arg("--data-root")
        .arg(place("data"))
        .arg("--exec-root")
        .arg(place("exec"))
        .arg("--pidfile")
        .arg(place("pid"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log);
    println!("starting dockerd for the tests");
    let mut running = Running::start(&mut dockerd)?;
    let patience = Instant::now() + START_WITHIN;
    while UnixStream::connect(&socket).await.is_err() {
        let ended = tokio::time::timeout(LOOK_EVERY, running.wait()).await;
        if ended.is_ok() || Instant::now() > patience {
            let said = std::fs::read_to_string(place("log")).unwrap_or_default();
            let last: Vec<&str> = said.lines().rev().take(5).collect();
            bail!(
                "dockerd does not start: {}",
                last.into_iter().rev().collect::<Vec<_>>().join("\n")
            );
        }
    }
    Ok((running, folder))
}
