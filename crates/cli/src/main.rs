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
mod table;

use std::process::ExitCode;

use clap::Parser;

use arguments::Arguments;
use context::Context;

#[tokio::main]
async fn main() -> ExitCode {
    // Before anything speaks TLS. Fails only when it is done already.
    rustls::crypto::ring::default_provider().install_default().ok();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return failure::report_usage(&error),
    };
    let context = Context::new(arguments.global);
    match commands::run(arguments.command, &context).await {
        Ok(exit) => exit.into(),
        Err(failure) => failure.report(),
    }
}
