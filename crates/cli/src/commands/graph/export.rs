//! `graph export`: the whole graph on standard output.

use std::io::{self, Write};

use clap::Args;
use futures::TryStreamExt;
use wire::graph::ExportFormat;

use super::{Target, refused};
use crate::failure::{Exit, Result};

/// Write the whole graph to standard output.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter graph export --format graphml --project atlas > atlas.graphml
  commandcenter graph export --format scip --project atlas > index.scip")]
pub(super) struct Export {
    /// json, graphml, mermaid (files alone) or scip
    #[arg(long, value_name = "FORMAT")]
    format: ExportFormat,
}

impl Export {
    pub(super) async fn run(self, target: Target<'_>) -> Result {
        let export = async |graph: &client::Graph| {
            let mut pieces = graph.export(self.format).await.map_err(refused)?;
            let mut stdout = io::stdout().lock();
            while let Some(piece) = pieces.try_next().await? {
                stdout.write_all(&piece)?;
            }
            Ok(stdout.flush()?)
        };
        target.ask(export).await?;
        Ok(Exit::Ok)
    }
}
