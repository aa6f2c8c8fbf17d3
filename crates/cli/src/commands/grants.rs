//! `commandcenter grants …`: which project may say what to which.

use clap::{Args, Subcommand};
use client::{Client, GrantFilter};
use futures::TryStreamExt;
use wire::grants::{Grant, NewGrant};
use wire::{GrantId, Slug, Timestamp};

use crate::context::Context;
use crate::failure::{Exit, Result};
use crate::moment::{self, Moment, relative};
use crate::printer::{Printer, Row};
use crate::table::{Cell, Column, Tone};

/// Let projects speak to each other.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter grants list
  commandcenter grants create atlas borealis report knowledge.search")]
pub(crate) struct Grants {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    List(List),
    Create(Create),
    Revoke(Revoke),
}

/// List the grants, newest first, those that have ended among them.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter grants list
  commandcenter grants list --to borealis --output json")]
struct List {
    /// Only what this project may say
    #[arg(long, value_name = "SLUG")]
    from: Option<Slug>,
    /// Only what may be said to this project
    #[arg(long, value_name = "SLUG")]
    to: Option<Slug>,
}

/// Let one project speak to another.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter grants create atlas borealis ping report
  commandcenter grants create atlas borealis 'knowledge.>' --expires 90d")]
struct Create {
    /// The project that speaks
    from: Slug,
    /// The project that hears
    to: Slug,
    /// What it may say: `*` is one word, a final `>` one or more
    #[arg(required = true, value_name = "SUBJECT")]
    subjects: Vec<String>,
    /// When it ends: a time, or a distance as 90d [default: never]
    #[arg(long, value_name = "TIME")]
    expires: Option<Moment>,
}

/// Revoke a grant, at once and for good.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter grants revoke 0198c0de-7a11-7000-8000-000000000001
  commandcenter grants revoke 0198c0de-7a11-7000-8000-000000000001 --key-file admin.key")]
struct Revoke {
    /// Id of the grant, as in `grants list`
    id: GrantId,
}

impl Grants {
    pub(crate) async fn run(self, context: &Context) -> Result {
        match self.command {
            Command::List(it) => it.run(context).await,
            Command::Create(it) => it.run(context).await,
            Command::Revoke(it) => it.run(context).await,
        }
    }
}

impl List {
    async fn run(self, context: &Context) -> Result {
        let filter = GrantFilter { from: self.from, to: self.to };
        let ask =
            async |client: &Client| Ok(client.grants(&filter).try_collect::<Vec<Grant>>().await?);
        let grants = context.with_client(ask).await?;
        context.printer.list(&grants, "no grants; `commandcenter grants create` makes one")?;
        Ok(Exit::Ok)
    }
}

impl Create {
    async fn run(self, context: &Context) -> Result {
        let new = NewGrant {
            from: self.from,
            to: self.to,
            subjects: self.subjects,
            expires_at: self.expires.map(Moment::future),
        };
        let create = async |client: &Client| Ok(client.create_grant(&new).await?);
        let grant = context.with_client(create).await?;
        let Grant { id, from, to, subjects, .. } = &grant;
        let words = format!("{from} may send {} to {to} ({id})", subjects.join(", "));
        context.printer.words_or(&words, &grant)?;
        Ok(Exit::Ok)
    }
}

impl Revoke {
    async fn run(self, context: &Context) -> Result {
        let revoke = async |client: &Client| Ok(client.revoke_grant(self.id).await?);
        context.with_client(revoke).await?;
        context.printer.note(format!("revoked {}", self.id))?;
        Ok(Exit::Ok)
    }
}

impl Row for Grant {
    const COLUMNS: &'static [Column] = &[
        Column::Fixed("id"),
        Column::Fixed("from"),
        Column::Fixed("to"),
        Column::Fixed("state"),
        Column::Flexible("subjects"),
    ];

    fn cells(&self, _: &Printer) -> Vec<Cell> {
        vec![
            Cell::muted(self.id.to_string()),
            Cell::new(&self.from),
            Cell::new(&self.to),
            state(self, moment::now()),
            Cell::new(self.subjects.join(" ")),
        ]
    }
}

fn state(grant: &Grant, now: Timestamp) -> Cell {
    match (grant.revoked_at, grant.expires_at) {
        (Some(_), _) => Cell::toned("revoked", Tone::Muted),
        (None, Some(end)) if end <= now => Cell::toned("expired", Tone::Bad),
        (None, Some(end)) => Cell::toned(format!("ends {}", relative(end, now)), Tone::Good),
        (None, None) => Cell::toned("good", Tone::Good),
    }
}
