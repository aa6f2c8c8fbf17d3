//! `knowledge sources …`: places documents come from, looked at again and again.

use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use client::Knowledge;
use futures::TryStreamExt;
use wire::knowledge::{NewSource, Source, SourceKind};
use wire::{Slug, SourceId};

use super::{Target, refused};
use crate::failure::{Exit, Result};
use crate::moment::{self, relative, rough};
use crate::printer::{Printer, Row};
use crate::table::{Cell, Column};

/// List, add, remove and run the sources of a project's documents.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter knowledge sources --project atlas
  commandcenter knowledge sources add git https://example.org/atlas.git --project atlas")]
pub(super) struct Sources {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    List(List),
    Add(Add),
    Remove(Remove),
    Run(Run),
}

/// List the sources with what the last look found.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter knowledge sources list --project atlas
  commandcenter knowledge sources list --project atlas --output json")]
struct List;

/// Add a folder of the server, a git repository, a feed or a site.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter knowledge sources add git https://example.org/atlas.git --project atlas --prune
  commandcenter knowledge sources add site https://example.org/docs --project atlas --depth 3")]
struct Add {
    /// What it is
    kind: Kind,
    /// A folder on the server's machine, or a URL
    location: String,
    /// Collection its documents go to [default: documents]
    #[arg(long, short, value_name = "NAME")]
    collection: Option<Slug>,
    /// Between two looks, at least 1m [default: 1h]
    #[arg(long, value_name = "DURATION", value_parser = moment::duration)]
    every: Option<Duration>,
    /// Links to follow from the first page of a site, 0 to 5 [default: 2]
    #[arg(long, value_name = "NUMBER")]
    depth: Option<u32>,
    /// Remove documents that are gone there
    #[arg(long)]
    prune: bool,
}

/// Remove a source.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter knowledge sources remove 0198c0de-7a11-7000-8000-000000000001 --project atlas
  commandcenter knowledge sources remove 0198c0de-7a11-7000-8000-000000000001 -p atlas")]
struct Remove {
    /// Its id, as in `knowledge sources`
    id: SourceId,
}

/// Look at a source now, in the background.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter knowledge sources run 0198c0de-7a11-7000-8000-000000000001 --project atlas
  commandcenter knowledge sources run 0198c0de-7a11-7000-8000-000000000001 -p atlas")]
struct Run {
    /// Its id, as in `knowledge sources`
    id: SourceId,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    Folder,
    Git,
    Feed,
    Site,
}

impl Sources {
    pub(super) async fn run(self, target: Target<'_>) -> Result {
        match self.command.unwrap_or(Command::List(List)) {
            Command::List(it) => it.run(target).await,
            Command::Add(it) => it.run(target).await,
            Command::Remove(it) => it.run(target).await,
            Command::Run(it) => it.run(target).await,
        }
    }
}

impl List {
    async fn run(self, target: Target<'_>) -> Result {
        let list =
            async |it: &Knowledge| it.sources().try_collect::<Vec<_>>().await.map_err(refused);
        let sources = target.ask(list).await?;
        let first_step = "no sources; `commandcenter knowledge sources add` makes one";
        target.context.printer.list(&sources, first_step)?;
        Ok(Exit::Ok)
    }
}

impl Add {
    async fn run(self, target: Target<'_>) -> Result {
        let new = NewSource {
            collection: self.collection.map(|it| it.to_string()),
            kind: self.kind.into(),
            location: self.location,
            every: self.every.map(|it| it.as_secs()),
            depth: self.depth,
            prune: self.prune,
        };
        let add = async |it: &Knowledge| it.create_source(&new).await.map_err(refused);
        let source = target.ask(add).await?;
        let words = format!("added {} ({})", source.location, source.id);
        target.context.printer.words_or(&words, &source)?;
        Ok(Exit::Ok)
    }
}

impl Remove {
    async fn run(self, target: Target<'_>) -> Result {
        target.ask(async |it: &Knowledge| it.remove_source(self.id).await.map_err(refused)).await?;
        target.context.printer.note(format!("removed {}", self.id))?;
        Ok(Exit::Ok)
    }
}

impl Run {
    async fn run(self, target: Target<'_>) -> Result {
        target.ask(async |it: &Knowledge| it.run_source(self.id).await.map_err(refused)).await?;
        target.context.printer.note(format!("{} is looked at now", self.id))?;
        Ok(Exit::Ok)
    }
}

impl From<Kind> for SourceKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Folder => Self::Folder,
            Kind::Git => Self::Git,
            Kind::Feed => Self::Feed,
            Kind::Site => Self::Site,
        }
    }
}

const fn word(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Folder => "folder",
        SourceKind::Git => "git",
        SourceKind::Feed => "feed",
        SourceKind::Site => "site",
    }
}

impl Row for Source {
    const COLUMNS: &'static [Column] = &[
        Column::Fixed("id"),
        Column::Fixed("kind"),
        Column::Flexible("location"),
        Column::Fixed("every"),
        Column::Fixed("last look"),
        Column::Flexible("found"),
    ];

    fn cells(&self, _: &Printer) -> Vec<Cell> {
        let now = moment::now();
        let looked = self.last_run_at.map_or_else(|| "never".to_owned(), |at| relative(at, now));
        vec![
            Cell::muted(self.id.to_string()),
            Cell::new(word(self.kind)),
            Cell::new(&self.location),
            Cell::new(rough(Duration::from_secs(self.every))),
            Cell::new(looked),
            Cell::new(self.last_result.as_deref().unwrap_or_default()),
        ]
    }
}
