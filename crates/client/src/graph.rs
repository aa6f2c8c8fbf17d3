//! The graph of a project.

use bytes::Bytes;
use futures::stream::{BoxStream, StreamExt, TryStreamExt};
use serde::Serialize;
use wire::graph::{
    Cycle, EdgeKind, ExportFormat, FileProblem, Ghost, GraphMap, GraphPath, GraphStatus, Indexing,
    MapLevel, NewIndexing, Node, NodeKind, ProjectTies, Reference, Subgraph, Symbol, SymbolMatch,
    UnresolvedNames,
};
use wire::{JobId, Slug};

use crate::Client;
use crate::error::{Error, Result};
use crate::pages::Items;
use crate::request::{succeed, with_query};

/// The graph of one project. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Graph {
    client: Client,
    project: Slug,
}

/// Which symbols. What is absent does not narrow.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SymbolFilter {
    pub name: Option<String>,
    /// How the name is meant; exactly when absent.
    #[serde(rename = "match")]
    pub matching: Option<SymbolMatch>,
    pub kind: Option<NodeKind>,
    pub language: Option<String>,
    /// Per page, not in all.
    pub limit: Option<usize>,
}

/// How far a walk goes; as far as the server says when absent.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reach {
    pub depth: Option<u32>,
    pub limit: Option<usize>,
}

#[derive(Serialize)]
struct WalkQuery<'a> {
    symbol: &'a str,
    depth: Option<u32>,
    limit: Option<usize>,
}

#[derive(Serialize)]
struct ImportQuery<'a> {
    path: Option<&'a str>,
    limit: Option<usize>,
}

#[derive(Serialize)]
struct UnresolvedQuery<'a> {
    path: Option<&'a str>,
}

#[derive(Serialize)]
struct TieQuery {
    limit: Option<usize>,
}

#[derive(Serialize)]
struct CycleQuery {
    kind: Option<EdgeKind>,
}

#[derive(Serialize)]
struct PathQuery<'a> {
    from: &'a str,
    to: &'a str,
}

#[derive(Serialize)]
struct MapQuery<'a> {
    level: MapLevel,
    under: Option<&'a str>,
}

#[derive(Serialize)]
struct ExportQuery {
    format: ExportFormat,
}

impl Client {
    pub fn graph(&self, project: &Slug) -> Graph {
        Graph { client: self.clone(), project: project.clone() }
    }
}

impl Graph {
    pub async fn status(&self) -> Result<GraphStatus> {
        self.client.get(&self.segments(&[])).await
    }

    /// Has the server read a folder of its machine, in the background.
    pub async fn index(&self, new: &NewIndexing) -> Result<Indexing> {
        self.client.post(&self.segments(&["index"]), new).await
    }

    pub async fn indexing(&self, id: JobId) -> Result<Indexing> {
        self.client.get(&self.segments(&["jobs", &id.to_string()])).await
    }

    pub fn symbols(&self, filter: &SymbolFilter) -> Items<Symbol> {
        self.client.list(&self.segments(&["symbols"]), filter)
    }

    /// Where a symbol is declared: its qualified name, the end of one, or the id of a node.
    pub async fn definition(&self, symbol: &str) -> Result<Node> {
        self.asked("definition", &walk(symbol, Reach::default())).await
    }

    pub fn references(&self, symbol: &str) -> Items<Reference> {
        self.client.list(&self.segments(&["references"]), &walk(symbol, Reach::default()))
    }

    pub async fn callers(&self, symbol: &str, reach: Reach) -> Result<Subgraph> {
        self.asked("callers", &walk(symbol, reach)).await
    }

    pub async fn callees(&self, symbol: &str, reach: Reach) -> Result<Subgraph> {
        self.asked("callees", &walk(symbol, reach)).await
    }

    /// What may break when the symbol changes.
    pub async fn impact(&self, symbol: &str, reach: Reach) -> Result<Subgraph> {
        self.asked("impact", &walk(symbol, reach)).await
    }

