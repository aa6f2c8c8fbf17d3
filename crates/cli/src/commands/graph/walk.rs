//! `graph callers|callees|imports|impact`: along the edges.

use clap::Args;
use client::Reach;
use wire::graph::Subgraph;

use super::{Target, refused};
use crate::failure::{Exit, Result};
use crate::printer::Output;

/// List what calls a symbol, and what calls that.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter graph callers shop.cart.Cart.total --project atlas
  commandcenter graph callers Cart.total --depth 3 --project atlas --output json")]
pub(super) struct Callers {
    #[command(flatten)]
    walk: Walk,
}

/// List what a symbol calls, and what that calls.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter graph callees shop.cart.Cart.total --project atlas
  commandcenter graph callees Cart.total --depth 3 --project atlas --output json")]
pub(super) struct Callees {
    #[command(flatten)]
    walk: Walk,
}

/// List what may break when a symbol changes, nearest first.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter graph impact shop.rates.rate --project atlas
  commandcenter graph impact rates.rate --depth 5 --project atlas --output json")]
pub(super) struct Impact {
    #[command(flatten)]
    walk: Walk,
}

/// List what files import.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter graph imports src/cart.py --project atlas
  commandcenter graph imports src --project atlas --output json")]
pub(super) struct Imports {
    /// A file or a folder [default: the whole project]
    path: Option<String>,
    /// At most this many
    #[arg(long, short, value_name = "NUMBER", default_value_t = 1_000)]
    limit: usize,
}

#[derive(Args)]
struct Walk {
    /// Its qualified name, or the end of one that no other has
    symbol: String,
    /// How many edges far
    #[arg(long, value_name = "NUMBER")]
    depth: Option<u32>,
    /// At most this many
    #[arg(long, short, value_name = "NUMBER", default_value_t = 1_000)]
    limit: usize,
}

impl Walk {
    fn reach(&self) -> Reach {
        Reach { depth: self.depth, limit: Some(self.limit) }
    }
}

impl Callers {
    pub(super) async fn run(self, target: Target<'_>) -> Result {
        let Walk { symbol, .. } = &self.walk;
        let reach = self.walk.reach();
        let ask = async |it: &client::Graph| it.callers(symbol, reach).await.map_err(refused);
        print(&target, &target.ask(ask).await?, "nothing calls it")
    }
}

impl Callees {
    pub(super) async fn run(self, target: Target<'_>) -> Result {
        let Walk { symbol, .. } = &self.walk;
        let reach = self.walk.reach();
        let ask = async |it: &client::Graph| it.callees(symbol, reach).await.map_err(refused);
        print(&target, &target.ask(ask).await?, "it calls nothing")
    }
}

impl Impact {
    pub(super) async fn run(self, target: Target<'_>) -> Result {
        let Walk { symbol, .. } = &self.walk;
        let reach = self.walk.reach();
        let ask = async |it: &client::Graph| it.impact(symbol, reach).await.map_err(refused);
        print(&target, &target.ask(ask).await?, "nothing needs it")
    }
}

impl Imports {
    pub(super) async fn run(self, target: Target<'_>) -> Result {
        let (path, limit) = (self.path.as_deref(), Some(self.limit));
        let ask = async |it: &client::Graph| it.imports(path, limit).await.map_err(refused);
        print(&target, &target.ask(ask).await?, "nothing is imported")
    }
}

/// For people what was reached without where it began; for programs all of it.
fn print(target: &Target<'_>, graph: &Subgraph, when_empty: &str) -> Result {
    let printer = &target.context.printer;
    if printer.output == Output::Table {
        let reached = graph.nodes.iter().filter(|reached| reached.depth > 0).cloned();
        printer.list(&reached.collect::<Vec<_>>(), when_empty)?;
        if graph.truncated {
            printer.note("there is more; --limit NUMBER shows it")?;
        }
    } else {
        printer.value(graph)?;
    }
    Ok(Exit::Ok)
}
