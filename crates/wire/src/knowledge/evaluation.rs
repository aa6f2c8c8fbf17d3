//! How good the ranking of a collection is.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::SearchMode;

/// Queries with known answers, to measure each mode by.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvaluationRequest {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub collection: Option<String>,
    /// 1 to 200.
    pub queries: Vec<JudgedQuery>,
    /// All when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub modes: Vec<SearchMode>,
    /// Vector weights to try in hybrid mode beside the collection's own, for fitting one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub percent_weights: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JudgedQuery {
    pub text: String,
    /// Paths of the documents that answer it.
    pub relevant: Vec<String>,
}

/// What each query is worth in each mode, in the order they were asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Evaluation {
    pub runs: Vec<EvaluationRun>,
    /// Where a mode could not be run, why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EvaluationRun {
    pub mode: SearchMode,
    /// Of the vector leg, when one of `percent_weights` was tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent_weight: Option<u8>,
    pub queries: Vec<QueryMeasures>,
}

/// What a query is worth, each measure 0 to 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct QueryMeasures {
    #[serde(rename = "ndcg@10")]
    pub ndcg: f64,
    #[serde(rename = "recall@100")]
    pub recall: f64,
    #[serde(rename = "mrr")]
    pub reciprocal_rank: f64,
    /// Answers that are not among the first 10.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<String>,
}
