//! `knowledge collections …`: documents that are cut, indexed and searched in one way.

use clap::{Args, Subcommand};
use client::Knowledge;
use futures::TryStreamExt;
use wire::Slug;
use wire::knowledge::{Collection, NewCollection};

use super::{Target, refused};
use crate::confirm::{Consent, confirm};
use crate::failure::{Exit, Result};
use crate::printer::{Printer, Row};
use crate::quantity::bytes;
use crate::table::{Cell, Column, Tone};

/// List, create and remove collections, or have one embedded again.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter knowledge collections --project atlas
  commandcenter knowledge collections create notes --project atlas --language german")]
pub(super) struct Collections {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    List(List),
    Create(Create),
    Remove(Remove),
    Reembed(Reembed),
}

/// List the collections of a project.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter knowledge collections list --project atlas
  commandcenter knowledge collections list --project atlas --output json")]
struct List;

/// Create a collection whose language or chunking is not the usual one.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter knowledge collections create notes --project atlas --language german
  commandcenter knowledge collections create code --project atlas --chunk-tokens 128")]
struct Create {
    /// Its name
    name: Slug,
    /// Language its words are stemmed by, or none [default: english]
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
    /// Size of a chunk in tokens of the model, 32 to 512 [default: 256]
    #[arg(long, value_name = "NUMBER")]
    chunk_tokens: Option<u32>,
    /// Tokens a chunk shares with the next, less than half of it [default: 32]
    #[arg(long, value_name = "NUMBER")]
    chunk_overlap: Option<u32>,
}

/// Remove a collection with all its documents.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter knowledge collections remove notes --project atlas
  commandcenter knowledge collections remove notes --project atlas --yes")]
struct Remove {
    /// Its name
    name: Slug,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

/// Embed every chunk of a collection again, in the background, with the model in use now.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter knowledge collections reembed documents --project atlas
  commandcenter knowledge collections reembed notes --project atlas")]
struct Reembed {
    /// Its name
    name: Slug,
}

impl Collections {
    pub(super) async fn run(self, target: Target<'_>) -> Result {
        match self.command.unwrap_or(Command::List(List)) {
            Command::List(it) => it.run(target).await,
            Command::Create(it) => it.run(target).await,
            Command::Remove(it) => it.run(target).await,
            Command::Reembed(it) => it.run(target).await,
        }
    }
}

/// Every collection of a project.
pub(super) async fn all(knowledge: &Knowledge) -> Result<Vec<Collection>> {
    knowledge.collections().try_collect().await.map_err(refused)
}

impl List {
    async fn run(self, target: Target<'_>) -> Result {
        let collections = target.ask(async |it: &Knowledge| all(it).await).await?;
        let first_step = "no collections; `commandcenter knowledge add PATH` makes the first";
        target.context.printer.list(&collections, first_step)?;
        Ok(Exit::Ok)
    }
}

impl Create {
    async fn run(self, target: Target<'_>) -> Result {
        let new = NewCollection {
            name: self.name.to_string(),
            language: self.language,
            chunk_tokens: self.chunk_tokens,
            chunk_overlap: self.chunk_overlap,
        };
        let create = async |it: &Knowledge| it.create_collection(&new).await.map_err(refused);
        let created = target.ask(create).await?;
        target.context.printer.words_or(&format!("created {}", created.name), &created)?;
        Ok(Exit::Ok)
    }
}

impl Remove {
    async fn run(self, target: Target<'_>) -> Result {
        let name = self.name.as_str();
        let remove = async |it: &Knowledge| {
            let collection = it.collection(name).await.map_err(refused)?;
            let what = format!("removing {name} with {} documents", collection.documents);
            confirm(Consent::from(self.yes), &what, name)?;
            it.remove_collection(name).await.map_err(refused)
        };
        target.ask(remove).await?;
        target.context.printer.note(format!("removed {name}"))?;
        Ok(Exit::Ok)
    }
}

impl Reembed {
    async fn run(self, target: Target<'_>) -> Result {
        let name = self.name.as_str();
        target.ask(async |it: &Knowledge| it.reembed(name).await.map_err(refused)).await?;
        let words = format!("{name} is embedded again; what is there serves meanwhile");
        target.context.printer.note(words)?;
        Ok(Exit::Ok)
    }
}

impl Row for Collection {
    const COLUMNS: &'static [Column] = &[
        Column::Fixed("name"),
        Column::Fixed("documents"),
        Column::Fixed("failed"),
        Column::Fixed("chunks"),
        Column::Fixed("size"),
        Column::Fixed("language"),
        Column::Flexible("model"),
        Column::Fixed("weight"),
    ];

    fn cells(&self, _: &Printer) -> Vec<Cell> {
        let failed = if self.failed == 0 { Tone::Muted } else { Tone::Bad };
        let model = match &self.model {
            Some(model) => Cell::new(model),
            None => Cell::muted("by keyword alone"),
        };
        let weight = self.weight.map_or_else(|| "-".to_owned(), |it| format!("{it:.2}"));
        vec![
            Cell::new(&self.name),
            Cell::new(self.documents.to_string()),
            Cell::toned(self.failed.to_string(), failed),
            Cell::new(self.chunks.to_string()),
            Cell::new(bytes(self.bytes)),
            Cell::new(&self.language),
            model,
            Cell::muted(weight),
        ]
    }
}
