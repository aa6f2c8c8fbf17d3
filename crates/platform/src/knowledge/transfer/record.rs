//! A record of an older store: one text with what was known of it.

use std::collections::HashSet;
use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::io::BufReader;

use serde_json::{Map, Value};
use wire::knowledge::NewDocument;

use super::lines::{Lines, Unit};
use crate::ground::error::Result;
use crate::knowledge::documents::is_path;

const MOST_RECORDS: u64 = 10_000_000;
const MOST_DIMENSIONS: usize = 16_000;
const MOST_TAGS: usize = 32;
const LONGEST_TAG: usize = 64;

/// Under which names older stores keep what we call so.
const ID: [&str; 2] = ["id", "_id"];
const TEXT: [&str; 3] = ["text", "document", "content"];
const PATH: [&str; 2] = ["path", "source"];
const TITLE: [&str; 1] = ["title"];
const EMBEDDING: [&str; 1] = ["embedding"];

#[derive(Debug)]
pub(super) struct Record {
    /// Its path, or else its id.
    name: String,
    /// What tells it from others of its name.
    mark: String,
    title: Option<String>,
    text: String,
    tags: Vec<String>,
    pub embedding: Option<Vec<f32>>,
}

impl Record {
    fn parse(line: &[u8], number: u64) -> Result<Self, String> {
        let mut object: Map<String, Value> =
            serde_json::from_slice(line).map_err(|error| error.to_string())?;
        let metadata = match object.remove("metadata") {
            Some(Value::Object(metadata)) => metadata,
            None | Some(Value::Null) => Map::new(),
            Some(_) => return Err("`metadata` is no object".to_owned()),
        };
        let id = word(&object, &ID)?;
        let path = word(&object, &PATH)?.or(word(&metadata, &PATH).unwrap_or_default());
        let name = path.or_else(|| id.clone()).ok_or("has neither `path` nor `id`")?;
        let mark = id.unwrap_or_else(|| number.to_string());
        if !is_path(&format!("{name}#{mark}")) {
            return Err("`path` and `id` are too long, or hold control characters".to_owned());
        }
        let title = word(&object, &TITLE)?.or(word(&metadata, &TITLE).unwrap_or_default());
        let text = word(&object, &TEXT)?.ok_or("has no `text`")?;
        let embedding = take(&mut object, &EMBEDDING).map(vector).transpose()?;
        Ok(Self { name, mark, title, text, tags: tags(&metadata), embedding })
    }

    /// The text with its title over it.
    pub(super) fn into_document(self, survey: &Survey) -> (NewDocument, Option<Vec<f32>>) {
        let path = survey.path_of(&self);
        let text = match self.title {
            Some(title) if !title.is_empty() && !self.text.trim_start().starts_with(&title) => {
                format!("{title}\n\n{}", self.text)
            }
            _ => self.text,
        };
        let document =
            NewDocument { path, text: Some(text), tags: self.tags, ..NewDocument::default() };
        (document, self.embedding)
    }
}

fn take(object: &mut Map<String, Value>, names: &[&str]) -> Option<Value> {
    names.iter().find_map(|name| object.remove(*name).filter(|value| !value.is_null()))
}

/// A text or a number under the first of those names that is there.
fn word(object: &Map<String, Value>, names: &[&str]) -> Result<Option<String>, String> {
    for name in names {
        match object.get(*name) {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) => return Ok(Some(text.clone())),
            Some(Value::Number(number)) => return Ok(Some(number.to_string())),
            Some(Value::Bool(_) | Value::Array(_) | Value::Object(_)) => {
                return Err(format!("`{name}` is no text"));
            }
        }
    }
    Ok(None)
}

#[expect(clippy::cast_possible_truncation, reason = "single precision is what models make")]
fn vector(value: Value) -> Result<Vec<f32>, String> {
    let Value::Array(values) = value else { return Err("`embedding` is no list".to_owned()) };
    if values.is_empty() || values.len() > MOST_DIMENSIONS {
        return Err("`embedding` must have 1 to 16,000 dimensions".to_owned());
    }
    let number = |value: &Value| value.as_f64().map(|it| it as f32).filter(|it| it.is_finite());
    let vector: Option<Vec<f32>> = values.iter().map(number).collect();
    vector.ok_or_else(|| "`embedding` holds what is no number".to_owned())
}

/// What the metadata says, as far as it can be a tag: `tags` themselves, the rest as `name:value`.
fn tags(metadata: &Map<String, Value>) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for (name, value) in metadata {
        match value {
            Value::Array(values) if name == "tags" => {
                tags.extend(values.iter().filter_map(Value::as_str).map(str::to_owned));
            }
            _ if PATH.contains(&name.as_str()) || TITLE.contains(&name.as_str()) => {}
            Value::String(value) => tags.push(format!("{name}:{value}")),
            Value::Number(value) => tags.push(format!("{name}:{value}")),
            Value::Bool(value) => tags.push(format!("{name}:{value}")),
            Value::Null | Value::Array(_) | Value::Object(_) => {}
        }
    }
    let fits =
        |tag: &String| (1..=LONGEST_TAG).contains(&tag.len()) && !tag.chars().any(char::is_control);
    tags.retain(fits);
    tags.truncate(MOST_TAGS);
    tags
}

