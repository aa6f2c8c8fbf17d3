//! `federation add` and `federation remove`: what is in the catalog.

use clap::Args;
use client::{Client, Registration};
use wire::Slug;
use wire::federation::NewProject;

use super::no_such_project;
use crate::confirm::{Consent, confirm};
use crate::context::Context;
use crate::failure::{Exit, Result};

/// Register a project, or bring the one of that slug up to date.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter federation add atlas --hub-url http://atlas.lan:9001
  commandcenter federation add atlas --hub-url http://atlas.lan:9001 --tag web --tag rust")]
pub(crate) struct Add {
    /// Slug: 1 to 50 of a-z, 0-9 and inner '-'
    slug: Slug,
    /// Name people read [default: the slug]
    #[arg(long)]
    name: Option<String>,
    /// Where its hub answers, http or https
    #[arg(long, value_name = "URL")]
    hub_url: String,
    /// A tag; may be given several times
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// Who answers for it
    #[arg(long)]
    owner: Option<String>,
    /// What it is about
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// A project that may reach it by fan-out, or '*'; may be given several times
    #[arg(long, value_name = "SLUG")]
    allow_fanout: Vec<String>,
    /// Public Ed25519 key, base64; from then on only beats signed by it count
    #[arg(long, value_name = "KEY")]
    verify_key: Option<String>,
}

/// Remove a project and its history from the catalog.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter federation remove atlas
  commandcenter federation remove atlas --yes")]
pub(crate) struct Remove {
    /// Slug of the project
    slug: Slug,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

impl Add {
    pub(super) async fn run(self, context: &Context) -> Result {
        let new = self.into_project();
        let register = async |client: &Client| Ok(client.register(&new).await?);
        let (project, word) = match context.with_client(register).await? {
            Registration::New(project) => (project, "registered"),
            Registration::Known(project) => (project, "updated"),
        };
        context.printer.note(format!("{word} {}", project.slug))?;
        context.printer.one(&project)?;
        Ok(Exit::Ok)
    }

    fn into_project(self) -> NewProject {
        let slug = self.slug.to_string();
        NewProject {
            name: self.name.unwrap_or_else(|| slug.clone()),
            slug,
            hub_url: self.hub_url,
            tags: self.tags,
            owner: self.owner,
            description: self.description,
            allow_fanout: self.allow_fanout,
            verify_key: self.verify_key,
            ..NewProject::default()
        }
    }
}

impl Remove {
    /// Looks first, so that what is removed is what was there when it was asked for.
    pub(super) async fn run(self, context: &Context) -> Result {
        let remove = async |client: &Client| {
            let project = client.project(&self.slug).await.map_err(no_such_project)?;
            let what = format!("removing {} and its history", self.slug);
            confirm(Consent::from(self.yes), &what, self.slug.as_str())?;
            Ok(client.remove_project(&self.slug, &project.version).await?)
        };
        context.with_client(remove).await?;
        context.printer.note(format!("removed {}", self.slug))?;
        Ok(Exit::Ok)
    }
}
