//! Reading the tree: every error is collected with its path and place, and reading goes on.

use std::collections::{HashMap, HashSet};

use wire::FieldError;

use super::{Key, Kind, Literal, Node, Place};

/// Where a value stands: `projects[1].slug`, and the place in the file.
#[derive(Debug, Clone)]
pub(crate) struct At {
    pub path: String,
    pub place: Option<Place>,
}

impl At {
    pub(crate) fn error(&self, message: impl Into<String>) -> FieldError {
        FieldError {
            line: self.place.map(|place| place.line),
            column: self.place.map(|place| place.column),
            ..FieldError::new(self.path.clone(), message)
        }
    }

    fn item(&self, index: usize, place: Option<Place>) -> Self {
        Self { path: format!("{}[{index}]", self.path), place }
    }

    /// `tags`, `projects[1].slug`, `annotations["example.org/team"]`.
    fn key(&self, key: &str, place: Option<Place>) -> Self {
        let is_simple = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let path = if key.is_empty() || !key.chars().all(is_simple) {
            format!("{}[{:?}]", self.path, excerpt(key))
        } else if self.path.is_empty() {
            excerpt(key)
        } else {
            format!("{}.{}", self.path, excerpt(key))
        };
        Self { path, place }
    }
}

/// A text and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Text<'a> {
    pub value: &'a str,
    pub at: At,
}

impl Text<'_> {
    pub(crate) fn error(&self, message: impl Into<String>) -> FieldError {
        self.at.error(message)
    }
}

/// A value and where it stands, not yet read as anything.
#[derive(Debug)]
pub(crate) struct Field<'a> {
    pub at: At,
    node: &'a Node,
}

impl<'a> Field<'a> {
    /// The whole of a document.
    pub(crate) fn root(node: &'a Node) -> Self {
        Self { at: At { path: String::new(), place: node.place }, node }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self.node.kind, Kind::Literal(Literal::Null, _))
    }

    /// The text at the end of `path` through mappings, for a look ahead; `None` for all else.
    pub(crate) fn peek(&self, path: &[&str]) -> Option<Text<'a>> {
        match (path, &self.node.kind) {
            ([], Kind::Text(value)) => Some(Text { value, at: self.at.clone() }),
            ([key, rest @ ..], Kind::Mapping(entries)) => {
                let (_, node) = entries.iter().find(|(given, _)| given.text == *key)?;
                Self { at: self.at.key(key, node.place), node }.peek(rest)
            }
            _ => None,
        }
    }

    pub(crate) fn text(self, errors: &mut Vec<FieldError>) -> Option<Text<'a>> {
        let text = self.peek(&[]);
        match &text {
            // PostgreSQL cannot store it.
            Some(text) if text.value.contains('\0') => {
                errors.push(text.error("must not hold the character NUL"));
                return None;
            }
            Some(_) => {}
            None => errors.push(self.at.error(match &self.node.kind {
                Kind::Literal(literal, source) => not_text(*literal, source, self.at.place),
                Kind::Text(_) | Kind::Sequence(_) | Kind::Mapping(_) => self.must_be("text"),
            })),
        }
        text
    }

    /// The text by a rule of its own.
    pub(crate) fn parse<T>(
        self,
        rule: impl FnOnce(&Text<'a>) -> Result<T, FieldError>,
        errors: &mut Vec<FieldError>,
    ) -> Option<T> {
        rule(&self.text(errors)?).map_err(|error| errors.push(error)).ok()
    }

    /// The items of a list.
    pub(crate) fn items(self, errors: &mut Vec<FieldError>) -> Option<Vec<Field<'a>>> {
        let Kind::Sequence(items) = &self.node.kind else {
            errors.push(self.at.error(self.must_be("a list")));
            return None;
        };
        let item =
            |(index, node): (usize, &'a Node)| Field { at: self.at.item(index, node.place), node };
        Some(items.iter().enumerate().map(item).collect())
    }

    /// The texts of a list; those that are none are left out.
    pub(crate) fn texts(self, errors: &mut Vec<FieldError>) -> Vec<Text<'a>> {
        let items = self.items(errors).unwrap_or_default();
        items.into_iter().filter_map(|item| item.text(errors)).collect()
    }

    /// The keys and values of a mapping of texts; those that are none are left out.
    pub(crate) fn text_map(self, errors: &mut Vec<FieldError>) -> Vec<(Text<'a>, Text<'a>)> {
        let mut texts = Vec::new();
        for (key, node) in self.entries(errors).unwrap_or_default() {
            let key_at = self.at.key(&key.text, key.place);
            if let Some(literal) = key.literal {
                errors.push(key_at.error(not_text(literal, &key.text, key.place)));
                continue;
            }
            let value = Field { at: self.at.key(&key.text, node.place), node };
            let key = Text { value: &key.text, at: key_at };
            texts.extend(value.text(errors).map(|value| (key, value)));
        }
        texts
    }

    pub(crate) fn fields(self, errors: &mut Vec<FieldError>) -> Option<Fields<'a>> {
        let entries = self.entries(errors)?;
        Some(Fields { at: self.at, entries, known: Vec::new() })
    }

    /// The entries of a mapping, with an error for each key given twice.
    fn entries(&self, errors: &mut Vec<FieldError>) -> Option<&'a [(Key, Node)]> {
        let Kind::Mapping(entries) = &self.node.kind else {
            errors.push(self.at.error(self.must_be("a mapping")));
            return None;
        };
        let mut first: HashMap<&str, &Key> = HashMap::new();
        for (key, _) in entries {
            let Some(first) = first.get(key.text.as_str()) else {
                first.insert(&key.text, key);
                continue;
            };
            let message = match first.place {
                Some(place) => format!("given twice, first on line {}", place.line),
                None => "given twice".to_owned(),
            };
            errors.push(self.at.key(&key.text, key.place).error(message));
        }
        Some(entries)
    }

    fn must_be(&self, wanted: &str) -> String {
        let document = if self.at.path.is_empty() { "the document " } else { "" };
        let found = match &self.node.kind {
            Kind::Text(_) => "text",
            Kind::Literal(Literal::Null, _) if wanted == "a list" => {
                return format!("{document}must be a list: write [] for none");
            }
            Kind::Literal(literal, _) => literal.words(),
            Kind::Sequence(_) => "a list",
            Kind::Mapping(_) => "a mapping",
        };
        format!("{document}must be {wanted}, not {found}")
    }
}

