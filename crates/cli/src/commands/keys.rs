//! `commandcenter keys …`: who may ask for what.

use clap::{Args, Subcommand};
use client::Client;
use futures::TryStreamExt;
use wire::access::{CreatedKey, Key, NewKey, Permission};
use wire::{KeyId, Slug, Timestamp};

use crate::context::Context;
use crate::failure::{Exit, Result};
use crate::moment::{self, Moment, relative};
use crate::printer::{Output, Printer, Row};
use crate::table::{Cell, Column, Tone};

/// Create, list and revoke API keys.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter keys list
  commandcenter keys create dashboard --scope fed:read")]
pub(crate) struct Keys {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Create(Create),
    List(List),
    Revoke(Revoke),
}

/// Create a key and print its secret, this once.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter keys create dashboard --scope fed:read --expires 90d
  commandcenter keys create ci --scope fed:read,fed:write > ci.key")]
struct Create {
    /// Name people know it by
    name: String,
    /// What it may do, as fed:read; several separated by commas or given again
    #[arg(long = "scope", value_name = "SCOPE", required = true, value_delimiter = ',')]
    scopes: Vec<Permission>,
    /// Who answers for it [default: you]
    #[arg(long)]
    owner: Option<String>,
    /// The project it speaks for, in a fan-out and to other projects
    #[arg(long, value_name = "SLUG")]
    project: Option<Slug>,
    /// When it ends: a time, or a distance as 90d [default: never]
    #[arg(long, value_name = "TIME")]
    expires: Option<Moment>,
    /// The key it is to replace; both work until that one is revoked
    #[arg(long, value_name = "ID")]
    rotates: Option<KeyId>,
}

/// List the keys, without their secrets.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter keys list
  commandcenter keys list --output json")]
struct List;

/// Revoke a key, at once and for good.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter keys revoke 0198c0de-7a11-7000-8000-000000000001
  commandcenter keys revoke 0198c0de-7a11-7000-8000-000000000001 --key-file admin.key")]
struct Revoke {
    /// Id of the key, as in `keys list`
    id: KeyId,
}

impl Keys {
    pub(crate) async fn run(self, context: &Context) -> Result {
        match self.command {
            Command::Create(it) => it.run(context).await,
            Command::List(it) => it.run(context).await,
            Command::Revoke(it) => it.run(context).await,
        }
    }
}

impl Create {
    async fn run(self, context: &Context) -> Result {
        let new = NewKey {
            name: self.name,
            owner: self.owner,
            scopes: self.scopes,
            project: self.project,
            expires_at: self.expires.map(Moment::future),
            rotates: self.rotates,
        };
        let create = async |client: &Client| Ok(client.create_key(&new).await?);
        let created = context.with_client(create).await?;
        print_secret(&context.printer, &created)?;
        Ok(Exit::Ok)
    }
}

/// For people the secret stands alone on stdout, so that `> file` keeps it and nothing else.
fn print_secret(printer: &Printer, created: &CreatedKey) -> Result<()> {
    if printer.output != Output::Table {
        return printer.value(created);
    }
    let CreatedKey { key, secret } = created;
    printer.note(format!("created {} ({}); its secret is shown this once", key.name, key.id))?;
    printer.text(secret)
}

impl List {
    async fn run(self, context: &Context) -> Result {
        let ask = async |client: &Client| Ok(client.keys().try_collect::<Vec<Key>>().await?);
        let keys = context.with_client(ask).await?;
        context.printer.list(&keys, "no keys; `commandcenter keys create` makes one")?;
        Ok(Exit::Ok)
    }
}

impl Revoke {
    async fn run(self, context: &Context) -> Result {
        let revoke = async |client: &Client| Ok(client.revoke_key(self.id).await?);
        context.with_client(revoke).await?;
        context.printer.note(format!("revoked {}", self.id))?;
        Ok(Exit::Ok)
    }
}

impl Row for Key {
    const COLUMNS: &'static [Column] = &[
        Column::Fixed("id"),
        Column::Flexible("name"),
        Column::Fixed("state"),
        Column::Fixed("last used"),
        Column::Flexible("scopes"),
    ];

    fn cells(&self, _: &Printer) -> Vec<Cell> {
        let now = moment::now();
        let used = self.last_used_at.map_or_else(|| "never".to_owned(), |at| relative(at, now));
        vec![
            Cell::muted(self.id.to_string()),
            Cell::new(&self.name),
            state(self, now),
            Cell::new(used),
            Cell::new(scopes(&self.scopes)),
        ]
    }
}

fn scopes(scopes: &[Permission]) -> String {
    if Permission::ALL.iter().all(|it| scopes.contains(it)) {
        return "all".to_owned();
    }
    scopes.iter().map(|it| it.as_str()).collect::<Vec<_>>().join(" ")
}

fn state(key: &Key, now: Timestamp) -> Cell {
    match (key.revoked_at, key.expires_at) {
        (Some(_), _) => Cell::toned("revoked", Tone::Muted),
        (None, Some(end)) if end <= now => Cell::toned("expired", Tone::Bad),
        (None, Some(end)) => Cell::toned(format!("ends {}", relative(end, now)), Tone::Good),
        (None, None) => Cell::toned("good", Tone::Good),
    }
}
