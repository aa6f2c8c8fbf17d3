//! `knowledge export|import`: a collection as a file, and files of other stores.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use client::Knowledge;
use futures::TryStreamExt;
use reqwest::Body;
use wire::Slug;
use wire::knowledge::ImportReport;

use super::{Target, refused};
use crate::failure::{Exit, Failure, Result};
use crate::printer::{Printer, Sheet};
use crate::progress;
use crate::quantity::bytes;
use crate::table::{Cell, Tone};

impl Sheet for ImportReport {
    fn fields(&self, _: &Printer) -> Vec<(&'static str, Cell)> {
        let count = |number: u64| Cell::new(number.to_string());
        let or_none = |text: Option<String>| Cell::new(text.unwrap_or_else(|| "-".to_owned()));
        let mut fields = vec![
            ("collection", Cell::new(&self.collection)),
            ("records", count(self.records)),
            ("written", count(self.documents)),
            ("there already", count(self.skipped)),
            ("chunks", count(self.chunks)),
            ("dimensions", or_none(self.dimensions.map(|it| it.to_string()))),
            ("dimensions before", or_none(self.source_dimensions.map(|it| it.to_string()))),
            ("overlap@10", or_none(self.overlap.map(|it| format!("{:.0} %", it * 100.0)))),
        ];
        let failed = |it: &wire::knowledge::Failure| format!("{}: {}", it.path, it.reason);
        fields
            .extend(self.failures.iter().map(|it| ("failed", Cell::toned(failed(it), Tone::Bad))));
        fields.extend(self.notice.iter().map(|it| ("notice", Cell::new(it))));
        fields
    }
}

/// Write a collection into one file, with its chunks and vectors.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter knowledge export documents atlas.archive --project atlas
  commandcenter knowledge export documents - --project atlas > atlas.archive")]
pub(super) struct Export {
    /// The collection
    collection: Slug,
    /// The file; - is standard output
    file: PathBuf,
}

/// Read a file into a collection: an export, JSON lines, or what Chroma exports.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter knowledge import atlas.archive --collection documents --project atlas
  commandcenter knowledge import old.jsonl --collection old --format jsonl --project atlas")]
pub(super) struct Import {
    /// The file
    file: PathBuf,
    /// Collection it goes to, made when it is not there
    #[arg(long, short, value_name = "NAME")]
    collection: Slug,
    /// What the file is [default: jsonl by that ending, archive else]
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Archive,
    Jsonl,
    Chroma,
}

impl Export {
    pub(super) async fn run(self, target: Target<'_>) -> Result {
        let export = async |it: &Knowledge| self.write(it).await;
        let written = target.ask(export).await?;
        target.context.printer.note(format!("wrote {}", bytes(written)))?;
        Ok(Exit::Ok)
    }

    /// The file is there when it is whole: until then its content lies beside it.
    async fn write(&self, knowledge: &Knowledge) -> Result<u64> {
        if self.file.as_path() == Path::new("-") {
            return copy(knowledge, &self.collection, &mut io::stdout().lock()).await;
        }
        let unwritable = |error: io::Error| {
            Failure::usage(format!("cannot write {}: {error}", self.file.display()))
        };
        let folder = self.file.parent().filter(|it| !it.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let mut half = tempfile::NamedTempFile::new_in(folder).map_err(unwritable)?;
        let written = copy(knowledge, &self.collection, &mut half).await?;
        half.persist(&self.file).map_err(|it| unwritable(it.error))?;
        Ok(written)
    }
}

async fn copy(from: &Knowledge, collection: &Slug, to: &mut impl Write) -> Result<u64> {
    let mut pieces = from.export(collection.as_str()).await.map_err(refused)?;
    let bar = progress::transfer();
    let mut written = 0;
    while let Some(piece) = pieces.try_next().await? {
        to.write_all(&piece)?;
        written += piece.len() as u64;
        bar.set_position(written);
    }
    bar.finish_and_clear();
    to.flush()?;
    Ok(written)
}

impl Import {
    pub(super) async fn run(self, target: Target<'_>) -> Result {
        let unreadable = |error: io::Error| {
            Failure::usage(format!("cannot read {}: {error}", self.file.display()))
        };
        let file = tokio::fs::File::open(&self.file).await.map_err(unreadable)?;
        let length = file.metadata().await.map_err(unreadable)?.len();
        let format = self.format();
        let import = async |it: &Knowledge| {
            let collection = self.collection.as_str();
            it.import(collection, format, (Body::from(file), length)).await.map_err(refused)
        };
        let report = target.ask(import).await?;
        target.context.printer.one(&report)?;
        Ok(Exit::Ok)
    }

    fn format(&self) -> &'static str {
        let is_lines = self.file.extension().is_some_and(|it| it == "jsonl" || it == "ndjson");
        match self.format.or(is_lines.then_some(Format::Jsonl)) {
            Some(Format::Jsonl) => "jsonl",
            Some(Format::Chroma) => "chroma",
            Some(Format::Archive) | None => "archive",
        }
    }
}
