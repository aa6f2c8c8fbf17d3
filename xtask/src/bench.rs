//! `cargo xtask bench`: builds what is measured as it is released, starts what it stands on and
//! runs the benches of the crate `bench`, one after the other.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use tokio::process::Command;

use crate::cargo;
use crate::process::Running;
use crate::servers::{Nats, Servers};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Which; all of them when none is named.
    #[arg(value_enum)]
    benches: Vec<Bench>,
    /// Where the results are kept as JSON.
    #[arg(long, default_value = "bench-results")]
    out: PathBuf,
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
        }
    }
    Ok(())
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
