//! `cargo xtask test`: every test, on both stacks, against real servers.

pub(crate) mod docker;
mod summary;

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::Command;

use self::summary::Counts;
use crate::cargo;
use crate::process::Running;
use crate::servers::{Postgres, mcp_python, model_folder, nats_server_bin};

/// Who has tests that differ between the stacks; the others would only repeat themselves.
const ON_EVERY_STACK: &str = "package(platform) | package(cli)";

#[derive(clap::Args)]
pub(crate) struct Options {
    /// What the application under test stands on.
    #[arg(long, value_enum, default_value_t = Stacks::All)]
    stack: Stacks,
    /// Handed to `cargo nextest run`: the name of a test, for example.
    #[arg(last = true)]
    nextest: Vec<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Stacks {
    /// SQLite and the mesh inside the process.
    Embedded,
    /// PostgreSQL and NATS.
    Distributed,
    /// One after the other.
    All,
}

pub(crate) async fn run(options: Options) -> Result<()> {
    cargo::ensure_nextest().await?;
    let environment = Environment::start().await?;
    let mut total = Counts::default();
    if let Stacks::Embedded | Stacks::All = options.stack {
        let mut command = environment.nextest("embedded", &options.nextest);
        total += counted(&mut command, Counts::of_nextest).await?;
    }
    if let Stacks::Distributed | Stacks::All = options.stack {
        let mut command = environment.nextest("distributed", &options.nextest);
        command.args(["-E", ON_EVERY_STACK]);
        total += counted(&mut command, Counts::of_nextest).await?;
    }
    if options.nextest.is_empty() {
        total += counted(&mut environment.documentation_tests(), Counts::of_rustdoc).await?;
    }
    drop(environment);

    println!("{total}");
    ensure!(total.failed == 0, "{} failed", total.failed);
    ensure!(total.passed > 0, "no test was run");
    // Who names a test skips the others on purpose.
    ensure!(total.skipped == 0 || !options.nextest.is_empty(), "{} skipped", total.skipped);
    Ok(())
}

/// What the tests find in their environment. Every test starts a NATS server of its own and makes a
/// database of its own; they share the PostgreSQL server.
struct Environment {
    postgres: Postgres,
    nats_server_bin: PathBuf,
    model: PathBuf,
    mcp_python: PathBuf,
}

impl Environment {
    async fn start() -> Result<Self> {
        let nats_server_bin = nats_server_bin().await?;
        let model = model_folder().await?;
        let mcp_python = mcp_python().await?;
        Ok(Self { postgres: Postgres::start().await?, nats_server_bin, model, mcp_python })
    }

    /// Both stacks select the whole workspace, so that both run the same build.
    fn nextest(&self, stack: &str, arguments: &[String]) -> Command {
        let mut command = self.cargo(&["nextest", "run", "--workspace"]);
        command.env("TEST_STACK", stack).args(arguments);
        if !arguments.is_empty() {
            command.arg("--no-tests=pass");
        }
        if std::io::stderr().is_terminal() {
            command.arg("--color=always");
        }
        command
    }

    fn documentation_tests(&self) -> Command {
        self.cargo(&["test", "--quiet", "--workspace", "--doc", "--no-fail-fast"])
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = cargo::command();
        command.args(arguments);
        command.env("TEST_DATABASE_URL", &self.postgres.url);
        command.env("TEST_ADMIN_DATABASE_URL", &self.postgres.admin_url);
        command.env("POSTGRES_BIN", &self.postgres.programs);
        command.env("NATS_SERVER_BIN", &self.nats_server_bin);
        command.env("TEST_MODEL", &self.model);
        command.env("TEST_MCP_PYTHON", &self.mcp_python);
        command
    }
}

/// The counts in a line, if it is a closing one.
type ReadLine = fn(&str) -> Option<Counts>;

/// Runs the tests of `command`, showing what it prints as it comes, and counts them.
async fn counted(command: &mut Command, read: ReadLine) -> Result<Counts> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = Running::start(command)?;
    let (stdout, stderr) = running.take_output().context("no output to read")?;
    let (mut counts, more) = tokio::try_join!(shown(stdout, read), shown(stderr, read))?;
    counts += more;
    let status = running.wait().await?;
    // A build that failed has run no test, and is no success for it.
    ensure!(status.success() || counts.failed > 0, "the tests could not be run ({status})");
    Ok(counts)
}

async fn shown(output: impl AsyncRead + Unpin, read: ReadLine) -> Result<Counts> {
    let mut counts = Counts::default();
    let mut lines = BufReader::new(output).split(b'\n');
    while let Some(line) = lines.next_segment().await? {
        let line = String::from_utf8_lossy(&line);
        eprintln!("{line}");
        counts += read(&line).unwrap_or_default();
    }
    Ok(counts)
}
