//! What the tools answer: as a structure for programs, and as a text to read.

use std::fmt::{self, Display, Write};

use rmcp::model::{CallToolResult, ContentBlock};
use schemars::JsonSchema;
use serde::Serialize;
use wire::knowledge::{self, DocumentText, Evaluation, EvaluationRun, SearchAnswer};

use crate::ground::error::{Error, Result};

/// The result of a call. What went wrong is for whoever called to read and to mend.
pub(super) fn result(answer: Result<impl Serialize + Display>) -> CallToolResult {
    let answer = answer.and_then(|answer| {
        let structure =
            serde_json::to_value(&answer).map_err(|error| Error::Internal(error.into()))?;
        let mut result = CallToolResult::structured(structure);
        result.content = vec![ContentBlock::text(answer.to_string())];
        Ok(result)
    });
    answer.unwrap_or_else(|error| CallToolResult::error(vec![ContentBlock::text(words(error))]))
}

fn words(error: Error) -> String {
    let problem = error.problem();
    let mut words = problem.detail.unwrap_or(problem.title);
    for error in problem.errors {
        // Text cannot refuse to be written to.
        write!(words, "\n- {}: {}", error.path, error.message).ok();
    }
    words
}

/// The hits, best first.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Found {
    pub hits: Vec<Hit>,
    /// How was searched: `keyword` where there is no model for the meaning.
    pub mode: String,
    /// Why there are no hits, or why they are not what was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    /// The `cursor` of what follows; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A passage that answers.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Hit {
    /// The id of its document, for `read_document`.
    pub document: String,
    pub collection: String,
    pub path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The headings above it, or the definition it is in.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schemars(default)]
    pub heading: String,
    /// Counted from 1.
    pub first_line: u32,
    pub last_line: u32,
    /// Higher is better; comparable within one answer.
    pub score: f32,
    pub text: String,
}

impl From<SearchAnswer> for Found {
    fn from(answer: SearchAnswer) -> Self {
        let SearchAnswer { hits, mode, notice, next, took_ms: _ } = answer;
        let hits = hits.into_iter().map(Hit::from).collect();
        Self { hits, mode: mode.to_string(), notice, next }
    }
}

impl From<knowledge::Hit> for Hit {
    fn from(hit: knowledge::Hit) -> Self {
        let [first_line, last_line] = hit.lines;
        Self {
            document: hit.document.to_string(),
            collection: hit.collection.to_string(),
            path: hit.path,
            title: hit.title,
            heading: hit.heading,
            first_line,
            last_line,
            score: hit.score,
            text: hit.text,
        }
    }
}

impl Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.hits.is_empty() {
            f.write_str("nothing found")?;
        }
        for (place, hit) in (1..).zip(&self.hits) {
            let Hit { path, first_line, last_line, score, heading, document, text, .. } = hit;
            let gap = if place == 1 { "" } else { "\n\n" };
            let heading = if heading.is_empty() { String::new() } else { format!(" · {heading}") };
            write!(
                f,
                "{gap}{place}. {path}:{first_line}-{last_line}{heading} \
                 (score {score:.2}, document {document})\n{text}"
            )?;
        }
        if let Some(notice) = &self.notice {
            write!(f, "\n\n{notice}")?;
        }
        match &self.next {
            Some(next) => write!(f, "\n\nmore with cursor {next}"),
            None => Ok(()),
        }
    }
}

/// A document, or the lines of it that were asked for.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Passage {
    pub document: String,
    pub collection: String,
    pub path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    pub tags: Vec<String>,
    /// When it last changed, as RFC 3339.
    pub modified_at: String,
    /// Of the whole document.
    pub lines: usize,
    /// The first line of `text`, counted from 1.
    pub first_line: usize,
    pub text: String,
    /// Why it could not be read, when there is no text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

impl Passage {
    /// `found` from the line `first` to the line `last`, both included.
    pub(super) fn of(found: DocumentText, first: usize, last: usize) -> Self {
        let DocumentText { document, text } = found;
        let wanted = last.saturating_add(1).saturating_sub(first);
        let lines = text.lines().count();
        let part: Vec<&str> = text.lines().skip(first.saturating_sub(1)).take(wanted).collect();
        Self {
            document: document.id.to_string(),
            collection: document.collection.to_string(),
            path: document.path,
            title: document.title,
            kind: document.kind,
            tags: document.tags,
            modified_at: document.modified_at.to_string(),
            lines,
            first_line: first,
            text: part.join("\n"),
            failure: document.failure,
        }
    }
}