fn not_text(literal: Literal, source: &str, place: Option<Place>) -> String {
    if source.is_empty() {
        return "must not be empty".to_owned();
    }
    if place.is_none() {
        return format!("must be text, not {}", literal.words());
    }
    let source = excerpt(source);
    format!("`{source}` is read as {} by many tools; put it in quotes", literal.words())
}

/// A mapping that is read key by key.
#[derive(Debug)]
pub(crate) struct Fields<'a> {
    pub at: At,
    entries: &'a [(Key, Node)],
    known: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// The value of `key`, null or not.
    pub(crate) fn given(&mut self, key: &'static str) -> Option<Field<'a>> {
        self.known.push(key);
        let (_, node) = self.entries.iter().find(|(given, _)| given.text == key)?;
        Some(Field { at: self.at.key(key, node.place), node })
    }

    /// The value of `key`; null says the same as leaving it out.
    pub(crate) fn optional(&mut self, key: &'static str) -> Option<Field<'a>> {
        self.given(key).filter(|field| !field.is_null())
    }

    /// The value of `key`, or an error when there is none.
    pub(crate) fn required(
        &mut self,
        key: &'static str,
        errors: &mut Vec<FieldError>,
    ) -> Option<Field<'a>> {
        let field = self.given(key);
        if field.is_none() {
            errors.push(self.missing(key));
        }
        field
    }

    /// The error that `key` is not there.
    pub(crate) fn missing(&self, key: &str) -> FieldError {
        self.at.key(key, self.at.place).error("is missing")
    }

    /// An error for each key that nobody asked for.
    pub(crate) fn refuse_unknown(self, errors: &mut Vec<FieldError>) {
        let mut seen = HashSet::new();
        for (key, _) in self.entries {
            if self.known.contains(&key.text.as_str()) || !seen.insert(&key.text) {
                continue;
            }
            let name = excerpt(&key.text);
            let name = name.escape_debug();
            errors.push(self.at.key(&key.text, key.place).error(
                match nearest(&key.text, &self.known) {
                    Some(known) => format!("unknown key '{name}', did you mean '{known}'?"),
                    None => format!("unknown key '{name}'"),
                },
            ));
        }
    }
}

