//! What is in a project's code and documents, and how it hangs together.

mod beyond;
mod indexing;
mod map;

pub use beyond::{ProjectTie, ProjectTies, TieEnd, UnresolvedName, UnresolvedNames};
pub use indexing::{Indexed, Indexing, NewIndexing};
pub use map::{GraphMap, MapLink, MapNode};

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Timestamp;

/// An enum whose words are the same in JSON, in the database and on the command line.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:tt),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(Serialize, Deserialize, sqlx::Type, ToSchema)]
        #[sqlx(type_name = "text")]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $word)] #[sqlx(rename = $word)] $variant),+
        }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                let found = Self::ALL.iter().copied().find(|known| known.as_str() == text);
                found.ok_or_else(|| {
                    let known: Vec<_> = Self::ALL.iter().map(|known| known.as_str()).collect();
                    format!("{text:?} is none of {}", known.join(", "))
                })
            }
        }
    };
}

words! {
    /// What a node is.
    NodeKind {
        Repository = "repository",
        Folder = "folder",
        File = "file",
        Module = "module",
        Class = "class",
        Interface = "interface",
        Enum = "enum",
        Type = "type",
        Function = "function",
        Method = "method",
        Constant = "constant",
        Variable = "variable",
        Test = "test",
        /// Of a registry, as `pypi/requests`; not of this graph.
        Package = "package",
        Service = "service",
        /// As `GET /api/v1/projects`.
        Endpoint = "endpoint",
        /// Of messages, as `hub.presence.*`.
        Subject = "subject",
        Document = "document",
        Section = "section",
        Concept = "concept",
        Requirement = "requirement",
        /// Named and not there: a TODO, a FIXME, a `@planned`.
        Task = "task",
        Person = "person",
        Commit = "commit",
    }
}

impl NodeKind {
    /// Whether it is declared in code.
    pub const fn is_symbol(self) -> bool {
        matches!(
            self,
            Self::Module
                | Self::Class
                | Self::Interface
                | Self::Enum
                | Self::Type
                | Self::Function
                | Self::Method
                | Self::Constant
                | Self::Variable
                | Self::Test
        )
    }
}

words! {
    /// How one node stands to another, read from the first to the second.
    EdgeKind {
        Contains = "contains",
        Imports = "imports",
        Calls = "calls",
        Extends = "extends",
        Implements = "implements",
        References = "references",
        Tests = "tests",
        Documents = "documents",
        DependsOn = "depends_on",
        Provides = "provides",
        Consumes = "consumes",
        Owns = "owns",
        ChangedBy = "changed_by",
        PlannedFor = "planned_for",
        SameAs = "same_as",
    }
}

words! {
    /// What an edge is known by.
    Proof {
        /// The name is declared in a scope around the place that names it.
        Scope = "scope",
        /// An import of the file brings the name.
        Import = "import",
        /// The type of the receiver is written in the code.
        Receiver = "receiver",
        /// The name belongs to the same package, which needs no import.
        Package = "package",
        /// A manifest names it.
        Manifest = "manifest",
        /// The same method and path of HTTP.
        Route = "route",
        /// The same subject of messages.
        Subject = "subject",
        /// The same table of a schema.
        Schema = "schema",
        /// It stands there: a file in a folder, a method in a class.
        Place = "place",
        /// Commits say so.
        History = "history",
        /// A link or a name in a document.
        Mention = "mention",
    }
}

words! {
    SymbolMatch {
        Exact = "exact",
        Prefix = "prefix",
        /// Letters in this order, closest first.
        Fuzzy = "fuzzy",
    }
}

words! {
    /// The scale of a map.
    MapLevel {
        Folder = "folder",
        File = "file",
        Symbol = "symbol",
    }
}

words! {
    ExportFormat {
        Json = "json",
        Graphml = "graphml",
        Mermaid = "mermaid",
        Scip = "scip",
    }
}

/// Of a node in its project: stays as long as the node does.
pub type NodeId = i64;

/// Something declared in code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Symbol {
    pub name: String,
    pub qualified_name: String,
    pub kind: NodeKind,
    pub path: String,
    /// First and last, from 1.
    pub lines: [u32; 2],
    /// As `rust`.
    pub language: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Node {
    pub id: NodeId,
    pub kind: NodeKind,
    pub name: String,
    /// Unique among symbols of one kind in one file, save for declarations said twice.
    pub qualified_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<[u32; 2]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
    /// As the language says it: `pub`, `private`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visibility: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Edge {
    pub from: NodeId,
    pub to: NodeId,
    pub kind: EdgeKind,
    /// Of what is known by commits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<Changes>,
    pub provenance: Provenance,
}

/// The commits that an edge stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Changes {
    pub commits: u64,
    /// When the last of them was made.
    pub last: Timestamp,
}

/// Who says so, and where it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Provenance {
    /// As `codegraph/python`, or `git` for what commits say.
    pub extractor: String,
    pub version: u32,
    pub proof: Proof,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<[u32; 2]>,
    /// The head of the repository that was read, when the files are of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// 0 to 1.
    pub confidence: f32,
}

/// What is indexed, and how it went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GraphStatus {
    pub files: u64,
    pub lines: u64,
    pub symbols: u64,
    pub nodes: u64,
    pub edges: u64,
    /// Names in the code that led to nothing.
    pub unresolved: u64,
    pub ghosts: u64,
    pub problems: u64,
    pub languages: Vec<LanguageShare>,
    pub nodes_by_kind: BTreeMap<String, u64>,
    pub edges_by_kind: BTreeMap<String, u64>,
    /// Grows with every change.
    pub version: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub indexed_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LanguageShare {
    pub language: String,
    pub files: u64,
    pub lines: u64,
}

/// A file that was not read, or only in part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FileProblem {
    pub path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    pub message: String,
}

/// A node that a walk came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Reached {
    pub node: Node,
    /// Edges from where the walk began.
    pub depth: u32,
}

/// Nodes and the edges between them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Subgraph {
    /// Nearest first.
    pub nodes: Vec<Reached>,
    pub edges: Vec<Edge>,
    /// More was reached than is shown.
    pub truncated: bool,
}

/// A place in the code that names a symbol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Reference {
    pub kind: EdgeKind,
    /// What the place stands in.
    pub from: Node,
    pub path: String,
    pub lines: [u32; 2],
    pub proof: Proof,
}

/// Files, packages or symbols that need each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Cycle {
    /// In the order of the edges; the last leads to the first.
    pub nodes: Vec<Node>,
}

/// The shortest way between two nodes, whichever way its edges point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GraphPath {
    pub nodes: Vec<Node>,
    /// One fewer than nodes.
    pub edges: Vec<Edge>,
}

/// Something named that is not there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Ghost {
    /// As `TODO`, `FIXME`, `planned`, `requirement`.
    pub tag: String,
    pub text: String,
    pub path: String,
    pub line: u32,
    /// What it stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Node>,
}

words! {
    /// How far an indexing is.
    IndexingStage {
        Queued = "queued",
        /// Files are found, read and parsed.
        Reading = "reading",
        /// Names are followed to what they name.
        Resolving = "resolving",
        Writing = "writing",
        Done = "done",
        Failed = "failed",
    }
}
