//! `cargo xtask chaos`: the simulation, built with the rest of the workspace and run.

use anyhow::{Context, Result, ensure};

use crate::cargo;
use crate::process::Running;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// `federation`, and what it is to run with: `--seed N`, `--days D`, `--projects P`.
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    simulation: Vec<String>,
}

pub(crate) async fn run(options: Options) -> Result<()> {
    let mut command = cargo::command();
    command.args(["run", "--quiet", "--package", "chaos", "--"]).args(options.simulation);
    let status = Running::start(&mut command)?.wait().await.context("cannot run the simulation")?;
    ensure!(status.success(), "the simulation found something");
    Ok(())
}
