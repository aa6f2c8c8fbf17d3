//! The `commandcenter` binary: reads the command line, dispatches, reports.
//!
//! Never here: business logic or SQL. A command asks the server through `client` and prints.

mod arguments;
mod commands;
mod confirm;
mod context;
mod failure;
mod follow;
mod local;
mod moment;
mod printer;
mod progress;
mod quantity;
mod table;

use std::process::ExitCode;

use clap::Parser;

use arguments::Arguments;
use commands::Command;
use context::Context;
use failure::Result;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return failure::report_usage(&error),
    };
    let Arguments { command, global } = arguments;
    // These two do without a runtime and its threads: the memory of the one is counted, the other
    // makes its own.
    let done = if let Command::ReadDocuments(it) = command {
        it.run()
    } else if let Command::Keep(it) = command {
        it.run()
    } else {
        run(command, &Context::new(global))
    };
    match done {
        Ok(exit) => exit.into(),
        Err(failure) => failure.report(),
    }
}

#[tokio::main]
async fn run(command: Command, context: &Context) -> Result {
    // Before anything speaks TLS. Fails only when it is done already.
    rustls::crypto::ring::default_provider().install_default().ok();
    commands::run(command, context).await
}
