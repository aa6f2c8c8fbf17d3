//! `federation watch`: changes as they happen.

use clap::Args;
use client::Change;
use futures::TryStreamExt;
use serde::Serialize;
use wire::federation::Project;

use super::projects::reason_words;
use crate::context::Context;
use crate::failure::Result;
use crate::follow::follow;
use crate::moment::{self, clock_time};
use crate::printer::{Line, Printer};
use crate::table::Cell;

/// Print a line for each change of a project, until stopped with Ctrl-C.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter federation watch
  commandcenter federation watch --limit 1 --output json")]
pub(crate) struct Watch {
    /// Stop after this many changes
    #[arg(long, value_name = "NUMBER")]
    limit: Option<u64>,
}

/// A change as the stream spells it.
#[derive(Serialize)]
#[serde(tag = "event", content = "data")]
enum Seen {
    #[serde(rename = "project.changed")]
    Changed(Box<Project>),
    #[serde(rename = "project.removed")]
    Removed { slug: wire::Slug },
}

impl Watch {
    pub(super) async fn run(self, context: &Context) -> Result {
        let changes = context.server()?.watch_projects().map_ok(|signal| {
            signal.map(|change| match change {
                Change::Changed(project) => Seen::Changed(project),
                Change::Removed(slug) => Seen::Removed { slug },
            })
        });
        follow(&context.printer, changes, self.limit).await
    }
}

/// Room for an icon and the longest status, and for most slugs.
const STATUS: usize = 10;
const SLUG: usize = 20;

impl Line for Seen {
    fn cells(&self, printer: &Printer) -> Vec<Cell> {
        let now = Cell::muted(clock_time(moment::now()));
        match self {
            Self::Changed(it) => vec![
                now,
                printer.status(it.status).padded(STATUS),
                Cell::new(&it.slug).padded(SLUG),
                Cell::new(reason_words(it)),
            ],
            Self::Removed { slug } => {
                vec![now, Cell::muted("removed").padded(STATUS), Cell::new(slug)]
            }
        }
    }
}
