//! `commandcenter knowledge …`: what a project knows, and questions to it.

mod add;
mod archive;
mod catalog;
mod collections;
mod documents;
mod evaluate;
mod folder;
mod import_table;
mod patience;
mod search;
mod snippet;
mod sources;
mod stats;
mod upload;

use clap::{Args, Subcommand};
use client::{Client, Error};
use wire::Slug;

use crate::context::Context;
use crate::failure::{Failure, Result};

/// Add documents to a project's knowledge base, search it, measure how well it answers.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter knowledge add . --project atlas
  commandcenter knowledge search 'how are keys rotated' --project atlas")]
pub(crate) struct Knowledge {
    #[command(subcommand)]
    command: Command,
    /// Slug of the project
    #[arg(long, short, global = true, value_name = "SLUG")]
    project: Option<Slug>,
}

#[derive(Subcommand)]
enum Command {
    Add(add::Add),
    Search(search::Search),
    List(documents::List),
    Show(documents::Show),
    Remove(documents::Remove),
    Collections(collections::Collections),
    Sources(sources::Sources),
    Stats(stats::Stats),
    Export(archive::Export),
    Import(archive::Import),
    ImportTable(import_table::ImportTable),
    Evaluate(evaluate::Evaluate),
}

/// What a command of this noun works with: whom it asks, and about which project.
struct Target<'a> {
    context: &'a Context,
    project: Option<Slug>,
}

impl Knowledge {
    pub(crate) async fn run(self, context: &Context) -> Result {
        let target = Target { context, project: self.project };
        match self.command {
            Command::Add(it) => it.run(target).await,
            Command::Search(it) => it.run(target).await,
            Command::List(it) => it.run(target).await,
            Command::Show(it) => it.run(target).await,
            Command::Remove(it) => it.run(target).await,
            Command::Collections(it) => it.run(target).await,
            Command::Sources(it) => it.run(target).await,
            Command::Stats(it) => it.run(target).await,
            Command::Export(it) => it.run(target).await,
            Command::Import(it) => it.run(target).await,
            Command::ImportTable(it) => it.run(target).await,
            Command::Evaluate(it) => it.run(target).await,
        }
    }
}

impl Target<'_> {
    /// Does `work` with the knowledge base of the project that was named.
    async fn ask<T>(&self, work: impl AsyncFnOnce(&client::Knowledge) -> Result<T>) -> Result<T> {
        let project = self.project()?;
        let ask = async |client: &Client| work(&client.knowledge(project)).await;
        self.context.with_client(ask).await
    }

    fn project(&self) -> Result<&Slug> {
        self.project.as_ref().ok_or_else(|| {
            Failure::usage("no project is named").hint(
                "name one with --project SLUG; `commandcenter federation projects` lists them",
            )
        })
    }
}

/// A refusal with the next step where something does not exist.
fn refused(error: Error) -> Failure {
    let is_missing = matches!(error, Error::NotFound(_));
    let failure = Failure::from(error);
    if !is_missing {
        return failure;
    }
    failure.hint("`commandcenter federation projects` lists the projects, `knowledge collections` what one has")
}
