//! `graph definition|references|path`: questions about one symbol, or two.

use clap::Args;
use futures::TryStreamExt;
use wire::graph::GraphPath;

use super::{Target, refused};
use crate::failure::{Exit, Result};
use crate::printer::Output;
use crate::table::plain;

/// Print where a symbol is declared.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter graph definition shop.cart.Cart.total --project atlas
  commandcenter graph definition Cart.total --project atlas --output json")]
pub(super) struct Definition {
    /// Its qualified name, or the end of one that no other has
    symbol: String,
}

/// List the places that name a symbol.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter graph references shop.cart.Cart --project atlas
  commandcenter graph references Cart.total --project atlas --output json")]
pub(super) struct References {
    /// Its qualified name, or the end of one that no other has
    symbol: String,
}

/// Print the shortest way between two symbols, whichever way its edges point.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter graph path Cart.total rates.rate --project atlas
  commandcenter graph path src/cart.py src/bank.py --project atlas --output json")]
pub(super) struct Path {
    /// Where it begins
    from: String,
    /// Where it ends
    to: String,
}

impl Definition {
    pub(super) async fn run(self, target: Target<'_>) -> Result {
        let ask = async |it: &client::Graph| it.definition(&self.symbol).await.map_err(refused);
        let node = target.ask(ask).await?;
        target.context.printer.one(&node)?;
        Ok(Exit::Ok)
    }
}

impl References {
    pub(super) async fn run(self, target: Target<'_>) -> Result {
        let ask = async |graph: &client::Graph| {
            let found = graph.references(&self.symbol).try_collect::<Vec<_>>().await;
            found.map_err(refused)
        };
        let references = target.ask(ask).await?;
        target.context.printer.list(&references, "nothing names it")?;
        Ok(Exit::Ok)
    }
}

impl Path {
    pub(super) async fn run(self, target: Target<'_>) -> Result {
        let ask = async |it: &client::Graph| it.path(&self.from, &self.to).await.map_err(refused);
        let path = target.ask(ask).await?;
        let printer = &target.context.printer;
        match printer.output {
            Output::Table => printer.text(&steps(&path))?,
            Output::Json | Output::Yaml | Output::Ndjson => printer.value(&path)?,
        }
        Ok(Exit::Ok)
    }
}

/// A node a line, and before it the edge that leads there.
fn steps(path: &GraphPath) -> String {
    let mut lines = Vec::new();
    for (at, node) in path.nodes.iter().enumerate() {
        let edge = at.checked_sub(1).and_then(|before| path.edges.get(before));
        let arrow = edge.map_or(String::new(), |edge| {
            let points_here = edge.to == node.id;
            if points_here {
                format!("─{}→ ", edge.kind)
            } else {
                format!("←{}─ ", edge.kind)
            }
        });
        lines.push(plain(&format!("{arrow}{}", node.qualified_name)).into_owned());
    }
    lines.join("\n")
}
