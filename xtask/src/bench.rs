//! `cargo xtask bench`: builds what is measured as it is released, starts what it stands on and
//! runs the benches of the crate `bench`, one after the other.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use tokio::process::Command;

use crate::cargo;
use crate::peers;
use crate::process::Running;
use crate::servers::{Nats, Postgres, Servers, model_folder};
use crate::trees;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Which; all of them when none is named.
    #[command(subcommand)]
    bench: Option<Bench>,
    /// Where the results are kept as JSON.
    #[arg(long, global = true, default_value = "bench-results")]
    out: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Engine {
    Sqlite,
    Postgres,
}

#[derive(Clone, clap::Subcommand)]
enum Bench {
    /// Beats accepted per second.
    Beats,
    /// Answers per second of the catalog.
    Catalog,
    /// From the start until ready.
    Start,
    /// Memory of a server with nothing to do.
    Idle,
    /// Sentences embedded per second, and how long a question takes.
    Embed,
    /// Chunks added per second, and what an unchanged folder costs.
    Ingest {
        /// Where they are kept; one after the other when none is named.
        #[arg(long, value_enum)]
        engine: Option<Engine>,
    },
    /// What a question costs on a large collection, and what it misses.
    Search {
        /// How large it is.
        #[arg(long, default_value_t = CHUNKS)]
        chunks: usize,
        /// Where it is kept; one after the other when none is named.
        #[arg(long, value_enum)]
        engine: Option<Engine>,
    },
    /// Files made into a graph per second, and how far others agree with it.
    Graph {
        /// The trees; some of the registries when none is named.
        trees: Vec<PathBuf>,
        /// How many disagreements with each oracle are printed.
        #[arg(long, default_value_t = 0)]
        show: usize,
    },
}

impl Bench {
    fn all() -> Vec<Self> {
        vec![
            Self::Beats,
            Self::Catalog,
            Self::Start,
            Self::Idle,
            Self::Embed,
            Self::Ingest { engine: None },
            Self::Search { chunks: CHUNKS, engine: None },
            Self::Graph { trees: Vec::new(), show: 0 },
        ]
    }
}

const CHUNKS: usize = 100_000;

/// Outside the tests' profile: an unoptimised number says nothing.
/// The whole workspace at once, so that no dependency is built twice with other features.
const BUILD: [&str; 7] =
    ["build", "--release", "--workspace", "--bin", "commandcenter", "--bin", "bench"];

pub(crate) async fn run(options: Options) -> Result<()> {
    let mut build = Running::start(cargo::command().args(BUILD))?;
    ensure!(build.wait().await?.success(), "the build failed");
    let out = &options.out;
    for bench in options.bench.map_or_else(Bench::all, |one| vec![one]) {
        match bench {
            Bench::Beats => over_servers("beats", out).await?,
            Bench::Catalog => over_servers("catalog", out).await?,
            Bench::Start => finished(command("start", out)?).await?,
            Bench::Idle => finished(command("idle", out)?).await?,
            Bench::Embed => {
                let mut bench = command("embed", out)?;
                bench.env("TEST_MODEL", model_folder().await?);
                finished(beside_peers(bench).await?).await?;
            }
            Bench::Ingest { engine } => {
                for engine in engines(engine.as_ref()) {
                    let mut bench = command("ingest", out)?;
                    bench.env("TEST_MODEL", model_folder().await?);
                    over_engine(bench, *engine).await?;
                }
            }
            Bench::Search { chunks, engine } => {
                for engine in engines(engine.as_ref()) {
                    let mut bench = command("search", out)?;
                    bench.arg("--chunks").arg(chunks.to_string());
                    over_engine(beside_peers(bench).await?, *engine).await?;
                }
            }
            Bench::Graph { trees, show } => graph(&trees, show, out).await?,
        }
    }
    Ok(())
}

async fn graph(trees: &[PathBuf], show: usize, out: &Path) -> Result<()> {
    let trees = if trees.is_empty() { trees::fetched().await? } else { absolute(trees)? };
    let server = Postgres::start().await?;
    let mut bench = command("graph", out)?;
    bench.args(trees).arg("--show").arg(show.to_string());
    bench.env("NODE_PATH", peers::typescript().await?).env("DATABASE_URL", &server.url);
    finished(bench).await
}

/// The bench runs in another folder.
fn absolute(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    Ok(paths.iter().map(std::path::absolute).collect::<Result<_, _>>()?)
}

fn engines(engine: Option<&Engine>) -> &[Engine] {
    engine.map_or(Engine::value_variants(), std::slice::from_ref)
}

async fn over_engine(mut bench: Command, engine: Engine) -> Result<()> {
    match engine {
        Engine::Sqlite => finished(bench).await,
        Engine::Postgres => {
            let server = Postgres::start().await?;
            bench.args(["--engine", "postgres"]).env("DATABASE_URL", &server.url);
            finished(bench).await
        }
    }
}

async fn beside_peers(mut bench: Command) -> Result<Command> {
    bench.env("BENCH_PYTHON", peers::python().await?);
    Ok(bench)
}

/// On servers of its own: nothing of the bench before is left in them.
async fn over_servers(name: &str, out: &Path) -> Result<()> {
    let servers = Servers::start().await?;
    let bare = Nats::start().await?;
    let mut bench = command(name, out)?;
    bench.env("DATABASE_URL", &servers.database_url).env("NATS_URL", &servers.nats_url);
    bench.env("BARE_NATS_URL", &bare.url);
    finished(bench).await
}

/// This program is built for tests, in the folder beside the released one.
fn command(name: &str, out: &Path) -> Result<Command> {
    let own = std::env::current_exe()?;
    let target = own.parent().and_then(|debug| debug.parent()).context("no target directory")?;
    let mut bench = Command::new(target.join("release/bench"));
    bench
        .arg(name)
        .arg("--out")
        .arg(std::path::absolute(out)?)
        .current_dir(cargo::workspace_root());
    Ok(bench)
}

async fn finished(mut bench: Command) -> Result<()> {
    let status = Running::start(&mut bench)?.wait().await?;
    ensure!(status.success(), "the bench failed");
    Ok(())
}
