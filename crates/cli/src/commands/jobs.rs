//! `commandcenter jobs …`: work that goes on by itself.

use clap::{Args, Subcommand};
use client::Client;
use futures::{StreamExt, TryStreamExt};
use wire::JobId;
use wire::jobs::{Job, JobState};

use crate::context::Context;
use crate::failure::{Exit, Result};
use crate::moment::{self, relative};
use crate::printer::{Printer, Row};
use crate::table::{Cell, Column, Tone};

/// See background work, and have what gave up tried again.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter jobs list
  commandcenter jobs list --state gave-up")]
pub(crate) struct Jobs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    List(List),
    Retry(Retry),
}

/// List jobs.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter jobs list --state gave-up
  commandcenter jobs list --limit 1000 --output ndjson")]
struct List {
    /// Only those of this state: queued, running, done or gave-up
    #[arg(long, value_parser = state)]
    state: Option<JobState>,
    /// At most this many
    #[arg(long, value_name = "NUMBER", default_value_t = 100)]
    limit: usize,
}

/// Queue a job that gave up once more.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter jobs retry 0198c0de-7a11-7000-8000-000000000001
  commandcenter jobs retry 0198c0de-7a11-7000-8000-000000000001 --output json")]
struct Retry {
    /// Id of the job, as in `jobs list`
    id: JobId,
}

impl Jobs {
    pub(crate) async fn run(self, context: &Context) -> Result {
        match self.command {
            Command::List(it) => it.run(context).await,
            Command::Retry(it) => it.run(context).await,
        }
    }
}

impl List {
    async fn run(self, context: &Context) -> Result {
        let ask = async |client: &Client| {
            Ok(client.jobs(self.state).take(self.limit).try_collect::<Vec<Job>>().await?)
        };
        let jobs = context.with_client(ask).await?;
        context.printer.list(&jobs, "no jobs; work appears here when something asks for it")?;
        Ok(Exit::Ok)
    }
}

impl Retry {
    async fn run(self, context: &Context) -> Result {
        let retry = async |client: &Client| Ok(client.retry_job(self.id).await?);
        let job = context.with_client(retry).await?;
        context.printer.words_or(&format!("queued {} ({}) again", job.name, job.id), &job)?;
        Ok(Exit::Ok)
    }
}

/// A state by its word, as the option spells it.
fn state(text: &str) -> Result<JobState, String> {
    [JobState::Queued, JobState::Running, JobState::Done, JobState::GaveUp]
        .into_iter()
        .find(|it| it.to_string() == text.replace('-', "_"))
        .ok_or_else(|| "a state is queued, running, done or gave-up".to_owned())
}

impl Row for Job {
    const COLUMNS: &'static [Column] = &[
        Column::Fixed("id"),
        Column::Flexible("job"),
        Column::Fixed("state"),
        Column::Fixed("tries"),
        Column::Fixed("when"),
        Column::Flexible("last error"),
    ];

    fn cells(&self, _: &Printer) -> Vec<Cell> {
        let (word, tone) = match self.state {
            JobState::Queued => ("queued", Tone::Plain),
            JobState::Running => ("running", Tone::Plain),
            JobState::Done => ("done", Tone::Good),
            JobState::GaveUp => ("gave up", Tone::Bad),
        };
        vec![
            Cell::muted(self.id.to_string()),
            Cell::new(&self.name),
            Cell::toned(word, tone),
            Cell::new(self.attempts.to_string()),
            Cell::new(relative(self.finished_at.unwrap_or(self.run_at), moment::now())),
            Cell::new(self.error.as_deref().unwrap_or_default()),
        ]
    }
}
