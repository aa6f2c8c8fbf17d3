//! Measures the released server from outside, as its users meet it: over NATS, HTTP and `/proc`.
//!
//! Each figure stands beside a baseline taken in the same run on the same machine, because only
//! the ratio of the two travels. `cargo xtask bench` builds everything and starts this.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a bench talks to the terminal")]

mod baseline;
mod beats;
mod catalog;
mod embed;
mod feed;
mod graph;
mod http;
mod idle;
mod ingest;
mod knowledge;
mod machine;
mod process;
mod report;
mod search;
mod server;
mod start;
mod store;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, anyhow};
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

use server::Stack;

#[derive(Parser)]
#[command(about)]
struct Arguments {
    #[command(subcommand)]
    bench: Bench,
    /// Where the results are kept as JSON.
    #[arg(long, global = true, default_value = "bench-results")]
    out: PathBuf,
}

#[derive(clap::Subcommand)]
enum Bench {
    /// Beats accepted per second, and what a calm fleet costs.
    Beats(Stack),
    /// Answers per second for the list of projects and for one of them.
    Catalog(Stack),
    /// From the start of `commandcenter up` until it is ready.
    Start,
    /// What `commandcenter up` holds when it has nothing to do.
    Idle,
    /// Sentences embedded per second, and how long one question takes.
    Embed(embed::Options),
    /// Chunks added per second, and what an unchanged folder costs.
    Ingest(ingest::Options),
    /// What a question costs on a large collection, and what it misses.
    Search(search::Options),
    /// Files and lines made into a graph per second, and how far others agree with it.
    Graph(graph::Options),
    /// Counts messages and does nothing else.
    #[command(hide = true)]
    BareSubscriber(baseline::subscriber::Options),
    /// Serves bytes that never change.
    #[command(hide = true)]
    StaticBytes(baseline::static_bytes::Options),
}

impl Arguments {
    async fn run(self) -> Result<()> {
        let report = match self.bench {
            Bench::Beats(stack) => beats::run(&stack).await?,
            Bench::Catalog(stack) => catalog::run(&stack).await?,
            Bench::Start => start::run().await?,
            Bench::Idle => idle::run().await?,
            Bench::Embed(options) => embed::run(&options).await?,
            Bench::Ingest(options) => ingest::run(&options).await?,
            Bench::Search(options) => search::run(&options).await?,
            Bench::Graph(options) => graph::run(&options).await?,
            Bench::BareSubscriber(options) => return baseline::subscriber::run(options).await,
            Bench::StaticBytes(options) => return baseline::static_bytes::run(options).await,
        };
        println!("{report}");
        let path = report.save(&self.out)?;
        eprintln!("saved as {}", path.display());
        Ok(())
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // Whichever way it ends, the future is dropped, and what it started stops with it.
    let outcome = tokio::select! {
        biased;
        outcome = arguments.run() => outcome,
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
    };
    received.err().unwrap_or_else(|| anyhow!("interrupted"))
}
