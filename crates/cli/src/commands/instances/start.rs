//! `instances plan` and `instances start`.

use clap::Args;
use client::{Ask, Client, InstanceFilter};
use futures::TryStreamExt;
use wire::Slug;
use wire::instances::{Instance, Wanted};

use super::make::Make;
use super::wait;
use crate::context::Context;
use crate::failure::{Exit, Failure, Result};
use crate::table::plain;

/// Show what starting an instance would do, and what stands in its way.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter instances plan atlas
  commandcenter instances plan atlas --driver docker --memory-mb 512")]
pub(super) struct Plan {
    /// Slug of the project
    project: Slug,
    #[command(flatten)]
    make: Make,
}

/// Start the instance of a project; make one if it has none.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter instances start atlas --wait
  commandcenter instances start atlas --one-shot -- /usr/bin/make report")]
pub(super) struct Start {
    /// Slug of the project
    project: Slug,
    #[command(flatten)]
    make: Make,
    /// Wait until it is ready, or say why it is not
    #[arg(long)]
    wait: bool,
}

impl Plan {
    pub(super) async fn run(self, context: &Context) -> Result {
        let new = self.make.of(&self.project, self.make.name.clone());
        let plan = context.server()?.plan_instance(&new).await?;
        let exit = if plan.conflicts.is_empty() { Exit::Ok } else { Exit::CheckFailed };
        let mut lines = vec![format!("{} would:", plan.instance.name)];
        lines.extend(plan.steps.iter().map(|step| format!("  {step}")));
        if !plan.conflicts.is_empty() {
            lines.push("but:".to_owned());
            lines.extend(plan.conflicts.iter().map(|conflict| format!("  {conflict}")));
        }
        if context.printer.output == crate::printer::Output::Table {
            lines.iter().try_for_each(|line| context.printer.text(&plain(line)))?;
        } else {
            context.printer.value(&plan)?;
        }
        Ok(exit)
    }
}

impl Start {
    pub(super) async fn run(self, context: &Context) -> Result {
        let client = context.server()?;
        let asked = self.ask(&client).await?;
        if self.wait {
            return wait::until_settled(context, &client, asked).await;
        }
        context.printer.words_or(&format!("{} {}", asked.state, asked.name), &asked)?;
        Ok(Exit::Ok)
    }

    async fn ask(&self, client: &Client) -> Result<Instance> {
        if let Some(name) = &self.make.name {
            let new = self.make.of(&self.project, Some(name.clone()));
            return Ok(client.create_instance(&new).await?);
        }
        let filter =
            InstanceFilter { project: Some(self.project.clone()), ..InstanceFilter::default() };
        let all: Vec<Instance> = client.instances(&filter).try_collect().await?;
        let Some(one) = the_one_to_start(&all)? else {
            // A name, so that two who start it at once start one.
            let name = format!("{}-1", self.project).parse().ok();
            return Ok(client.create_instance(&self.make.of(&self.project, name)).await?);
        };
        if self.make.says_something(&self.project) {
            let new = self.make.of(&self.project, Some(one.name.clone()));
            return Ok(client.create_instance(&new).await?);
        }
        Ok(client.ask_instance(one.id, Ask::Start).await?)
    }
}

/// `None` when there is none at all.
fn the_one_to_start(all: &[Instance]) -> Result<Option<&Instance>> {
    let stopped: Vec<&Instance> = all.iter().filter(|it| it.wanted == Wanted::Stopped).collect();
    match (stopped.as_slice(), all) {
        ([], []) => Ok(None),
        ([one], _) => Ok(Some(one)),
        ([], [one, ..]) => Ok(Some(one)),
        (several, _) => {
            let names: Vec<&str> = several.iter().map(|it| it.name.as_str()).collect();
            let hint = format!("name one with --name: {}", names.join(", "));
            Err(Failure::usage("several of its instances are stopped").hint(hint))
        }
    }
}