    /// What the file, or those of the folder, import.
    pub async fn imports(&self, path: Option<&str>, limit: Option<usize>) -> Result<Subgraph> {
        self.asked("imports", &ImportQuery { path, limit }).await
    }

    pub async fn cycles(&self, kind: Option<EdgeKind>) -> Result<Vec<Cycle>> {
        self.asked("cycles", &CycleQuery { kind }).await
    }

    /// The shortest way between two symbols.
    pub async fn path(&self, from: &str, to: &str) -> Result<GraphPath> {
        self.asked("path", &PathQuery { from, to }).await
    }

    pub fn ghosts(&self) -> Items<Ghost> {
        self.client.list(&self.segments(&["ghosts"]), &())
    }

    pub fn problems(&self) -> Items<FileProblem> {
        self.client.list(&self.segments(&["problems"]), &())
    }

    /// Names that lead to nothing that was read, of a file or a folder.
    pub fn unresolved(&self, path: Option<&str>) -> Items<UnresolvedNames> {
        self.client.list(&self.segments(&["unresolved"]), &UnresolvedQuery { path })
    }

    /// What the project needs of others, and they of it.
    pub async fn ties(&self, limit: Option<usize>) -> Result<ProjectTies> {
        self.asked("ties", &TieQuery { limit }).await
    }

    pub async fn map(&self, level: MapLevel, under: Option<&str>) -> Result<GraphMap> {
        self.asked("map", &MapQuery { level, under }).await
    }

    /// The whole graph as one file, piece by piece.
    pub async fn export(&self, format: ExportFormat) -> Result<BoxStream<'static, Result<Bytes>>> {
        let url =
            with_query(self.client.url(&self.segments(&["export"])), &ExportQuery { format })?;
        let sent = self.client.http.get(url.clone()).send().await;
        let response = sent.map_err(|source| Error::unavailable(&url, source))?;
        let pieces = succeed(&url, response).await?.bytes_stream();
        Ok(pieces.map_err(move |source| Error::unavailable(&url, source)).boxed())
    }

    async fn asked<T: serde::de::DeserializeOwned>(
        &self,
        noun: &str,
        query: &impl Serialize,
    ) -> Result<T> {
        self.client.get_with(&self.segments(&[noun]), query).await
    }

    fn segments<'a>(&'a self, rest: &[&'a str]) -> Vec<&'a str> {
        let project = self.project.as_str();
        ["api", "v1", "projects", project, "graph"]
            .into_iter()
            .chain(rest.iter().copied())
            .collect()
    }
}

fn walk(symbol: &str, reach: Reach) -> WalkQuery<'_> {
    WalkQuery { symbol, depth: reach.depth, limit: reach.limit }
}

#[cfg(test)]
mod tests {
    use futures::StreamExt;

    use super::*;
    use crate::testing::{Answer, Server};

    #[tokio::test]
    async fn what_is_asked_stands_in_the_address() {
        let nothing = r#"{"nodes":[],"edges":[],"truncated":false}"#;
        let answers = vec![Answer::ok("[]"), Answer::ok(nothing), Answer::ok("graph LR")];
        let server = Server::start(answers).await;
        let graph = server.client().graph(&"atlas".parse().unwrap());
        let filter = SymbolFilter {
            name: Some("run".to_owned()),
            matching: Some(SymbolMatch::Prefix),
            ..SymbolFilter::default()
        };
        assert!(graph.symbols(&filter).next().await.is_none());
        let reach = Reach { depth: Some(2), limit: None };
        assert!(graph.callers("a::b", reach).await.unwrap().nodes.is_empty());
        assert!(graph.export(ExportFormat::Mermaid).await.unwrap().next().await.is_some());

        let start = "/api/v1/projects/atlas/graph";
        assert_eq!(
            server.first_lines(),
            [
                format!("GET {start}/symbols?match=prefix&name=run HTTP/1.1"),
                format!("GET {start}/callers?depth=2&symbol=a%3A%3Ab HTTP/1.1"),
                format!("GET {start}/export?format=mermaid HTTP/1.1"),
            ]
        );
    }
}
