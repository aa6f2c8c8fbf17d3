//! `federation newcomers` and `federation admit`: who beats but is in no catalog.

use clap::Args;
use client::Client;
use futures::TryStreamExt;
use wire::Slug;
use wire::federation::{Admission, Newcomer};

use crate::context::Context;
use crate::failure::{Exit, Result};
use crate::moment::{self, relative};
use crate::printer::{Printer, Row};
use crate::table::{Cell, Column};

/// List the projects that beat but are in no catalog.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter federation newcomers
  commandcenter federation newcomers --output ndjson")]
pub(crate) struct Newcomers;

/// Take a newcomer into the catalog, with what its beats say.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter federation admit borealis
  commandcenter federation admit borealis --name Borealis --tag ml")]
pub(crate) struct Admit {
    /// Slug of the newcomer
    slug: Slug,
    /// Name people read [default: the slug]
    #[arg(long)]
    name: Option<String>,
    /// Where its hub answers [default: what it reports]
    #[arg(long, value_name = "URL")]
    hub_url: Option<String>,
    /// A tag; may be given several times
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
}

impl Newcomers {
    pub(super) async fn run(self, context: &Context) -> Result {
        let ask = async |client: &Client| Ok(client.newcomers().try_collect::<Vec<_>>().await?);
        let newcomers = context.with_client(ask).await?;
        context.printer.list(&newcomers, "no newcomers; everyone who beats is in the catalog")?;
        Ok(Exit::Ok)
    }
}

impl Admit {
    pub(super) async fn run(self, context: &Context) -> Result {
        let admission = Admission { name: self.name, hub_url: self.hub_url, tags: self.tags };
        let admit = async |client: &Client| Ok(client.admit(&self.slug, &admission).await?);
        let project = context.with_client(admit).await?;
        context.printer.note(format!("admitted {}", project.slug))?;
        context.printer.one(&project)?;
        Ok(Exit::Ok)
    }
}

impl Row for Newcomer {
    const COLUMNS: &'static [Column] = &[
        Column::Fixed("project"),
        Column::Fixed("beats"),
        Column::Fixed("last beat"),
        Column::Fixed("first beat"),
        Column::Flexible("version"),
        Column::Flexible("address"),
    ];

    fn cells(&self, _: &Printer) -> Vec<Cell> {
        let now = moment::now();
        vec![
            Cell::new(&self.slug),
            Cell::new(self.beats.to_string()),
            Cell::new(relative(self.last_seen_at, now)),
            Cell::muted(relative(self.first_seen_at, now)),
            Cell::muted(self.version.as_deref().unwrap_or_default()),
            Cell::muted(self.hub_url.as_deref().unwrap_or_default()),
        ]
    }
}
