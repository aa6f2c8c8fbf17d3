//! What comes out: nodes, edges, what stayed unresolved, what could not be read.

use std::sync::Arc;

use wire::graph::{EdgeKind, NodeKind, Proof};

/// The graph of a set of files. Nodes are sorted by key, edges by (from, to, kind, place): the
/// same files give the same graph, byte for byte.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Graph {
    pub nodes: Vec<Node>,
    pub edges: Vec<Edge>,
    pub unresolved: Vec<Unresolved>,
    pub problems: Vec<Problem>,
}

/// Where a node stands in [`Graph::nodes`].
pub type Index = u32;

#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Unique in the graph and the same at the next run: `folder:src`, `file:src/a.py`,
    /// `symbol:src/a.py#Class.method`, `package:pypi/requests`, `endpoint:GET /users/{}`. What is
    /// declared twice is told apart by `~2`.
    pub key: Arc<str>,
    pub kind: NodeKind,
    pub name: Arc<str>,
    pub qualified_name: Arc<str>,
    pub path: Option<Arc<str>>,
    /// First and last, from 1.
    pub lines: Option<[u32; 2]>,
    pub language: Option<&'static str>,
    pub signature: Option<Arc<str>>,
    pub visibility: Option<Arc<str>>,
    pub doc: Option<Arc<str>>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Edge {
    pub from: Index,
    pub to: Index,
    pub kind: EdgeKind,
    pub proof: Proof,
    /// As `codegraph/python`.
    pub extractor: &'static str,
    /// The file that says so.
    pub file: Option<Arc<str>>,
    pub lines: Option<[u32; 2]>,
    /// 0 to 1.
    pub confidence: f32,
}

/// A name that leads to nothing that was read: kept as what it is, never guessed into an edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unresolved {
    pub from: Index,
    pub kind: EdgeKind,
    /// As written: `client.get`.
    pub name: Arc<str>,
    pub line: u32,
}

/// A file that was not read, or only in part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub path: Arc<str>,
    pub line: Option<u32>,
    pub message: String,
}
