//! `federation fanout`: one action to many projects.

use std::time::Duration;

use clap::Args;
use client::Client;
use wire::Slug;
use wire::federation::{FanoutOutcome, FanoutResult, NewFanout};

use crate::context::Context;
use crate::failure::{Exit, Result};
use crate::moment;
use crate::printer::{Output, Printer, Row};
use crate::table::{Cell, Column, Tone};

/// Send one action to many projects and list what each of them answers.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter federation fanout ping atlas borealis
  commandcenter federation fanout report atlas --deadline 10s --output json")]
pub(crate) struct Send {
    /// What they are to do: ping, beat or report
    action: String,
    /// Slugs of the projects
    #[arg(required = true, value_name = "PROJECT")]
    projects: Vec<Slug>,
    /// How long to wait for answers, at most 30s [default: 5s]
    #[arg(long, value_name = "DURATION", value_parser = moment::duration)]
    deadline: Option<Duration>,
}

impl Send {
    pub(super) async fn run(self, context: &Context) -> Result {
        let deadline_ms = self.deadline.map(|it| u64::try_from(it.as_millis()).unwrap_or(u64::MAX));
        let new = NewFanout { action: self.action, projects: self.projects, deadline_ms };
        let send = async |client: &Client| Ok(client.fanout(&new).await?);
        let fanout = context.with_client(send).await?;
        match context.printer.output {
            Output::Table | Output::Ndjson => context.printer.list(&fanout.results, "")?,
            Output::Json | Output::Yaml => context.printer.value(&fanout)?,
        }
        let answered = |it: &FanoutResult| it.outcome == FanoutOutcome::Answered;
        Ok(if fanout.results.iter().all(answered) { Exit::Ok } else { Exit::CheckFailed })
    }
}

impl Row for FanoutResult {
    const COLUMNS: &'static [Column] =
        &[Column::Fixed("project"), Column::Fixed("outcome"), Column::Flexible("answer")];

    fn cells(&self, _: &Printer) -> Vec<Cell> {
        let (outcome, tone) = match self.outcome {
            FanoutOutcome::Answered => ("answered", Tone::Good),
            FanoutOutcome::Denied => ("denied", Tone::Warning),
            FanoutOutcome::NotFound => ("not found", Tone::Warning),
            FanoutOutcome::NoAnswer => ("no answer", Tone::Bad),
            FanoutOutcome::Failed => ("failed", Tone::Bad),
        };
        let answer = self.answer.as_ref().map(ToString::to_string);
        let denied = || "its allow_fanout does not name the sender".to_owned();
        let implied = (self.outcome == FanoutOutcome::Denied).then(denied);
        let words = self.detail.clone().or(answer).or(implied).unwrap_or_default();
        vec![Cell::new(&self.project), Cell::toned(outcome, tone), Cell::new(words)]
    }
}
