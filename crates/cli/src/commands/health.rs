//! `commandcenter health`: is the server well, in one line.

use clap::Args;
use wire::health::{CheckStatus, Readiness};

use crate::context::Context;
use crate::failure::{Exit, Result};

/// Say in one line whether the server is ready.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter health
  commandcenter health --server http://127.0.0.1:9001 --output json")]
pub(crate) struct Health;

impl Health {
    pub(crate) async fn run(self, context: &Context) -> Result {
        let readiness = context.stranger()?.readiness().await?;
        context.printer.words_or(&words(&readiness), &readiness)?;
        Ok(if readiness.status == CheckStatus::Ok { Exit::Ok } else { Exit::CheckFailed })
    }
}

/// `federation 0.1.0 is ready: database 0.3 ms, mesh 0.1 ms`
fn words(readiness: &Readiness) -> String {
    let checks = readiness.checks.iter().map(|(name, check)| match (check.status, &check.error) {
        (CheckStatus::Ok, _) => format!("{name} {:.1} ms", check.latency_ms),
        (CheckStatus::Fail, Some(error)) => format!("{name} fails ({error})"),
        (CheckStatus::Fail, None) => format!("{name} fails"),
    });
    let state = match readiness.status {
        CheckStatus::Ok => "is ready",
        CheckStatus::Fail => "is not ready",
    };
    let checks = checks.collect::<Vec<_>>().join(", ");
    format!("{} {} {state}: {checks}", readiness.service, readiness.version)
}
