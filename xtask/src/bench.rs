//! `cargo xtask bench`: builds what is measured as it is released, starts what it stands on and
//! runs the benches of the crate `bench`, one after the other.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use tokio::process::Command;

use crate::cargo;
use crate::peers;
use crate::process::Running;
use crate::servers::{Nats, Postgres, Servers, model_folder};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Which; all of them when none is named.
    #[arg(value_enum)]
    benches: Vec<Bench>,
    /// Where the results are kept as JSON.
    #[arg(long, default_value = "bench-results")]
    out: PathBuf,
    /// How large the collection is that is searched.
    #[arg(long, default_value_t = 100_000)]
    chunks: usize,
    /// Where it and what is added are kept; one after the other when none is named.
    #[arg(long, value_enum)]
    engine: Option<Engine>,
    /// The trees that are made into graphs; this one when none is named.
    #[arg(long = "tree")]
    trees: Vec<PathBuf>,
    /// How many disagreements with each oracle are printed.
    #[arg(long, default_value_t = 0)]
    show: usize,
}

#[derive(Clone, Copy, ValueEnum)]
enum Engine {
    Sqlite,
    Postgres,
}

#[derive(Clone, Copy, ValueEnum)]
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
    Ingest,
    /// What a question costs on a large collection, and what it misses.
    Search,
    /// Files made into a graph per second, and how far others agree with it.
    Graph,
}

/// Outside the tests' profile: an unoptimised number says nothing.
/// The whole workspace at once, so that no dependency is built twice with other features.
const BUILD: [&str; 7] =
    ["build", "--release", "--workspace", "--bin", "commandcenter", "--bin", "bench"];

pub(crate) async fn run(options: Options) -> Result<()> {
    let mut build = Running::start(cargo::command().args(BUILD))?;
    ensure!(build.wait().await?.success(), "the build failed");
    let all = Bench::value_variants();
    let benches = if options.benches.is_empty() { all } else { &options.benches };
    for bench in benches {
        match bench {
            Bench::Beats => over_servers("beats", &options).await?,
            Bench::Catalog => over_servers("catalog", &options).await?,
            Bench::Start => finished(command("start", &options)?).await?,
            Bench::Idle => finished(command("idle", &options)?).await?,
            Bench::Embed => {
                let mut bench = command("embed", &options)?;
                bench.env("TEST_MODEL", model_folder().await?);
                finished(beside_peers(bench).await?).await?;
            }
            Bench::Ingest => {
                for engine in options.engines() {
                    let mut bench = command("ingest", &options)?;
                    bench.env("TEST_MODEL", model_folder().await?);
                    over_engine(bench, *engine).await?;
                }
            }
            Bench::Graph => {
                let mut bench = command("graph", &options)?;
                bench.args(&options.trees).arg("--show").arg(options.show.to_string());
                bench.env("NODE_PATH", peers::typescript().await?);
                finished(bench).await?;
            }
            Bench::Search => {
                for engine in options.engines() {
                    let mut bench = command("search", &options)?;
                    bench.arg("--chunks").arg(options.chunks.to_string());
                    over_engine(beside_peers(bench).await?, *engine).await?;
                }
            }
        }
    }
    Ok(())
}

impl Options {
    fn engines(&self) -> &[Engine] {
        self.engine.as_ref().map_or(Engine::value_variants(), std::slice::from_ref)
    }
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
async fn over_servers(name: &str, options: &Options) -> Result<()> {
    let servers = Servers::start().await?;
    let bare = Nats::start().await?;
    let mut bench = command(name, options)?;
    bench.env("DATABASE_URL", &servers.database_url).env("NATS_URL", &servers.nats_url);
    bench.env("BARE_NATS_URL", &bare.url);
    finished(bench).await
}

/// This program is built for tests, in the folder beside the released one.
fn command(name: &str, options: &Options) -> Result<Command> {
    let own = std::env::current_exe()?;
    let target = own.parent().and_then(|debug| debug.parent()).context("no target directory")?;
    let mut bench = Command::new(target.join("release/bench"));
    bench.arg(name).arg("--out").arg(&options.out).current_dir(cargo::workspace_root());
    Ok(bench)
}

async fn finished(mut bench: Command) -> Result<()> {
    let status = Running::start(&mut bench)?.wait().await?;
    ensure!(status.success(), "the bench failed");
    Ok(())
}
