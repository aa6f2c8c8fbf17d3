//! `knowledge import-table`: a table of another PostgreSQL.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use client::Knowledge;
use wire::Slug;
use wire::knowledge::TableImport;

use super::{Target, refused};
use crate::failure::{Exit, Failure, Result};

/// Read a table of another PostgreSQL into a collection.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter knowledge import-table notes --database old.url --text body --project atlas
  commandcenter knowledge import-table app.chunks --database - --text content < old.url")]
pub(super) struct ImportTable {
    /// The table, after its schema and a dot where that is another than public
    table: String,
    /// File with the postgres:// address of the database; - is standard input
    #[arg(long, value_name = "FILE")]
    database: PathBuf,
    /// Collection it goes to, made when it is not there [default: documents]
    #[arg(long, short, value_name = "NAME")]
    collection: Option<Slug>,
    /// Column of what tells the rows apart
    #[arg(long, value_name = "COLUMN", default_value = "id")]
    id: String,
    /// Column of the texts
    #[arg(long, value_name = "COLUMN")]
    text: String,
    /// Column of JSON with paths, titles and tags
    #[arg(long, value_name = "COLUMN")]
    metadata: Option<String>,
    /// Column of the vectors, which are compared with ours
    #[arg(long, value_name = "COLUMN")]
    embedding: Option<String>,
}

impl ImportTable {
    pub(super) async fn run(self, target: Target<'_>) -> Result {
        let table = TableImport {
            collection: self.collection.map(|it| it.to_string()),
            url: address(&self.database)?,
            table: self.table,
            id: self.id,
            text: self.text,
            metadata: self.metadata,
            embedding: self.embedding,
        };
        let import = async |it: &Knowledge| it.import_table(&table).await.map_err(refused);
        let report = target.ask(import).await?;
        target.context.printer.one(&report)?;
        Ok(Exit::Ok)
    }
}

/// From a file: what stands on the command line, every process of the machine can read.
fn address(file: &Path) -> Result<String> {
    let mut text = String::new();
    let read = if file == Path::new("-") {
        std::io::stdin().read_to_string(&mut text)
    } else {
        std::fs::File::open(file).and_then(|mut it| it.read_to_string(&mut text))
    };
    read.map_err(|error| Failure::usage(format!("cannot read {}: {error}", file.display())))?;
    Ok(text.trim().to_owned())
}
