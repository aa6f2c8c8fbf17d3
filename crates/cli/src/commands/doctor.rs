//! `commandcenter doctor`: what is wrong, and what to do about it.

use clap::Args;
use client::Client;
use platform::config;
use serde::Serialize;
use url::Url;
use wire::health::{Check, CheckStatus};

use super::config::Source;
use crate::context::Context;
use crate::failure::{Exit, Failure, Result};
use crate::moment::{self, relative};
use crate::printer::{Output, Printer, Row};
use crate::table::{Cell, Column, Tone, plain};

/// Check the configuration and each service it names, and say what to do about what fails.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter doctor
  commandcenter doctor --server http://127.0.0.1:8001 --output json")]
pub(crate) struct Doctor {
    #[command(flatten)]
    source: Source,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Finding {
    service: String,
    check: String,
    #[serde(flatten)]
    result: Check,
}

impl Doctor {
    pub(crate) async fn run(self, context: &Context) -> Result {
        let findings = self.look(context).await?;
        let printer = &context.printer;
        printer.list(&findings, "")?;
        if printer.output == Output::Table {
            advise(printer, &findings)?;
        }
        let all_well = findings.iter().all(|it| it.result.status == CheckStatus::Ok);
        Ok(if all_well { Exit::Ok } else { Exit::CheckFailed })
    }

    /// The configuration, then every service it names; or only the server that was named.
    async fn look(&self, context: &Context) -> Result<Vec<Finding>> {
        if let Some(url) = context.named_server() {
            return examine("server", url.clone()).await;
        }
        let config = match config::Config::load(&self.source.overrides(context)) {
            Ok(config) => config,
            Err(errors) => return Ok(errors.as_slice().iter().map(misconfigured).collect()),
        };
        let mut findings = vec![Finding::good("configuration", "settings")];
        for (service, address) in [
            ("hub", config.hub.listen),
            ("federation", config.federation.listen),
            ("instance", config.instance.listen),
        ] {
            let url =
                format!("{}://{address}", config.http.scheme()).parse().map_err(Failure::usage)?;
            findings.extend(examine(service, url).await?);
        }
        Ok(findings)
    }
}

/// What the service at `url` says of itself; that it says nothing is a finding too.
async fn examine(service: &str, url: Url) -> Result<Vec<Finding>> {
    match Client::new(url, None)?.readiness().await {
        Ok(readiness) => {
            let finding =
                |(check, result)| Finding { service: readiness.service.clone(), check, result };
            Ok(readiness.checks.into_iter().map(finding).collect())
        }
        Err(error) => {
            let hint = "`commandcenter up` starts every service; `serve --services` starts some";
            Ok(vec![Finding::bad(service, "answers", error.to_string(), hint)])
        }
    }
}

fn misconfigured(invalid: &config::Invalid) -> Finding {
    let hint = "`commandcenter config print --default` shows every setting";
    let error = format!("{} (from {})", invalid.message, invalid.origin);
    Finding::bad("configuration", &invalid.key, error, hint)
}

/// A hint per failed check; the same hint once.
fn advise(printer: &Printer, findings: &[Finding]) -> Result<()> {
    let mut said: Vec<&str> = Vec::new();
    for finding in findings.iter().filter(|it| it.result.status == CheckStatus::Fail) {
        let Some(hint) = finding.result.hint.as_deref().filter(|it| !said.contains(it)) else {
            continue;
        };
        printer.note(format!("hint: {}", plain(hint)))?;
        said.push(hint);
    }
    Ok(())
}

impl Finding {
    fn good(service: &str, check: &str) -> Self {
        let result = Check {
            status: CheckStatus::Ok,
            required: true,
            latency_ms: 0.0,
            since: moment::now(),
            error: None,
            hint: None,
            detail: std::collections::BTreeMap::new(),
        };
        Self { service: service.to_owned(), check: check.to_owned(), result }
    }

    fn bad(service: &str, check: &str, error: String, hint: &str) -> Self {
        let Self { service, check, result } = Self::good(service, check);
        let (error, hint) = (Some(error), Some(hint.to_owned()));
        Self { service, check, result: Check { status: CheckStatus::Fail, error, hint, ..result } }
    }
}

/// What was not measured has none.
fn latency(milliseconds: f64) -> String {
    if milliseconds > 0.0 { format!("{milliseconds:.1} ms") } else { "-".to_owned() }
}

impl Row for Finding {
    const COLUMNS: &'static [Column] = &[
        Column::Fixed("service"),
        Column::Fixed("check"),
        Column::Fixed("status"),
        Column::Fixed("latency"),
        Column::Fixed("since"),
        Column::Flexible("what is wrong"),
    ];

    fn cells(&self, printer: &Printer) -> Vec<Cell> {
        let Check { status, latency_ms, since, error, .. } = &self.result;
        let status = match status {
            CheckStatus::Ok => printer.marked('●', "ok", Tone::Good),
            CheckStatus::Fail => printer.marked('○', "fail", Tone::Bad),
        };
        vec![
            Cell::new(&self.service),
            Cell::new(&self.check),
            status,
            Cell::muted(latency(*latency_ms)),
            Cell::muted(relative(*since, moment::now())),
            Cell::new(error.as_deref().unwrap_or_default()),
        ]
    }
}
