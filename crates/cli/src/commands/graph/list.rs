//! `graph symbols|cycles|owners|ghosts|problems`: lists.

use clap::Args;
use client::SymbolFilter;
use futures::{StreamExt, TryStreamExt};
use wire::graph::{EdgeKind, MapLevel, MapNode, NodeKind, SymbolMatch};

use super::{Target, refused};
use crate::failure::{Exit, Result};

/// Find what is declared, by name.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter graph symbols total --project atlas
  commandcenter graph symbols pars --match prefix --kind function --project atlas --output json")]
pub(super) struct Symbols {
    /// Its name, or its qualified name
    name: String,
    /// How the name is meant: exact, prefix, fuzzy
    #[arg(long = "match", value_name = "HOW", default_value = "exact")]
    matching: SymbolMatch,
    /// Only this kind, as class, function, method, constant, test
    #[arg(long, value_name = "KIND")]
    kind: Option<NodeKind>,
    /// Only this language, as rust
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
    /// At most this many
    #[arg(long, short, value_name = "NUMBER", default_value_t = 100)]
    limit: usize,
}

/// List what needs itself by way of others: files that import each other, functions that call
/// each other, packages.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter graph cycles --project atlas
  commandcenter graph cycles --kind calls --project atlas --output json")]
pub(super) struct Cycles {
    /// By which edges: imports, calls, `depends_on`
    #[arg(long, value_name = "KIND", default_value = "imports")]
    kind: EdgeKind,
}

/// List files with how often they were changed and by whom most: what commits say.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter graph owners --project atlas
  commandcenter graph owners src/cart --project atlas --output json")]
pub(super) struct Owners {
    /// A file or a folder; the whole project when absent
    path: Option<String>,
}

/// List what is named and not there: TODO, FIXME, what is planned.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter graph ghosts --project atlas
  commandcenter graph ghosts --project atlas --output json")]
pub(super) struct Ghosts;

/// List the files that could not be read, or only in part.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter graph problems --project atlas
  commandcenter graph problems --project atlas --output json")]
pub(super) struct Problems;

impl Symbols {
    pub(super) async fn run(self, target: Target<'_>) -> Result {
        let filter = SymbolFilter {
            name: Some(self.name),
            matching: Some(self.matching),
            kind: self.kind,
            language: self.language,
            limit: Some(self.limit.clamp(1, 1_000)),
        };
        let ask = async |graph: &client::Graph| {
            let found = graph.symbols(&filter).take(self.limit).try_collect::<Vec<_>>().await;
            found.map_err(refused)
        };
        let symbols = target.ask(ask).await?;
        let first_step = "no such symbol; `--match fuzzy` finds what is near";
        target.context.printer.list(&symbols, first_step)?;
        Ok(Exit::Ok)
    }
}

impl Cycles {
    pub(super) async fn run(self, target: Target<'_>) -> Result {
        let ask =
            async |graph: &client::Graph| graph.cycles(Some(self.kind)).await.map_err(refused);
        let cycles = target.ask(ask).await?;
        target.context.printer.list(&cycles, "no cycles")?;
        Ok(Exit::Ok)
    }
}

impl Owners {
    pub(super) async fn run(self, target: Target<'_>) -> Result {
        let under = self.path.as_deref();
        let ask = async |it: &client::Graph| it.map(MapLevel::File, under).await.map_err(refused);
        let map = target.ask(ask).await?;
        let files = map.nodes.into_iter().filter(|node| node.kind == NodeKind::File);
        let printer = &target.context.printer;
        printer.list(&files.collect::<Vec<MapNode>>(), "no files")?;
        if map.truncated {
            printer.note("there is more; name a folder of it")?;
        }
        Ok(Exit::Ok)
    }
}

impl Ghosts {
    pub(super) async fn run(self, target: Target<'_>) -> Result {
        let ask = async |graph: &client::Graph| {
            graph.ghosts().try_collect::<Vec<_>>().await.map_err(refused)
        };
        let ghosts = target.ask(ask).await?;
        target.context.printer.list(&ghosts, "no ghosts")?;
        Ok(Exit::Ok)
    }
}

impl Problems {
    pub(super) async fn run(self, target: Target<'_>) -> Result {
        let ask = async |graph: &client::Graph| {
            graph.problems().try_collect::<Vec<_>>().await.map_err(refused)
        };
        let problems = target.ask(ask).await?;
        target.context.printer.list(&problems, "no problems")?;
        Ok(Exit::Ok)
    }
}
