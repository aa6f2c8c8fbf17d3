//! A real nats-server of one's own, for tests.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde::Deserialize;
use tempfile::TempDir;
use tokio::time::Instant;

const START_TIMEOUT: Duration = Duration::from_secs(20);

/// Runs on a free port with `JetStream` in a directory of its own; killed when dropped.
pub struct NatsServer {
    dir: TempDir,
    port: u16,
    child: Option<Child>,
}

impl NatsServer {
    pub async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap_or_else(|error| fail(&error.to_string()));
        let mut server = Self { dir, port: 0, child: None };
        server.run().await;
        server
    }

    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Kills it, as a crash would.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take()
            && let Err(error) = child.kill().and_then(|()| child.wait())
        {
            fail(&format!("cannot stop nats-server: {error}"));
        }
    }

    /// Starts it where it was: the same port, the same streams.
    pub async fn start_again(&mut self) {
        self.stop();
        self.run().await;
    }

    /// Hangs it with its connections open.
    pub fn pause(&self) {
        self.signal("-STOP");
    }

    pub fn resume(&self) {
        self.signal("-CONT");
    }

    async fn run(&mut self) {
        let deadline = Instant::now() + START_TIMEOUT;
        while !self.try_run(deadline).await {
            if Instant::now() > deadline {
                fail("nats-server does not start");
            }
        }
    }

    /// Whether it came up; right after a stop the port may not be free yet.
    async fn try_run(&mut self, deadline: Instant) -> bool {
        let mut child = self.spawn();
        let ports = self.dir.path().join(format!("nats-server_{}.ports", child.id()));
        while Instant::now() < deadline && !matches!(child.try_wait(), Ok(Some(_))) {
            if let Some(port) = read_port(&ports) {
                self.port = port;
                self.child = Some(child);
                return true;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        drop(child.kill().and_then(|()| child.wait()));
        tokio::time::sleep(Duration::from_millis(100)).await;
        false
    }

    fn spawn(&self) -> Child {
        let port = if self.port == 0 { "-1".to_owned() } else { self.port.to_string() };
        Command::new(binary())
            .args(["--addr", "127.0.0.1", "--port", &port, "--jetstream", "--store_dir"])
            .arg(self.dir.path().join("jetstream"))
            .arg("--ports_file_dir")
            .arg(self.dir.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| fail(&format!("cannot run nats-server: {error}")))
    }

    fn signal(&self, signal: &str) {
        let Some(child) = &self.child else { fail("nats-server does not run") };
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status();
        if !sent.is_ok_and(|status| status.success()) {
            fail("cannot signal nats-server");
        }
    }
}

impl Drop for NatsServer {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            drop(child.kill().and_then(|()| child.wait()));
        }
    }
}

fn read_port(path: &PathBuf) -> Option<u16> {
    #[derive(Deserialize)]
    struct Ports {
        nats: Vec<String>,
    }

    let ports: Ports = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
    ports.nats.iter().find_map(|url| url.rsplit(':').next()?.parse().ok())
}

fn binary() -> PathBuf {
    #[expect(clippy::disallowed_methods, reason = "the tests' one setting, not the application's")]
    let path = std::env::var("NATS_SERVER_BIN");
    path.map_or_else(|_| fail("run `make test`, or set NATS_SERVER_BIN"), PathBuf::from)
}

#[expect(clippy::panic, reason = "for tests: it is how they fail")]
fn fail(message: &str) -> ! {
    panic!("{message}")
}