impl Display for Passage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, lines, first_line, text, .. } = self;
        write!(f, "{path}, from line {first_line} of {lines}\n\n{text}")?;
        match &self.failure {
            Some(reason) => write!(f, "it could not be read: {reason}"),
            None => Ok(()),
        }
    }
}

/// What became of a document that was added.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Added {
    pub collection: String,
    pub path: String,
    pub state: State,
    /// Passages it was cut into.
    pub chunks: u64,
}

#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    /// It is found from now on.
    Added,
    /// The same text was there already.
    Unchanged,
    /// It is accepted, and found once the documents before it are read.
    Waiting,
}

impl Display for Added {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { collection, path, state, chunks } = self;
        match state {
            State::Added => write!(f, "added {path} to {collection}, {chunks} chunks"),
            State::Unchanged => write!(f, "{path} was in {collection} already, unchanged"),
            State::Waiting => {
                write!(f, "{path} is accepted for {collection} and will be found in a while")
            }
        }
    }
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Collections {
    pub collections: Vec<Collection>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Collection {
    pub name: String,
    pub documents: u64,
    /// Documents that could not be read.
    pub failed: u64,
    pub chunks: u64,
    /// Words are stemmed in it.
    pub language: String,
    /// What made its vectors; absent when it is searched by word alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}

impl From<Vec<knowledge::Collection>> for Collections {
    fn from(found: Vec<knowledge::Collection>) -> Self {
        let collections = found.into_iter().map(|collection| Collection {
            name: collection.name.to_string(),
            documents: collection.documents,
            failed: collection.failed,
            chunks: collection.chunks,
            language: collection.language,
            model: collection.model,
        });
        Self { collections: collections.collect() }
    }
}

impl Display for Collections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.collections.is_empty() {
            f.write_str("no collections yet; add_document makes one")?;
        }
        for Collection { name, documents, failed, language, model, .. } in &self.collections {
            let model = model.as_deref().unwrap_or("no model, by word alone");
            writeln!(f, "{name}: {documents} documents, {failed} failed, {language}, {model}")?;
        }
        Ok(())
    }
}

/// How good the ranking is, on the average of the queries.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Measured {
    pub queries: usize,
    pub modes: Vec<ModeMeasures>,
    /// Why a mode was not measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
}

/// Each 0 to 1, higher is better.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ModeMeasures {
    pub mode: String,
    #[serde(rename = "ndcg@10")]
    pub ndcg: f64,
    #[serde(rename = "recall@100")]
    pub recall: f64,
    #[serde(rename = "mrr")]
    pub reciprocal_rank: f64,
}

impl From<Evaluation> for Measured {
    fn from(Evaluation { runs, notice }: Evaluation) -> Self {
        let queries = runs.first().map_or(0, |run| run.queries.len());
        Self { queries, modes: runs.iter().map(ModeMeasures::from).collect(), notice }
    }
}

impl From<&EvaluationRun> for ModeMeasures {
    fn from(run: &EvaluationRun) -> Self {
        let mean = |value: fn(&knowledge::QueryMeasures) -> f64| {
            let count = f64::from(u32::try_from(run.queries.len()).unwrap_or(u32::MAX).max(1));
            run.queries.iter().map(value).sum::<f64>() / count
        };
        Self {
            mode: run.mode.to_string(),
            ndcg: mean(|query| query.ndcg),
            recall: mean(|query| query.recall),
            reciprocal_rank: mean(|query| query.reciprocal_rank),
        }
    }
}

impl Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} queries", self.queries)?;
        for ModeMeasures { mode, ndcg, recall, reciprocal_rank } in &self.modes {
            writeln!(
                f,
                "{mode}: nDCG@10 {ndcg:.3}, recall@100 {recall:.3}, MRR {reciprocal_rank:.3}"
            )?;
        }
        match &self.notice {
            Some(notice) => f.write_str(notice),
            None => Ok(()),
        }
    }
}
