//! What the released server makes of a tree, storing included, and walks over what it has stored.

use std::fmt::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use secrecy::ExposeSecret;
use serde::Deserialize;
use tempfile::TempDir;
use tokio::process::Command;

use crate::http;
use crate::knowledge::{Engine, fresh_database};
use crate::process::Process;
use crate::server;

/// A tree whose calls alone are a million edges.
const FILES: usize = 2_000;
const FUNCTIONS: usize = 100;
const CALLS: usize = 5;

/// A server with a project for each tree.
pub(crate) struct Served {
    pub engine: Engine,
    process: Process,
    hub: SocketAddr,
    folder: TempDir,
    key: String,
}

/// What the server says of one indexing.
#[derive(Default, Deserialize)]
pub(crate) struct Outcome {
    pub lines: u64,
    pub nodes: u64,
    pub edges: u64,
    pub milliseconds: f64,
}

impl Served {
    /// Over SQLite, or the PostgreSQL at that address.
    pub(crate) async fn start(database_url: Option<&str>, projects: &[String]) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("projects.yaml");
        std::fs::write(&file, server::catalog(projects)?)?;
        let engine = if database_url.is_some() { Engine::Postgres } else { Engine::Sqlite };
        let database = match database_url {
            Some(url) => Some(fresh_database(url).await?),
            None => None,
        };
        let database = database.as_ref().map(ExposeSecret::expose_secret);
        let mut create = server::commandcenter()?;
        create.args(["keys", "create", "bench", "--local", "--scope", "graph:read,graph:write"]);
        create.arg("--data").arg(folder.path());
        if let Some(url) = database {
            create.env("DATABASE_URL", url);
        }
        // Before the server starts: one that runs learns of a key a moment later.
        let key = String::from_utf8(printed(create).await?)?.trim().to_owned();
        let (process, hub) = server::up_over(folder.path(), &file, database).await?;
        Ok(Self { engine, process, hub, folder, key })
    }

    /// `commandcenter graph index`; the time is the server's, which waits for nobody's look.
    pub(crate) async fn index(&self, project: &str, root: &Path) -> Result<Outcome> {
        #[derive(Deserialize)]
        struct Indexing {
            outcome: Outcome,
        }
        let mut command = server::commandcenter()?;
        command.args(["graph", "index"]).arg(root).args(["--project", project]);
        command.args(["--server", &format!("http://{}", self.hub), "--output", "json"]);
        command.arg("--data").arg(self.folder.path()).env("COMMANDCENTER_KEY", &self.key);
        let indexing: Indexing = serde_json::from_slice(&printed(command).await?)?;
        Ok(indexing.outcome)
    }

    /// How long one answer takes, and how long it is.
    pub(crate) async fn ask(&self, project: &str, question: &str) -> Result<(Duration, usize)> {
        let path = format!("/api/v1/projects/{project}/graph{question}");
        let began = Instant::now();
        let answer = http::get(self.hub, &path, Some(&self.key)).await?;
        Ok((began.elapsed(), answer.len()))
    }

    pub(crate) async fn stop(self) -> Result<()> {
        self.process.stop().await
    }
}

async fn printed(mut command: Command) -> Result<Vec<u8>> {
    let output = command.kill_on_drop(true).output().await?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "commandcenter failed: {errors}");
    Ok(output.stdout)
}

/// Functions that call each other: most in their own file, the rest anywhere, some files more
/// often than others.
pub(crate) fn million() -> Result<TempDir> {
    let folder = tempfile::tempdir()?;
    let mut random = fastrand::Rng::with_seed(6);
    for file in 0..FILES {
        let (mut imports, mut bodies) = (String::new(), String::new());
        for function in 0..FUNCTIONS {
            writeln!(bodies, "\n\ndef {}():", name(file, function))?;
            let mut called = Vec::with_capacity(CALLS);
            while called.len() < CALLS {
                let target = (target_file(&mut random, file), random.usize(..FUNCTIONS));
                if called.contains(&target) || target == (file, function) {
                    continue;
                }
                called.push(target);
                let name = name(target.0, target.1);
                writeln!(bodies, "    {name}()")?;
                if target.0 != file {
                    writeln!(imports, "from m{:04} import {name}", target.0)?;
                }
            }
        }
        std::fs::write(folder.path().join(format!("m{file:04}.py")), imports + &bodies)?;
    }
    Ok(folder)
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number of files"
)]
fn target_file(random: &mut fastrand::Rng, own: usize) -> usize {
    if random.f64() < 0.6 {
        return own;
    }
    (random.f64().powi(2) * FILES as f64) as usize
}

fn name(file: usize, function: usize) -> String {
    format!("f{file:04}_{function:02}")
}

/// Functions of [`million`], by their qualified names; the same ones in every run.
pub(crate) fn some_functions(count: usize) -> Vec<String> {
    let mut random = fastrand::Rng::with_seed(7);
    let one = || {
        let (file, function) = (random.usize(..FILES), random.usize(..FUNCTIONS));
        format!("m{file:04}.{}", name(file, function))
    };
    std::iter::repeat_with(one).take(count).collect()
}

/// Each of them asked for, one after the other.
pub(crate) async fn walks(
    served: &Served,
    project: &str,
    question: impl Fn(&str) -> String,
) -> Result<Vec<Duration>> {
    const WARM: usize = 20;
    let mut took = Vec::new();
    for symbol in some_functions(WARM + 300) {
        let (time, length) = served.ask(project, &question(&symbol)).await.context(symbol)?;
        ensure!(length > 2, "an empty answer");
        took.push(time);
    }
    Ok(took.split_off(WARM))
}
