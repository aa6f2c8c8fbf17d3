//! `commandcenter repositories …`: the git repositories of a project.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Subcommand};
use client::{Client, Error};
use futures::TryStreamExt;
use wire::repositories::{CreatedRepository, NewRepository, Repository};
use wire::{RepositoryId, Slug};

use crate::context::Context;
use crate::failure::{Exit, Failure, Result};
use crate::moment::{self, absolute, relative, rough};
use crate::printer::{Printer, Row, Sheet};
use crate::quantity;
use crate::table::{Cell, Column, Tone};

/// How much of a commit's id is enough to know it.
const SHORT_ID: usize = 12;

/// Register git repositories of a project, and have them fetched.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter repositories add . --project atlas
  commandcenter repositories list --project atlas")]
pub(crate) struct Repositories {
    #[command(subcommand)]
    command: Command,
    /// Slug of the project
    #[arg(long, short, global = true, value_name = "SLUG")]
    project: Option<Slug>,
}

#[derive(Subcommand)]
enum Command {
    Add(Add),
    List(List),
    Show(Show),
    Fetch(Fetch),
    Remove(Remove),
}

/// Register a folder of the server's machine or a URL, and print the secret of its webhook, once.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter repositories add . --project atlas
  commandcenter repositories add https://example.org/atlas.git -p atlas --token-file token")]
struct Add {
    /// A folder on the server's machine, or an http or https URL
    location: String,
    /// Branch to follow [default: the one the repository shows]
    #[arg(long, value_name = "NAME")]
    branch: Option<String>,
    /// File with the token that the forge gave for reading it
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Goes with the token where the forge asks for one
    #[arg(long, value_name = "NAME", requires = "token_file")]
    user: Option<String>,
    /// Between two looks, at least 1m [default: 1h]
    #[arg(long, value_name = "DURATION", value_parser = moment::duration)]
    every: Option<Duration>,
}

/// List the repositories with what the last look found.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter repositories list --project atlas
  commandcenter repositories list --project atlas --output json")]
struct List;

/// Show one repository.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter repositories show 0198c0de-7a11-7000-8000-000000000001 --project atlas
  commandcenter repositories show 0198c0de-7a11-7000-8000-000000000001 -p atlas -o json")]
struct Show {
    /// Its id, as in `repositories list`
    id: RepositoryId,
}

/// Look at a repository now, in the background.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter repositories fetch 0198c0de-7a11-7000-8000-000000000001 --project atlas
  commandcenter repositories fetch 0198c0de-7a11-7000-8000-000000000001 -p atlas")]
struct Fetch {
    /// Its id, as in `repositories list`
    id: RepositoryId,
}

/// Remove a repository, and what the server keeps of it.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter repositories remove 0198c0de-7a11-7000-8000-000000000001 --project atlas
  commandcenter repositories remove 0198c0de-7a11-7000-8000-000000000001 -p atlas")]
struct Remove {
    /// Its id, as in `repositories list`
    id: RepositoryId,
}

impl Repositories {
    pub(crate) async fn run(self, context: &Context) -> Result {
        let project = self.project.ok_or_else(|| {
            Failure::usage("no project is named").hint(
                "name one with --project SLUG; `commandcenter federation projects` lists them",
            )
        })?;
        let target = Target { context, project };
        match self.command {
            Command::Add(it) => it.run(target).await,
            Command::List(it) => it.run(target).await,
            Command::Show(it) => it.run(target).await,
            Command::Fetch(it) => it.run(target).await,
            Command::Remove(it) => it.run(target).await,
        }
    }
}

/// Whom a command asks, and about which project.
struct Target<'a> {
    context: &'a Context,
    project: Slug,
}

impl Target<'_> {
    async fn ask<T>(
        &self,
        work: impl AsyncFnOnce(client::Repositories) -> client::Result<T>,
    ) -> Result<T> {
        let ask =
            async |client: &Client| work(client.repositories(&self.project)).await.map_err(refused);
        self.context.with_client(ask).await
    }

    const fn printer(&self) -> &Printer {
        &self.context.printer
    }
}

fn refused(error: Error) -> Failure {
    let is_missing = matches!(error, Error::NotFound(_));
    let failure = Failure::from(error);
    if !is_missing {
        return failure;
    }
    failure.hint("`commandcenter repositories list` lists those of a project")
}

impl Add {
    async fn run(self, target: Target<'_>) -> Result {
        let new = NewRepository {
            location: place(&self.location),
            branch: self.branch,
            every: self.every.map(|it| it.as_secs()),
            token: self.token_file.as_deref().map(read_token).transpose()?,
            user: self.user,
        };
        let made = target.ask(async |it| it.create(&new).await).await?;
        target.printer().one(&made)?;
        target.printer().note("the secret of the webhook is shown this once")?;
        Ok(Exit::Ok)
    }
}

