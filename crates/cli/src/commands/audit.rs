//! `commandcenter audit …`: who did what, and whether that record is whole.

use clap::{Args, Subcommand};
use client::Client;
use futures::TryStreamExt;

use crate::context::Context;
use crate::failure::{Exit, Result};
use crate::printer::{Output, Printer};
use crate::progress;

/// Check and export the record of who did what.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter audit verify
  commandcenter audit export > audit.ndjson")]
pub(crate) struct Audit {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Verify(Verify),
    Export(Export),
}

/// Have the server check that no record was changed, removed or slipped in.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter audit verify
  commandcenter audit verify --output json")]
struct Verify;

/// Print every record, oldest first, a JSON object per line.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter audit export > audit.ndjson
  commandcenter audit export --server http://127.0.0.1:8001 > audit.ndjson")]
struct Export;

impl Audit {
    pub(crate) async fn run(self, context: &Context) -> Result {
        match self.command {
            Command::Verify(it) => it.run(context).await,
            Command::Export(it) => it.run(context).await,
        }
    }
}

impl Verify {
    async fn run(self, context: &Context) -> Result {
        let ask = async |client: &Client| Ok(client.verify_audit().await?);
        let verification = context.with_client(ask).await?;
        let words = match &verification.broken {
            None => {
                format!("good: {} records, each follows from the one before", verification.records)
            }
            Some(broken) => format!("broken at record {}: {}", broken.seq, broken.what),
        };
        context.printer.words_or(&words, &verification)?;
        Ok(if verification.broken.is_none() { Exit::Ok } else { Exit::CheckFailed })
    }
}

impl Export {
    /// A line each whatever `--output` says: the file is read again a line at a time.
    async fn run(self, context: &Context) -> Result {
        let lines = Printer::new(Output::Ndjson);
        let bar = progress::counter("records");
        let export = async |client: &Client| {
            let mut records = client.audit();
            while let Some(record) = records.try_next().await? {
                lines.value(&record)?;
                bar.inc(1);
            }
            Ok(())
        };
        let done = context.with_client(export).await;
        bar.finish_and_clear();
        done.map(|()| Exit::Ok)
    }
}
