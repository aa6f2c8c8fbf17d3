//! `commandcenter federation …`: the catalog of projects and how they are.

mod check;
mod exchange;
mod fanout;
mod history;
mod newcomers;
mod projects;
mod registry;
mod watch;

use clap::{Args, Subcommand};

use crate::context::Context;
use crate::failure::{Failure, Result};

/// See which projects are alive, and keep the catalog of them.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter federation projects
  commandcenter federation show atlas")]
pub(crate) struct Federation {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Projects(projects::Projects),
    Show(projects::Show),
    Add(registry::Add),
    Remove(registry::Remove),
    History(history::Show),
    Newcomers(newcomers::Newcomers),
    Admit(newcomers::Admit),
    Check(check::Check),
    Fanout(fanout::Send),
    Watch(watch::Watch),
    Export(exchange::Export),
    Import(exchange::Import),
}

/// Says where to look when the slug is in no catalog.
fn no_such_project(error: client::Error) -> Failure {
    let is_unknown = matches!(error, client::Error::NotFound(_));
    let failure = Failure::from(error);
    if is_unknown {
        return failure.hint("`commandcenter federation projects` lists what there is");
    }
    failure
}

impl Federation {
    pub(crate) async fn run(self, context: &Context) -> Result {
        match self.command {
            Command::Projects(it) => it.run(context).await,
            Command::Show(it) => it.run(context).await,
            Command::Add(it) => it.run(context).await,
            Command::Remove(it) => it.run(context).await,
            Command::History(it) => it.run(context).await,
            Command::Newcomers(it) => it.run(context).await,
            Command::Admit(it) => it.run(context).await,
            Command::Check(it) => it.run(context),
            Command::Fanout(it) => it.run(context).await,
            Command::Watch(it) => it.run(context).await,
            Command::Export(it) => it.run(context).await,
            Command::Import(it) => it.run(context).await,
        }
    }
}