/// The records of a file, one a line.
pub(super) struct Records {
    lines: Lines<BufReader<File>>,
}

impl Records {
    pub(super) fn open(file: File, unit: Unit) -> Self {
        Self { lines: Lines::new(BufReader::new(file), unit, u64::MAX) }
    }

    /// The next record; blank lines are passed over.
    pub(super) fn next(&mut self) -> Result<Option<Record>> {
        loop {
            let parsed = match self.lines.next()? {
                None => return Ok(None),
                Some(line) if line.trim_ascii().is_empty() => None,
                Some(line) => Some(line.to_vec()),
            };
            if let Some(line) = parsed {
                let record = Record::parse(&line, self.lines.number);
                return record.map(Some).map_err(|what| self.lines.wrong(what));
            }
        }
    }
}

/// What a look at the whole file tells.
pub(super) struct Survey {
    pub records: u64,
    /// With a vector.
    pub vectors: u64,
    pub dimensions: Option<usize>,
    state: RandomState,
    names: HashSet<u64>,
    /// Names that more than one record has.
    shared: HashSet<u64>,
}

impl Survey {
    /// Reads all of it; the first record that is wrong is the error.
    pub(super) fn of(mut records: Records) -> Result<Self> {
        let mut survey = Self {
            records: 0,
            vectors: 0,
            dimensions: None,
            state: RandomState::new(),
            names: HashSet::new(),
            shared: HashSet::new(),
        };
        let mut marks = HashSet::new();
        while let Some(record) = records.next()? {
            let wrong = |what: &str| Err(records.lines.wrong(what));
            survey.records += 1;
            if survey.records > MOST_RECORDS {
                return wrong("more than 10,000,000 records");
            }
            let name = survey.state.hash_one(&record.name);
            if !survey.names.insert(name) {
                survey.shared.insert(name);
            }
            if !marks.insert(survey.state.hash_one((&record.name, &record.mark))) {
                return wrong("a record before it has the same `path` and `id`");
            }
            if let Some(vector) = &record.embedding {
                survey.vectors += 1;
                if *survey.dimensions.get_or_insert(vector.len()) != vector.len() {
                    return wrong("`embedding` has other dimensions than those before it");
                }
            }
        }
        if survey.records == 0 {
            return Err(records.lines.wrong("the file holds no record"));
        }
        Ok(survey)
    }

    /// Where a record goes: one of several that share a path is told apart by its id.
    pub(super) fn path_of(&self, record: &Record) -> String {
        if self.shared.contains(&self.state.hash_one(&record.name)) {
            format!("{}#{}", record.name, record.mark)
        } else {
            record.name.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Record, String> {
        Record::parse(line.as_bytes(), 7)
    }

    #[test]
    fn names_of_older_stores_are_understood() {
        let record = parse(
            r#"{"_id": 12, "content": "Beats.", "metadata": {"source": "a.md", "title": "Hub",
                "lang": "en", "page": 3, "tags": ["x"], "long": {"deep": 1}},
                "embedding": [1, 0.5]}"#,
        )
        .unwrap();
        assert_eq!((record.name.as_str(), record.mark.as_str()), ("a.md", "12"));
        assert_eq!((record.title.as_deref(), record.text.as_str()), (Some("Hub"), "Beats."));
        assert_eq!(record.tags, ["lang:en", "page:3", "x"]);
        assert_eq!(record.embedding, Some(vec![1.0, 0.5]));
        let record = parse(r#"{"path": "b.md", "document": "x"}"#).unwrap();
        assert_eq!((record.name.as_str(), record.mark.as_str()), ("b.md", "7"));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let cases = [
            ("[1]", "invalid type"),
            (r#"{"text": "x"}"#, "neither `path` nor `id`"),
            (r#"{"id": "a"}"#, "no `text`"),
            (r#"{"id": "a", "text": ["x"]}"#, "`text` is no text"),
            (r#"{"id": "a\u0000", "text": "x"}"#, "control characters"),
            (r#"{"id": "a", "text": "x", "embedding": []}"#, "dimensions"),
            (r#"{"id": "a", "text": "x", "embedding": ["1"]}"#, "no number"),
            (r#"{"id": "a", "text": "x", "embedding": [1e39]}"#, "no number"),
            (r#"{"id": "a", "text": "x", "metadata": 3}"#, "`metadata`"),
        ];
        for (line, expected) in cases {
            let error = parse(line).unwrap_err();
            assert!(error.contains(expected), "{line}: {error}");
        }
        let deep =
            format!(r#"{{"id": "a", "text": "x", "m": {}1{}}}"#, "[".repeat(200), "]".repeat(200));
        assert!(parse(&deep).unwrap_err().contains("recursion"));
    }
}
