//! `cargo xtask chaos`: the simulation, built with the rest of the workspace and run.

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

use crate::cargo;
use crate::process::Running;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// `federation`, and what it is to run with: `--seed N`, `--days D`, `--projects P`.
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    simulation: Vec<String>,
}

pub(crate) async fn run(options: Options) -> Result<()> {
    // The whole workspace at once, so that no dependency is built twice with other features.
    let mut build = cargo::command();
    build.args(["build", "--quiet", "--workspace", "--bin", "chaos"]);
    ensure!(Running::start(&mut build)?.wait().await?.success(), "the build failed");
    let mut simulation = Command::new(std::env::current_exe()?.with_file_name("chaos"));
    simulation.args(options.simulation).current_dir(cargo::workspace_root());
    let running = Running::start(&mut simulation)?.wait().await;
    let status = running.context("cannot run the simulation")?;
    ensure!(status.success(), "the simulation found something");
    Ok(())
}
