//! `knowledge stats`: how much a project knows.

use clap::Args;
use client::Knowledge;
use serde::Serialize;
use wire::Slug;
use wire::knowledge::Collection;

use super::{Target, collections};
use crate::failure::{Exit, Result};
use crate::printer::{Printer, Sheet};
use crate::quantity::bytes;
use crate::table::{Cell, Tone};

/// Count what a project's knowledge base holds.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter knowledge stats --project atlas
  commandcenter knowledge stats --project atlas --output json")]
pub(super) struct Stats;

#[derive(Debug, Serialize)]
struct Totals {
    project: Slug,
    documents: u64,
    failed: u64,
    chunks: u64,
    words: u64,
    bytes: u64,
    collections: Vec<Collection>,
}

impl Stats {
    pub(super) async fn run(self, target: Target<'_>) -> Result {
        let all = target.ask(async |it: &Knowledge| collections::all(it).await).await?;
        let sum = |of: fn(&Collection) -> u64| all.iter().map(of).sum();
        let totals = Totals {
            project: target.project()?.clone(),
            documents: sum(|it| it.documents),
            failed: sum(|it| it.failed),
            chunks: sum(|it| it.chunks),
            words: sum(|it| it.words),
            bytes: sum(|it| it.bytes),
            collections: all,
        };
        target.context.printer.one(&totals)?;
        Ok(Exit::Ok)
    }
}

impl Sheet for Totals {
    fn fields(&self, _: &Printer) -> Vec<(&'static str, Cell)> {
        let names: Vec<String> = self.collections.iter().map(|it| it.name.to_string()).collect();
        let mut models: Vec<&str> =
            self.collections.iter().filter_map(|it| it.model.as_deref()).collect();
        models.sort_unstable();
        models.dedup();
        let failed = if self.failed == 0 { Tone::Plain } else { Tone::Bad };
        let list = |names: String| if names.is_empty() { "-".to_owned() } else { names };
        vec![
            ("project", Cell::new(&self.project)),
            ("documents", Cell::new(self.documents.to_string())),
            ("failed", Cell::toned(self.failed.to_string(), failed)),
            ("chunks", Cell::new(self.chunks.to_string())),
            ("words", Cell::new(self.words.to_string())),
            ("size", Cell::new(bytes(self.bytes))),
            ("collections", Cell::new(list(names.join(", ")))),
            ("models", Cell::new(list(models.join(", ")))),
        ]
    }
}
