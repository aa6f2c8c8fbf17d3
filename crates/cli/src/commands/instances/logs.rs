//! `instances logs`: what an instance prints.

use clap::Args;
use client::Signal;
use futures::StreamExt;

use super::found::find;
use crate::context::Context;
use crate::failure::{Exit, Result};
use crate::printer::Output;
use crate::table::plain;

/// Print the log of an instance.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter instances logs atlas
  commandcenter instances logs atlas-2 --tail 1000 --follow")]
pub(super) struct Logs {
    /// Name or id of the instance, or the project if it has one only
    instance: String,
    /// How many of the last lines
    #[arg(long, value_name = "NUMBER", default_value_t = 200)]
    tail: usize,
    /// Go on with what comes, until stopped with Ctrl-C
    #[arg(long, short)]
    follow: bool,
}

impl Logs {
    pub(super) async fn run(self, context: &Context) -> Result {
        let client = context.server()?;
        let found = find(&client, &self.instance).await?;
        let mut signals = client.instance_log(found.id, self.tail, self.follow)?;
        loop {
            let signal = tokio::select! {
                signal = signals.next() => signal,
                _ = tokio::signal::ctrl_c() => None,
            };
            match signal.transpose()? {
                Some(Signal::Live) => {}
                Some(Signal::Item(line)) if context.printer.output == Output::Table => {
                    context.printer.text(&plain(&line.text))?;
                }
                Some(Signal::Item(line)) => context.printer.value(&line)?,
                // Without --follow the end is the end; with it the server went away.
                Some(Signal::Lost { error, .. }) => {
                    return error.map_or(Ok(Exit::Ok), |error| Err(error.into()));
                }
                None => return Ok(Exit::Ok),
            }
        }
    }
}
