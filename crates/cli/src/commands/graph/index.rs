//! `graph index|status`: a folder comes in, and what is there.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use wire::graph::{GraphStatus, Indexed, Indexing, IndexingStage, NewIndexing};
use wire::{JobId, RepositoryId};

use super::{Target, refused};
use crate::failure::{Exit, Failure, Result};
use crate::moment::{self, relative};
use crate::printer::{Printer, Sheet};
use crate::progress;
use crate::quantity::count;
use crate::table::Cell;

const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Read a folder or a repository into the graph: what git ignores is left out, what is there unchanged stays.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter graph index . --project atlas
  commandcenter graph index --repository 01a2060a-7d0e-7c32-9a0e-2f1a3c5b7d90 --project atlas")]
pub(super) struct Index {
    /// The folder, on the machine of the server
    #[arg(required_unless_present = "repository", conflicts_with = "repository")]
    path: Option<PathBuf>,
    /// A repository of the project, at the head that was fetched last
    #[arg(long, value_name = "ID")]
    repository: Option<RepositoryId>,
}

/// Print what is indexed, in numbers.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter graph status --project atlas
  commandcenter graph status --project atlas --output json")]
pub(super) struct Status;

impl Index {
    pub(super) async fn run(self, target: Target<'_>) -> Result {
        let path = self.path.map(std::path::absolute).transpose()?;
        let path = path.map(PathBuf::into_os_string).map(std::ffi::OsString::into_string);
        let path = path.transpose().map_err(|_| Failure::usage("the path is no UTF-8"))?;
        let new = NewIndexing { path, repository: self.repository };
        let index = async |graph: &client::Graph| {
            let accepted = graph.index(&new).await.map_err(missing)?;
            follow(graph, accepted.id).await
        };
        let done = target.ask(index).await?;
        if let Some(failure) = &done.failure {
            return Err(Failure::new(Exit::CheckFailed, failure));
        }
        let outcome = done.outcome.clone().unwrap_or_default();
        target.context.printer.words_or(&words(&done.path, &outcome), &done)?;
        Ok(Exit::Ok)
    }
}

/// What is missing is the project: the graph is what is made here.
fn missing(error: client::Error) -> Failure {
    let is_missing = matches!(error, client::Error::NotFound(_));
    let failure = Failure::from(error);
    if is_missing {
        return failure.hint("`commandcenter federation projects` lists the projects");
    }
    failure
}

/// Shows how far it is until it is done.
async fn follow(graph: &client::Graph, id: JobId) -> Result<Indexing> {
    let bar = progress::bar(0, "files");
    let done = loop {
        let now = graph.indexing(id).await.map_err(refused)?;
        if now.finished_at.is_some() {
            break now;
        }
        let things = match now.stage {
            IndexingStage::Resolving => "files, following names",
            IndexingStage::Writing => "rows",
            IndexingStage::Queued
            | IndexingStage::Reading
            | IndexingStage::Done
            | IndexingStage::Failed => "files",
        };
        bar.set_message(things);
        bar.set_length(now.total);
        bar.set_position(now.done);
        tokio::time::sleep(LOOK_EVERY).await;
    };
    bar.finish_and_clear();
    Ok(done)
}

/// `shop: 12 files (3 read), 840 lines; 96 nodes, 310 edges; 12 changes in 0.4 s`.
fn words(path: &str, outcome: &Indexed) -> String {
    let Indexed { files, files_read, lines, nodes, edges, changes, problems, .. } = outcome;
    let name = Path::new(path).file_name().map_or(path.into(), |name| name.to_string_lossy());
    let seconds = Duration::from_millis(outcome.milliseconds).as_secs_f64();
    let troubles = match problems {
        0 => String::new(),
        problems => format!(", {}", count(*problems, "problem")),
    };
    format!(
        "{name}: {} ({files_read} read), {}; {}, {}; {}{troubles} in {seconds:.1} s",
        count(*files, "file"),
        count(*lines, "line"),
        count(*nodes, "node"),
        count(*edges, "edge"),
        count(*changes, "change"),
    )
}

impl Status {
    pub(super) async fn run(self, target: Target<'_>) -> Result {
        let ask = async |graph: &client::Graph| graph.status().await.map_err(refused);
        let status = target.ask(ask).await?;
        target.context.printer.one(&status)?;
        Ok(Exit::Ok)
    }
}

impl Sheet for GraphStatus {
    fn fields(&self, _: &Printer) -> Vec<(&'static str, Cell)> {
        let number = |number: u64| Cell::new(number.to_string());
        let languages: Vec<String> = self
            .languages
            .iter()
            .map(|share| format!("{} {}", share.language, count(share.lines, "line")))
            .collect();
        let indexed = self.indexed_at.map(|at| relative(at, moment::now()));
        vec![
            ("indexed", Cell::new(indexed.unwrap_or_else(|| "never".to_owned()))),
            ("version", number(self.version)),
            ("files", number(self.files)),
            ("lines", number(self.lines)),
            ("symbols", number(self.symbols)),
            ("nodes", number(self.nodes)),
            ("edges", number(self.edges)),
            ("unresolved", number(self.unresolved)),
            ("ghosts", number(self.ghosts)),
            ("problems", number(self.problems)),
            ("languages", Cell::new(languages.join(", "))),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_is_one_line() {
        let outcome = Indexed {
            files: 2,
            files_read: 1,
            lines: 40,
            nodes: 9,
            edges: 1,
            changes: 3,
            problems: 1,
            milliseconds: 420,
        };
        let said = words("/srv/shop", &outcome);
        assert_eq!(
            said,
            "shop: 2 files (1 read), 40 lines; 9 nodes, 1 edge; 3 changes, 1 problem in 0.4 s"
        );
    }
}