/// What of a stranger's text an error may repeat.
fn excerpt(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The one of `known` that `key` may be a slip of.
fn nearest(key: &str, known: &[&'static str]) -> Option<&'static str> {
    let key = key.to_ascii_lowercase();
    let distances = known.iter().map(|known| (distance(&key, known), *known));
    let (distance, nearest) = distances.min_by_key(|(distance, _)| *distance)?;
    (distance <= 2 && distance * 2 <= key.len()).then_some(nearest)
}

/// Letters to add, drop or replace to make `b` of `a` (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    if a.len().abs_diff(b.len()) > 2 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (y, above) in b.bytes().zip(row.iter_mut().skip(1)) {
            let cost = (diagonal + usize::from(x != y)).min(left + 1).min(*above + 1);
            diagonal = std::mem::replace(above, cost);
            left = cost;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::{from_json, from_yaml, in_order};
    use super::*;

    /// Reads `title`, `count`, `tags` and `notes`, all there is to read.
    fn errors_of(root: &Node) -> Vec<String> {
        let mut errors = Vec::new();
        if let Some(mut fields) = Field::root(root).fields(&mut errors) {
            fields.required("title", &mut errors).and_then(|title| title.text(&mut errors));
            fields.optional("tags").map(|tags| tags.texts(&mut errors));
            fields.optional("notes").map(|notes| notes.text_map(&mut errors));
            fields.refuse_unknown(&mut errors);
        }
        in_order(errors).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_file_gets_every_error_with_its_place() {
        let yaml = "titel: a\ntags: [a, no, [b]]\nnotes: {on: a, b c: 5, d: ~, d: x}\nxxxxxxx: 1\n";
        assert_eq!(
            errors_of(&from_yaml(yaml.as_bytes()).unwrap()),
            [
                "1:1: title: is missing",
                "1:1: titel: unknown key 'titel', did you mean 'title'?",
                "2:11: tags[1]: `no` is read as a boolean by many tools; put it in quotes",
                "2:15: tags[2]: must be text, not a list",
                "3:9: notes.on: `on` is read as a boolean by many tools; put it in quotes",
                "3:21: notes[\"b c\"]: `5` is read as a number by many tools; put it in quotes",
                "3:27: notes.d: `~` is read as null by many tools; put it in quotes",
                "3:30: notes.d: given twice, first on line 3",
                "4:1: xxxxxxx: unknown key 'xxxxxxx'",
            ]
        );
    }

    #[test]
    fn a_request_gets_every_error_with_its_path() {
        let json =
            r#"{"title": "\u0000", "tags": [null, 5], "notes": [], "tagz": {}, "title": "b"}"#;
        assert_eq!(
            errors_of(&from_json(json.as_bytes()).unwrap()),
            [
                "title: given twice",
                "title: must not hold the character NUL",
                "tags[0]: must be text, not null",
                "tags[1]: must be text, not a number",
                "notes: must be a mapping, not a list",
                "tagz: unknown key 'tagz', did you mean 'tags'?",
            ]
        );
    }

    #[test]
    fn null_is_as_good_as_absent_where_that_is_allowed() {
        assert!(errors_of(&from_yaml(b"title: a\ntags:\nnotes: ~\n").unwrap()).is_empty());
        assert!(errors_of(&from_json(br#"{"title": "a", "tags": null}"#).unwrap()).is_empty());
    }

    #[test]
    fn only_a_slip_is_suggested() {
        let known = ["hub_url", "slug", "name", "tags"];
        for (key, expected) in [
            ("hub_ulr", Some("hub_url")),
            ("hubUrl", Some("hub_url")),
            ("tag", Some("tags")),
            ("SLUG", Some("slug")),
            ("nmae", Some("name")),
            ("url", None),
            ("a", None),
            ("", None),
        ] {
            assert_eq!(nearest(key, &known), expected, "{key}");
        }
    }

    #[test]
    fn an_error_repeats_little_of_what_was_sent() {
        let json = format!("{{\"title\": \"a\", \"{}\": 1}}", "k".repeat(100_000));
        assert!(errors_of(&from_json(json.as_bytes()).unwrap())[0].len() < 200);
        let keys: Vec<_> = (0..10_000).map(|key| format!("\"k{key}\": 1")).collect();
        let json = format!("{{\"title\": \"a\", {}}}", keys.join(","));
        let errors = errors_of(&from_json(json.as_bytes()).unwrap());
        assert_eq!(errors.len(), 501);
        assert_eq!(errors[500], "and 9500 more errors");
    }
}
