//! `commandcenter instances …`: starting, stopping and watching the instances of projects.

mod found;
mod logs;
mod make;
mod shown;
mod start;
mod wait;

use clap::{Args, Subcommand};
use client::{Ask, InstanceFilter};
use futures::{StreamExt, TryStreamExt};
use wire::Slug;
use wire::instances::{Instance, InstanceState};

use self::found::find;
use crate::confirm::confirm;
use crate::context::Context;
use crate::failure::{Exit, Result};

/// Start, stop and watch instances of projects.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter instances start atlas --wait
  commandcenter instances logs atlas --follow")]
pub(crate) struct Instances {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Plan(start::Plan),
    Start(start::Start),
    Stop(Stop),
    Restart(Restart),
    List(List),
    Show(Show),
    Logs(logs::Logs),
    Adopt(Adopt),
    Remove(Remove),
}

/// Stop an instance: by a word, after 10 s by force.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter instances stop atlas
  commandcenter instances stop atlas-2 --wait")]
struct Stop {
    /// Name or id of the instance, or the project if it has one only
    instance: String,
    /// Wait until it is stopped
    #[arg(long)]
    wait: bool,
}

/// Stop an instance if it runs, and start it again.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter instances restart atlas
  commandcenter instances restart atlas-2 --wait")]
struct Restart {
    /// Name or id of the instance, or the project if it has one only
    instance: String,
    /// Wait until it is ready, or say why it is not
    #[arg(long)]
    wait: bool,
}

/// List instances and how each of them is.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter instances list
  commandcenter instances list --project atlas --state failed --output json")]
struct List {
    /// Only those of this project
    #[arg(long, value_name = "SLUG")]
    project: Option<Slug>,
    /// Only those of this state, as running or failed
    #[arg(long)]
    state: Option<InstanceState>,
    /// At most this many
    #[arg(long, value_name = "NUMBER", default_value_t = 100)]
    limit: usize,
}

/// Show everything known of one instance.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter instances show atlas
  commandcenter instances show atlas-2 --output yaml")]
struct Show {
    /// Name or id of the instance, or the project if it has one only
    instance: String,
}

/// Take over what runs on the hub's machine, is marked as an instance, and is not listed any more.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter instances adopt
  commandcenter instances adopt --output json")]
struct Adopt;

/// Remove a stopped instance, with its logs and everything it wrote.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter instances remove atlas-2
  commandcenter instances remove atlas-2 --yes")]
struct Remove {
    /// Name or id of the instance, or the project if it has one only
    instance: String,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

const NO_INSTANCES: &str = "no instances; `commandcenter instances start PROJECT` makes one";

impl Instances {
    pub(crate) async fn run(self, context: &Context) -> Result {
        match self.command {
            Command::Plan(it) => it.run(context).await,
            Command::Start(it) => it.run(context).await,
            Command::Stop(it) => it.run(context).await,
            Command::Restart(it) => it.run(context).await,
            Command::List(it) => it.run(context).await,
            Command::Show(it) => it.run(context).await,
            Command::Logs(it) => it.run(context).await,
            Command::Adopt(it) => it.run(context).await,
            Command::Remove(it) => it.run(context).await,
        }
    }
}

impl Stop {
    async fn run(self, context: &Context) -> Result {
        let client = context.server()?;
        let found = find(&client, &self.instance).await?;
        let asked = client.ask_instance(found.id, Ask::Stop).await?;
        if self.wait {
            return wait::until_settled(context, &client, asked).await;
        }
        context.printer.words_or(&format!("stopping {}", asked.name), &asked)?;
        Ok(Exit::Ok)
    }
}

impl Restart {
    async fn run(self, context: &Context) -> Result {
        let client = context.server()?;
        let found = find(&client, &self.instance).await?;
        let asked = client.ask_instance(found.id, Ask::Restart).await?;
        if self.wait {
            return wait::until_settled(context, &client, asked).await;
        }
        context.printer.words_or(&format!("restarting {}", asked.name), &asked)?;
        Ok(Exit::Ok)
    }
}

impl List {
    async fn run(self, context: &Context) -> Result {
        let filter = InstanceFilter { project: self.project, state: self.state, limit: None };
        let listed = context.server()?.instances(&filter).take(self.limit);
        let instances: Vec<Instance> = listed.try_collect().await?;
        context.printer.list(&instances, NO_INSTANCES)?;
        Ok(Exit::Ok)
    }
}

impl Show {
    async fn run(self, context: &Context) -> Result {
        let found = find(&context.server()?, &self.instance).await?;
        context.printer.one(&found)?;
        Ok(Exit::Ok)
    }
}

impl Adopt {
    async fn run(self, context: &Context) -> Result {
        let adopted = context.server()?.adopt_instances().await?;
        context.printer.list(&adopted, "nothing runs there that is not listed")?;
        Ok(Exit::Ok)
    }
}

impl Remove {
    async fn run(self, context: &Context) -> Result {
        let client = context.server()?;
        let found = find(&client, &self.instance).await?;
        let what = format!("removing {} and everything it wrote", found.name);
        confirm(self.yes.into(), &what, found.name.as_str())?;
        client.remove_instance(found.id).await?;
        context.printer.note(format!("removed {}", found.name))?;
        Ok(Exit::Ok)
    }
}
