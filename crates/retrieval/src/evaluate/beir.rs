//! Test collections in BEIR layout: `corpus.jsonl`, `queries.jsonl`, `qrels.tsv`.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Larger files are no test collections.
const LARGEST: u64 = 4 << 30;

/// A test collection.
#[derive(Debug)]
pub struct Collection {
    /// The folder's name.
    pub name: String,
    pub documents: Vec<Document>,
    /// Those with a judgement.
    pub queries: Vec<Query>,
}

#[derive(Debug, Deserialize)]
pub struct Document {
    #[serde(rename = "_id")]
    pub id: String,
    #[serde(default)]
    pub title: String,
    pub text: String,
}

#[derive(Debug)]
pub struct Query {
    pub id: String,
    pub text: String,
    /// Documents judged 1 or higher.
    pub relevant: HashSet<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum BeirError {
    #[error("cannot read {path}; a collection has corpus.jsonl, queries.jsonl and qrels.tsv")]
    Read {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("{path}, line {line}: {reason}")]
    Line { path: PathBuf, line: usize, reason: String },
    #[error("{0}: no query has a relevant document")]
    NoJudgements(PathBuf),
}

impl Collection {
    pub fn read(folder: &Path) -> Result<Self, BeirError> {
        let documents: Vec<Document> = json_lines(&folder.join("corpus.jsonl"))?;
        let texts: Vec<Text> = json_lines(&folder.join("queries.jsonl"))?;
        let mut judged = judgements(folder)?;
        let queries: Vec<Query> = texts
            .into_iter()
            .filter_map(|Text { id, text }| {
                let relevant = judged.remove(&id)?;
                Some(Query { id, text, relevant })
            })
            .collect();
        if queries.is_empty() {
            return Err(BeirError::NoJudgements(folder.to_owned()));
        }
        let full = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let name = full.file_name().map_or_else(String::new, |name| name.to_string_lossy().into());
        Ok(Self { name, documents, queries })
    }
}

#[derive(Deserialize)]
struct Text {
    #[serde(rename = "_id")]
    id: String,
    text: String,
}

fn json_lines<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, BeirError> {
    let text = read(path)?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(at, line)| {
            serde_json::from_str(line).map_err(|error| wrong(path, at, error.to_string()))
        })
        .collect()
}

/// `query-id`, `corpus-id`, `score` with a header line, in the folder or in its `qrels/test.tsv`.
fn judgements(folder: &Path) -> Result<BTreeMap<String, HashSet<String>>, BeirError> {
    let nested = folder.join("qrels").join("test.tsv");
    let path = if nested.is_file() { nested } else { folder.join("qrels.tsv") };
    let mut judged: BTreeMap<String, HashSet<String>> = BTreeMap::new();
    for (at, line) in read(&path)?.lines().enumerate().skip(1) {
        let fields: Vec<&str> = line.split('\t').map(str::trim).collect();
        let [query, document, score] = fields.as_slice() else {
            return Err(wrong(&path, at, format!("{} fields, not 3", fields.len())));
        };
        let score: f64 = score
            .parse()
            .map_err(|_| wrong(&path, at, format!("the score {score:?} is not a number")))?;
        if score >= 1.0 {
            judged.entry((*query).to_owned()).or_default().insert((*document).to_owned());
        }
    }
    Ok(judged)
}

fn read(path: &Path) -> Result<String, BeirError> {
    let failed = |source| BeirError::Read { path: path.to_owned(), source };
    if fs::metadata(path).map_err(failed)?.len() > LARGEST {
        return Err(failed(std::io::Error::from(std::io::ErrorKind::FileTooLarge)));
    }
    fs::read_to_string(path).map_err(failed)
}

fn wrong(path: &Path, at: usize, reason: String) -> BeirError {
    BeirError::Line { path: path.to_owned(), line: at + 1, reason }
}
