//! `federation projects` and `federation show`: how projects are.

use clap::Args;
use client::{Client, ProjectFilter};
use futures::{StreamExt, TryStreamExt};
use wire::Slug;
use wire::federation::{Project, Reason, Status};

use super::no_such_project;
use crate::context::Context;
use crate::failure::{Exit, Result};
use crate::moment::{self, absolute, relative};
use crate::printer::{Printer, Row, Sheet};
use crate::table::{Cell, Column};

/// List the projects of the catalog and how each of them is.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter federation projects --status offline --status degraded
  commandcenter federation projects --tag rust --output json")]
pub(crate) struct Projects {
    /// Only those that are unknown, online, degraded or offline; may be given several times
    #[arg(long, value_name = "STATUS", value_parser = status)]
    status: Vec<Status>,
    /// Only those with this tag
    #[arg(long)]
    tag: Option<String>,
    /// Only those with these words in their slug, name or description
    #[arg(long, value_name = "WORDS")]
    query: Option<String>,
    /// At most this many
    #[arg(long, value_name = "NUMBER")]
    limit: Option<u32>,
}

/// Show everything known about one project.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter federation show atlas
  commandcenter federation show atlas --output yaml")]
pub(crate) struct Show {
    /// Slug of the project
    slug: Slug,
}

/// How many projects one request brings.
const PAGE: u32 = 500;

const NO_PROJECTS: &str = "no project matches; `commandcenter federation add` registers one, \
                           `commandcenter federation newcomers` shows who beats unregistered";

impl Projects {
    pub(super) async fn run(self, context: &Context) -> Result {
        let projects = context.with_client(async |client| {
            // The server filters by one status; of several the choice is made here.
            let status = self.status.first().copied().filter(|_| self.status.len() == 1);
            let (tag, q) = (self.tag.clone(), self.query.clone());
            let limit = Some(self.limit.map_or(PAGE, |it| it.clamp(1, PAGE)));
            let wanted = client
                .projects(&ProjectFilter { status, tag, q, limit })
                .try_filter(|it| {
                    let is_wanted = self.status.is_empty() || self.status.contains(&it.status);
                    std::future::ready(is_wanted)
                })
                .take(self.limit.map_or(usize::MAX, |it| it as usize));
            Ok(wanted.try_collect::<Vec<Project>>().await?)
        });
        context.printer.list(&projects.await?, NO_PROJECTS)?;
        Ok(Exit::Ok)
    }
}

impl Show {
    pub(super) async fn run(self, context: &Context) -> Result {
        let ask = async |client: &Client| client.project(&self.slug).await.map_err(no_such_project);
        context.printer.one(&context.with_client(ask).await?.value)?;
        Ok(Exit::Ok)
    }
}

/// A status by its word.
fn status(text: &str) -> Result<Status, String> {
    let named = |it: &Status| it.as_str() == text;
    Status::ALL
        .into_iter()
        .find(named)
        .ok_or_else(|| "a status is unknown, online, degraded or offline".to_owned())
}

/// Why it is as it is, in its own words where it has some.
pub(super) fn reason_words(project: &Project) -> String {
    let own: Vec<&str> =
        project.report.iter().flat_map(|it| &it.reasons).map(String::as_str).collect();
    let mut words: Vec<&str> = Vec::new();
    for reason in &project.status_reasons {
        if *reason == Reason::SelfReported && !own.is_empty() {
            words.extend(&own);
        } else {
            words.push(reason.words());
        }
    }
    if project.orphaned {
        words.push("no longer in its file");
    }
    words.join("; ")
}

fn last_beat(project: &Project) -> String {
    let ago = |at| relative(at, moment::now());
    project.last_heartbeat_at.map_or_else(|| "never".to_owned(), ago)
}

impl Row for Project {
    const COLUMNS: &'static [Column] = &[
        Column::Fixed("status"),
        Column::Fixed("project"),
        Column::Flexible("tags"),
        Column::Fixed("last beat"),
        Column::Flexible("reason"),
    ];

    fn cells(&self, printer: &Printer) -> Vec<Cell> {
        vec![
            printer.status(self.status),
            Cell::new(&self.slug),
            Cell::muted(self.tags.join(", ")),
            Cell::new(last_beat(self)),
            Cell::new(reason_words(self)),
        ]
    }
}

impl Sheet for Project {
    fn fields(&self, printer: &Printer) -> Vec<(&'static str, Cell)> {
        let text = |text: &str| Cell::new(if text.is_empty() { "-" } else { text });
        let optional = |it: &Option<String>| text(it.as_deref().unwrap_or_default());
        let mut fields = vec![
            ("project", Cell::new(&self.slug)),
            ("name", Cell::new(&self.name)),
            ("status", printer.status(self.status)),
            ("since", Cell::new(absolute(self.status_since))),
            ("reason", text(&reason_words(self))),
            ("last beat", Cell::new(last_beat(self))),
            ("address", Cell::new(&self.hub_url)),
            ("tags", text(&self.tags.join(", "))),
            ("owner", optional(&self.owner)),
            ("description", optional(&self.description)),
            ("fan-out from", text(&self.allow_fanout.join(", "))),
            ("verify key", optional(&self.verify_key)),
            ("registered", Cell::new(absolute(self.created_at))),
            ("updated", Cell::new(absolute(self.updated_at))),
        ];
        if let Some(report) = &self.report {
            let counts = report.counts.iter().map(|(name, count)| format!("{name} {count}"));
            fields.push(("version", optional(&report.version)));
            fields.push(("services", text(&report.services.join(", "))));
            fields.push(("counts", text(&counts.collect::<Vec<_>>().join(", "))));
        }
        fields
    }
}
