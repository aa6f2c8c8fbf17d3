//! Questions, and chunks that answer them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::graph::EdgeKind;
use crate::{DocumentId, Slug, Timestamp};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SearchMode {
    #[default]
    Hybrid,
    Vector,
    Keyword,
    /// Hybrid, and what the graph connects with its best hits.
    Graph,
}

impl SearchMode {
    pub const ALL: [Self; 4] = [Self::Keyword, Self::Vector, Self::Hybrid, Self::Graph];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hybrid => "hybrid",
            Self::Vector => "vector",
            Self::Keyword => "keyword",
            Self::Graph => "graph",
        }
    }
}

impl fmt::Display for SearchMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for SearchMode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|mode| mode.as_str() == text);
        found.ok_or_else(|| format!("{text:?} is no mode, say hybrid, vector, keyword or graph"))
    }
}

/// A question. `query` may hold `"a phrase"`, `-without` and `path:docs/**`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchRequest {
    /// 1 to 4,096 bytes.
    pub query: String,
    #[serde(default)]
    pub mode: SearchMode,
    /// 1 to 100; 10 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// `next` of the answer before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    #[serde(default, skip_serializing_if = "SearchFilters::is_empty")]
    pub filters: SearchFilters,
    /// Of the vector leg, 0 to 1; the collection's when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<f32>,
    /// 0 to 1: how much a hit has to differ from those above it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diversify: Option<f32>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub explain: bool,
}

/// Every filter that is given must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchFilters {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub collection: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// A glob, as `docs/**/*.md`; without wildcards a folder or a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// Changed then or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

impl SearchFilters {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SearchAnswer {
    pub hits: Vec<Hit>,
    /// What was searched with: `keyword` where a vector was asked for and there is no model.
    pub mode: SearchMode,
    pub took_ms: f64,
    /// Why the list is empty, or why it is not what was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    /// The cursor of the next page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A chunk that answers the question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Hit {
    pub document: DocumentId,
    pub collection: Slug,
    pub path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The headings above it, or the definition it is in.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub heading: String,
    /// First and last line, counted from 1.
    pub lines: [u32; 2],
    /// First byte and the one after the last, of the document's text.
    pub span: [u64; 2],
    pub score: f32,
    pub text: String,
    /// Bytes of `text` that match a word of the query: first, and the one after the last.
    pub highlights: Vec<[u32; 2]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explain: Option<Explanation>,
}

/// Why a hit stands where it stands: its score is the sum of weight × normalised over the legs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Explanation {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keyword: Option<Leg>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vector: Option<Leg>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub graph: Option<Leg>,
    /// The way from a better hit to this one through the graph.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trail: Vec<Step>,
}

/// A node on the way, and the edge that led to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Step {
    pub name: String,
    pub path: String,
    /// None for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<EdgeKind>,
    /// The edge points back: the node calls, imports, … the one before it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reversed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Leg {
    /// Among the candidates of this leg, from 1.
    pub rank: usize,
    /// BM25, cosine, or strength of the connection, 0 to 1.
    pub raw: f32,
    /// 0 for the worst candidate, 1 for the best.
    pub normalised: f32,
    pub weight: f32,
}