/// A path leads from here, whoever reads it from elsewhere.
fn place(location: &str) -> String {
    if location.contains("://") {
        return location.to_owned();
    }
    let absolute = std::path::absolute(location).ok();
    absolute.and_then(|it| it.to_str().map(str::to_owned)).unwrap_or_else(|| location.to_owned())
}

fn read_token(file: &Path) -> Result<String> {
    let text = std::fs::read_to_string(file).map_err(|error| {
        Failure::usage(format!("cannot read the token in {}: {error}", file.display()))
            .hint("name another with --token-file FILE")
    })?;
    Ok(text.trim().to_owned())
}

impl List {
    async fn run(self, target: Target<'_>) -> Result {
        let list = async |it: client::Repositories| it.list().try_collect::<Vec<_>>().await;
        let repositories = target.ask(list).await?;
        let first_step = "no repositories; `commandcenter repositories add` registers one";
        target.printer().list(&repositories, first_step)?;
        Ok(Exit::Ok)
    }
}

impl Show {
    async fn run(self, target: Target<'_>) -> Result {
        let repository = target.ask(async |it| it.show(self.id).await).await?;
        target.printer().one(&repository)?;
        Ok(Exit::Ok)
    }
}

impl Fetch {
    async fn run(self, target: Target<'_>) -> Result {
        let queued = target.ask(async |it| it.fetch(self.id).await).await?;
        let words = match queued.job {
            Some(job) => format!("{} is looked at now (job {job})", self.id),
            None => format!("{} is being looked at already", self.id),
        };
        target.printer().words_or(&words, &queued)?;
        Ok(Exit::Ok)
    }
}

impl Remove {
    async fn run(self, target: Target<'_>) -> Result {
        target.ask(async |it| it.remove(self.id).await).await?;
        target.printer().note(format!("removed {}", self.id))?;
        Ok(Exit::Ok)
    }
}

impl Row for Repository {
    const COLUMNS: &'static [Column] = &[
        Column::Fixed("id"),
        Column::Flexible("location"),
        Column::Fixed("branch"),
        Column::Fixed("head"),
        Column::Fixed("last look"),
        Column::Flexible("state"),
    ];

    fn cells(&self, _: &Printer) -> Vec<Cell> {
        vec![
            Cell::muted(self.id.to_string()),
            Cell::new(&self.location),
            Cell::new(branch(self)),
            Cell::new(self.head.as_deref().and_then(|it| it.get(..SHORT_ID)).unwrap_or("-")),
            Cell::new(last_look(self)),
            state(self),
        ]
    }
}

impl Sheet for Repository {
    fn fields(&self, _: &Printer) -> Vec<(&'static str, Cell)> {
        let size = self.bytes.map_or_else(|| "-".to_owned(), quantity::bytes);
        vec![
            ("id", Cell::muted(self.id.to_string())),
            ("location", Cell::new(&self.location)),
            ("branch", Cell::new(branch(self))),
            ("head", Cell::new(self.head.as_deref().unwrap_or("-"))),
            ("state", state(self)),
            ("last look", Cell::new(last_look(self))),
            ("next look", Cell::new(absolute(self.next_fetch_at))),
            ("every", Cell::new(rough(Duration::from_secs(self.every)))),
            ("size", Cell::new(size)),
            ("token", Cell::new(if self.has_credential { "kept sealed" } else { "-" })),
            ("registered", Cell::new(absolute(self.created_at))),
        ]
    }
}

impl Sheet for CreatedRepository {
    fn fields(&self, _: &Printer) -> Vec<(&'static str, Cell)> {
        vec![
            ("registered", Cell::new(&self.repository.location)),
            ("id", Cell::new(self.repository.id.to_string())),
            ("webhook", Cell::new(&self.webhook.path)),
            ("secret", Cell::new(&self.webhook.secret)),
        ]
    }
}

fn branch(repository: &Repository) -> &str {
    let branch = repository.head_branch.as_deref().or(repository.branch.as_deref());
    branch.unwrap_or("-")
}

fn last_look(repository: &Repository) -> String {
    let now = moment::now();
    repository.fetched_at.map_or_else(|| "never".to_owned(), |at| relative(at, now))
}

fn state(repository: &Repository) -> Cell {
    match (&repository.error, &repository.head) {
        (Some(error), _) => Cell::toned(error, Tone::Bad),
        (None, Some(_)) => Cell::toned("good", Tone::Good),
        (None, None) => Cell::toned("waits", Tone::Muted),
    }
}
