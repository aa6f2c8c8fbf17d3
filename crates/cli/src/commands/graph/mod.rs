//! `commandcenter graph …`: what is in a project's code, and how it hangs together.

mod ask;
mod export;
mod index;
mod list;
mod rows;
mod walk;

use clap::{Args, Subcommand};
use client::{Client, Error};
use wire::Slug;

use crate::context::Context;
use crate::failure::{Failure, Result};

/// Index a project's code, and ask what calls, imports and depends on what.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter graph index . --project atlas
  commandcenter graph impact shop.cart.Cart.total --depth 3 --project atlas")]
pub(crate) struct Graph {
    #[command(subcommand)]
    command: Command,
    /// Slug of the project
    #[arg(long, short, global = true, value_name = "SLUG")]
    project: Option<Slug>,
}

#[derive(Subcommand)]
enum Command {
    Index(index::Index),
    Status(index::Status),
    Symbols(list::Symbols),
    Definition(ask::Definition),
    References(ask::References),
    Callers(walk::Callers),
    Callees(walk::Callees),
    Imports(walk::Imports),
    Cycles(list::Cycles),
    Impact(walk::Impact),
    Path(ask::Path),
    Owners(list::Owners),
    Ghosts(list::Ghosts),
    Problems(list::Problems),
    Unresolved(list::Unresolved),
    Ties(list::Ties),
    Export(export::Export),
}

/// What a command of this noun works with: whom it asks, and about which project.
struct Target<'a> {
    context: &'a Context,
    project: Option<Slug>,
}

impl Graph {
    pub(crate) async fn run(self, context: &Context) -> Result {
        let target = Target { context, project: self.project };
        match self.command {
            Command::Index(it) => it.run(target).await,
            Command::Status(it) => it.run(target).await,
            Command::Symbols(it) => it.run(target).await,
            Command::Definition(it) => it.run(target).await,
            Command::References(it) => it.run(target).await,
            Command::Callers(it) => it.run(target).await,
            Command::Callees(it) => it.run(target).await,
            Command::Imports(it) => it.run(target).await,
            Command::Cycles(it) => it.run(target).await,
            Command::Impact(it) => it.run(target).await,
            Command::Path(it) => it.run(target).await,
            Command::Owners(it) => it.run(target).await,
            Command::Ghosts(it) => it.run(target).await,
            Command::Problems(it) => it.run(target).await,
            Command::Unresolved(it) => it.run(target).await,
            Command::Ties(it) => it.run(target).await,
            Command::Export(it) => it.run(target).await,
        }
    }
}

impl Target<'_> {
    /// Does `work` with the graph of the project that was named.
    async fn ask<T>(&self, work: impl AsyncFnOnce(&client::Graph) -> Result<T>) -> Result<T> {
        let project = self.project.as_ref().ok_or_else(|| {
            Failure::usage("no project is named").hint(
                "name one with --project SLUG; `commandcenter federation projects` lists them",
            )
        })?;
        let ask = async |client: &Client| work(&client.graph(project)).await;
        self.context.with_client(ask).await
    }
}

/// A refusal with the next step where something does not exist.
fn refused(error: Error) -> Failure {
    let is_missing = matches!(error, Error::NotFound(_));
    let failure = Failure::from(error);
    if !is_missing {
        return failure;
    }
    failure.hint(
        "`commandcenter graph index PATH` indexes a folder, `graph symbols NAME` finds a name",
    )
}
