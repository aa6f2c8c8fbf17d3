//! `graph symbols|cycles|owners|ghosts|problems|unresolved|ties`: lists.

use clap::Args;
use client::SymbolFilter;
use futures::{StreamExt, TryStreamExt};
use wire::graph::{EdgeKind, MapLevel, MapNode, NodeKind, SymbolMatch, UnresolvedNames};

use super::rows::UnresolvedPlace;
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

/// List the names that lead to nothing that was read: of packages, or known only when it runs.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter graph unresolved src/cart.py --project atlas
  commandcenter graph unresolved --project atlas --output json")]
pub(super) struct Unresolved {
    /// A file or a folder; the whole project when absent
    path: Option<String>,
}

/// List what the project needs of others and they of it: packages, endpoints, subjects, tables.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter graph ties --project atlas
  commandcenter graph ties --project atlas --limit 1000 --output json")]
pub(super) struct Ties {
    /// At most this many
    #[arg(long, short, value_name = "NUMBER", default_value_t = 100)]
    limit: usize,
}

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

impl Unresolved {
    pub(super) async fn run(self, target: Target<'_>) -> Result {
        let path = self.path.as_deref();
        let ask = async |graph: &client::Graph| {
            graph.unresolved(path).try_collect::<Vec<_>>().await.map_err(refused)
        };
        let files = target.ask(ask).await?;
        let names = files.into_iter().flat_map(|UnresolvedNames { path, names }| {
            names.into_iter().map(move |name| UnresolvedPlace { path: path.clone(), name })
        });
        let names: Vec<UnresolvedPlace> = names.collect();
        target.context.printer.list(&names, "everything leads somewhere")?;
        Ok(Exit::Ok)
    }
}

impl Ties {
    pub(super) async fn run(self, target: Target<'_>) -> Result {
        let limit = Some(self.limit.clamp(1, 1_000));
        let ask = async |graph: &client::Graph| graph.ties(limit).await.map_err(refused);
        let found = target.ask(ask).await?;
        let printer = &target.context.printer;
        printer.list(&found.ties, "no ties to other projects that are indexed")?;
        if found.truncated {
            printer.note("there are more; ask with --limit")?;
        }
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
