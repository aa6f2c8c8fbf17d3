//! Chores of the repository, run as `cargo xtask <chore>`. This file only dispatches; a chore is a module.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a chore talks to the terminal")]

mod bench;
mod cargo;
mod chaos;
mod generate;
mod peers;
mod process;
mod servers;
mod test;
mod tidy;
mod trees;

use std::process::ExitCode;

use anyhow::{Result, anyhow};
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about, arg_required_else_help = true)]
enum Chore {
    /// Run every test against real servers, on both stacks.
    Test(test::Options),
    /// Run the tests that need a Docker Engine; starts one where none runs.
    TestDocker(test::docker::Options),
    /// Measure the released server, each number beside its baseline.
    Bench(bench::Options),
    /// Start PostgreSQL and NATS, print where they and the model are, stop them on Ctrl-C.
    Servers,
    /// Write the pages of the reference that come from the code.
    #[command(name = "gen")]
    Generate(generate::Options),
    /// Simulate the federation through days of trouble, and compare it with an oracle.
    Chaos(chaos::Options),
    /// Check the rules of the repository that no lint knows.
    Tidy,
}

impl Chore {
    async fn run(self) -> Result<()> {
        match self {
            Self::Test(options) => test::run(options).await,
            Self::TestDocker(options) => test::docker::run(options).await,
            Self::Bench(options) => bench::run(options).await,
            Self::Servers => servers::serve().await,
            Self::Generate(options) => generate::run(options).await,
            Self::Chaos(options) => chaos::run(options).await,
            Self::Tidy => tidy::run().await,
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let chore = Chore::parse();
    // Whichever way a chore ends, its future is dropped, and what it started stops with it.
    let outcome = tokio::select! {
        biased;
        outcome = chore.run() => outcome,
        reason = interrupted() => Err(reason),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn interrupted() -> anyhow::Error {
    let wait = async |kind| -> Result<()> {
        signal(kind)?.recv().await;
        Ok(())
    };
    let received = tokio::select! {
        received = wait(SignalKind::interrupt()) => received,
        received = wait(SignalKind::terminate()) => received,
        received = wait(SignalKind::hangup()) => received,
    };
    received.err().unwrap_or_else(|| anyhow!("interrupted"))
}
