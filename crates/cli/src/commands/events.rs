//! `commandcenter events …`: what happened.

use clap::{Args, Subcommand};
use client::{Client, EventFilter};
use futures::{StreamExt, TryStreamExt};
use wire::events::{Event, Replay};

use crate::context::Context;
use crate::failure::{Exit, Failure, Result};
use crate::follow::follow;
use crate::moment::{Moment, absolute, clock_time};
use crate::printer::{Line, Printer, Row};
use crate::table::{Cell, Column};

/// Follow what happens, ask what happened, publish it again.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter events follow
  commandcenter events query --since 1h")]
pub(crate) struct Events {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Follow(Follow),
    Query(Query),
    Replay(Again),
}

/// Print events as they are recorded, until stopped with Ctrl-C.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter events follow --subject 'cc.*.atlas.>'
  commandcenter events follow --after 0 --output ndjson")]
struct Follow {
    /// Only subjects that match, with NATS wildcards
    #[arg(long, value_name = "PATTERN")]
    subject: Option<String>,
    /// Begin after the event of this number instead of now
    #[arg(long, value_name = "SEQUENCE")]
    after: Option<i64>,
    /// Stop after this many
    #[arg(long, value_name = "NUMBER")]
    limit: Option<u64>,
}

/// List recorded events, the oldest first.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter events query --since 1h
  commandcenter events query --subject 'cc.*.*.federation.>' --output ndjson")]
struct Query {
    #[command(flatten)]
    filter: Filter,
    /// At most this many
    #[arg(long, value_name = "NUMBER", default_value_t = 100)]
    limit: usize,
}

/// Publish recorded events again, with their first ids.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter events replay --since 1h
  commandcenter events replay --subject 'cc.*.atlas.>' --until 2026-01-31T12:00:00Z")]
struct Again {
    #[command(flatten)]
    filter: Filter,
    /// Every event there is
    #[arg(long, conflicts_with_all = ["subject", "since", "until", "correlation"])]
    all: bool,
}

#[derive(Args)]
struct Filter {
    /// Only subjects that match, with NATS wildcards
    #[arg(long, value_name = "PATTERN")]
    subject: Option<String>,
    /// Not before this time, or this long ago
    #[arg(long, value_name = "TIME")]
    since: Option<Moment>,
    /// Not after this time, or this long ago
    #[arg(long, value_name = "TIME")]
    until: Option<Moment>,
    /// Only what followed from this request
    #[arg(long, value_name = "ID")]
    correlation: Option<String>,
}

impl Events {
    pub(crate) async fn run(self, context: &Context) -> Result {
        match self.command {
            Command::Follow(it) => it.run(context).await,
            Command::Query(it) => it.run(context).await,
            Command::Replay(it) => it.run(context).await,
        }
    }
}

impl Follow {
    async fn run(self, context: &Context) -> Result {
        let events = context.server()?.follow_events(self.subject.as_deref(), self.after)?;
        follow(&context.printer, events, self.limit).await
    }
}

impl Query {
    async fn run(self, context: &Context) -> Result {
        let limit = u32::try_from(self.limit.saturating_add(1)).unwrap_or(u32::MAX).min(PAGE);
        let filter = self.filter.query(limit);
        let ask = async |client: &Client| {
            let events = client.events(&filter).take(self.limit.saturating_add(1));
            Ok(events.try_collect::<Vec<Event>>().await?)
        };
        let mut events = context.with_client(ask).await?;
        let is_cut = events.len() > self.limit;
        events.truncate(self.limit);
        context.printer.list(&events, "no event matches; without options all are listed")?;
        if is_cut {
            context.printer.note(format!("there are more than {}; raise --limit", self.limit))?;
        }
        Ok(Exit::Ok)
    }
}

/// How many events one request brings.
const PAGE: u32 = 200;

impl Again {
    async fn run(self, context: &Context) -> Result {
        let filter = self.filter;
        let replay = Replay {
            since: filter.since.map(Moment::past),
            until: filter.until.map(Moment::past),
            subject: filter.subject,
            correlation: filter.correlation,
        };
        if replay == Replay::default() && !self.all {
            return Err(Failure::usage("which events?").hint(
                "narrow them with --subject, --since, --until or --correlation, or say --all",
            ));
        }
        let publish = async |client: &Client| Ok(client.replay(&replay).await?);
        let replayed = context.with_client(publish).await?;
        let words = format!("published {} events again", replayed.events);
        context.printer.words_or(&words, &replayed)?;
        Ok(Exit::Ok)
    }
}

impl Filter {
    fn query(&self, limit: u32) -> EventFilter {
        EventFilter {
            subject: self.subject.clone(),
            since: self.since.map(Moment::past),
            until: self.until.map(Moment::past),
            correlation: self.correlation.clone(),
            limit: Some(limit),
        }
    }
}

impl Row for Event {
    const COLUMNS: &'static [Column] = &[
        Column::Fixed("number"),
        Column::Fixed("at (UTC)"),
        Column::Fixed("event"),
        Column::Fixed("project"),
        Column::Flexible("actor"),
    ];

    fn cells(&self, _: &Printer) -> Vec<Cell> {
        vec![
            Cell::muted(self.sequence.to_string()),
            Cell::new(absolute(self.time)),
            Cell::new(&self.kind),
            Cell::new(self.project.as_ref().map_or("-", |it| it.as_str())),
            Cell::muted(&self.actor),
        ]
    }
}

/// Room for the longest kind, and for most slugs.
const KIND: usize = 30;
const SLUG: usize = 20;

impl Line for Event {
    fn cells(&self, _: &Printer) -> Vec<Cell> {
        vec![
            Cell::muted(clock_time(self.time)),
            Cell::new(&self.kind).padded(KIND),
            Cell::new(self.project.as_ref().map_or("-", |it| it.as_str())).padded(SLUG),
            Cell::muted(&self.actor),
        ]
    }
}
