//! YAML into the tree, and what an unquoted scalar means to whom.

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError};
use wire::FieldError;

use super::{
    Key, Kind, Literal, MAX_DEPTH, MAX_NODES, Node, Place, check_size, document_error, too_deep,
    too_many,
};

const NO_ALIASES: &str = "anchors and aliases (`&`, `*`) are not read: write the value out, \
                          or put a text that begins so in quotes";

const KEY_IS_TEXT: &str = "a key must be text";

/// The one document of a YAML file, or why there is none.
pub(crate) fn from_yaml(bytes: &[u8]) -> Result<Node, FieldError> {
    let mut documents = from_yaml_stream(bytes)?.into_iter();
    let first = documents.next().ok_or_else(empty)?;
    match documents.next() {
        None => Ok(first),
        Some(second) => Err(document_error(second.place, "a second document begins here")),
    }
}

/// The documents of a YAML file, at least one; those that hold nothing are left out.
pub(crate) fn from_yaml_stream(bytes: &[u8]) -> Result<Vec<Node>, FieldError> {
    check_size(bytes)?;
    let mut builder = Builder { documents: Vec::new(), open: Vec::new(), nodes: 0 };
    let mut parser = Parser::new_from_str(readable(bytes)?);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| syntax_error(&error))?;
        let place = place(span.start);
        builder.add(event, place).map_err(|message| document_error(Some(place), message))?;
    }
    let holds_something =
        |node: &Node| !matches!(&node.kind, Kind::Literal(_, source) if source.is_empty());
    builder.documents.retain(holds_something);
    if builder.documents.is_empty() { Err(empty()) } else { Ok(builder.documents) }
}

fn empty() -> FieldError {
    document_error(None, "the document is empty")
}

fn place(marker: Marker) -> Place {
    Place { line: marker.line(), column: marker.col() + 1 }
}

fn syntax_error(error: &ScanError) -> FieldError {
    let place = Some(place(*error.marker()));
    if error.info().contains("alias") || error.info().contains("anchor") {
        return document_error(place, NO_ALIASES);
    }
    // The scanner runs ahead of the events and has a limit of its own.
    if error.info().contains("recursion limit") {
        return document_error(place, too_deep());
    }
    document_error(place, format!("the document is not YAML: {}", error.info()))
}

/// The bytes as text of the characters YAML allows. The parser would take a NUL for the end.
fn readable(bytes: &[u8]) -> Result<&str, FieldError> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let place = end_of(&String::from_utf8_lossy(
                bytes.get(..error.valid_up_to()).unwrap_or_default(),
            ));
            return Err(document_error(Some(place), "the document is not UTF-8"));
        }
    };
    if text.starts_with('\u{feff}') {
        let message = "the document begins with a byte order mark: save it as UTF-8 without one";
        return Err(document_error(Some(Place { line: 1, column: 1 }), message));
    }
    // `c-printable` of YAML 1.2.2, production 1.
    let forbidden = |c: char| {
        (c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{85}'))
            || matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    let Some((index, c)) = text.char_indices().find(|&(_, c)| forbidden(c)) else {
        return Ok(text);
    };
    let message = format!("the character U+{:04X} is not allowed in YAML", u32::from(c));
    Err(document_error(Some(end_of(&text[..index])), message))
}

/// The place behind `text`.
fn end_of(text: &str) -> Place {
    let last_line = text.rsplit('\n').next().unwrap_or_default();
    Place { line: text.matches('\n').count() + 1, column: last_line.chars().count() + 1 }
}

struct Builder {
    documents: Vec<Node>,
    open: Vec<Open>,
    nodes: usize,
}

/// A list or mapping whose end has not come.
struct Open {
    place: Place,
    kind: Kind,
    /// The key whose value comes next.
    key: Option<Key>,
}

impl Builder {
    fn add(&mut self, event: Event<'_>, place: Place) -> Result<(), String> {
        match event {
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => Ok(()),
            Event::Alias(_) => Err(NO_ALIASES.to_owned()),
            Event::Scalar(text, style, anchor, tag) => {
                self.check_node(anchor, tag.is_some())?;
                self.put(Node { place: Some(place), kind: scalar(text.into_owned(), style) })
            }
            Event::SequenceStart(anchor, tag) => {
                self.check_node(anchor, tag.is_some())?;
                self.open(place, Kind::Sequence(Vec::new()))
            }
            Event::MappingStart(anchor, tag) => {
                self.check_node(anchor, tag.is_some())?;
                self.open(place, Kind::Mapping(Vec::new()))
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(open) => self.put(Node { place: Some(open.place), kind: open.kind }),
                None => Ok(()),
            },
        }
    }

    fn check_node(&mut self, anchor: usize, tagged: bool) -> Result<(), String> {
        self.nodes += 1;
        if anchor > 0 {
            return Err(NO_ALIASES.to_owned());
        }
        if tagged {
            return Err("tags (`!`) are not read: write the value without".to_owned());
        }
        if self.nodes > MAX_NODES { Err(too_many()) } else { Ok(()) }
    }

    fn open(&mut self, place: Place, kind: Kind) -> Result<(), String> {
        if self.open.len() == MAX_DEPTH {
            return Err(too_deep());
        }
        let is_key = |open: &Open| matches!(open.kind, Kind::Mapping(_)) && open.key.is_none();
        if self.open.last().is_some_and(is_key) {
            return Err(KEY_IS_TEXT.to_owned());
        }
        self.open.push(Open { place, kind, key: None });
        Ok(())
    }

    /// Puts a finished node where it belongs.
    fn put(&mut self, node: Node) -> Result<(), String> {
        let Some(Open { kind, key, .. }) = self.open.last_mut() else {
            self.documents.push(node);
            return Ok(());
        };
        match kind {
            Kind::Text(_) | Kind::Literal(..) => {}
            Kind::Sequence(items) => items.push(node),
            Kind::Mapping(entries) => match key.take() {
                Some(key) => entries.push((key, node)),
                None => *key = Some(key_of(node)?),
            },
        }
        Ok(())
    }
}

fn key_of(node: Node) -> Result<Key, String> {
    let place = node.place;
    match node.kind {
        Kind::Text(text) => Ok(Key { place, text, literal: None }),
        Kind::Literal(literal, text) => Ok(Key { place, text, literal: Some(literal) }),
        Kind::Sequence(_) | Kind::Mapping(_) => Err(KEY_IS_TEXT.to_owned()),
    }
}

fn scalar(text: String, style: ScalarStyle) -> Kind {
    match (style, literal(&text)) {
        (ScalarStyle::Plain, Some(literal)) => Kind::Literal(literal, text),
        _ => Kind::Text(text),
    }
}

/// What unquoted `text` is, besides text, by the core schema of YAML 1.2 or by the types of
/// YAML 1.1 (<https://yaml.org/type/>), which most tools still follow.
pub(crate) fn literal(text: &str) -> Option<Literal> {
    const BOOLEANS: [&str; 8] = ["true", "false", "yes", "no", "on", "off", "y", "n"];
    if matches!(text, "" | "~") || text.eq_ignore_ascii_case("null") {
        return Some(Literal::Null);
    }
    if text == "<<" {
        return Some(Literal::Merge);
    }
    if BOOLEANS.iter().any(|boolean| text.eq_ignore_ascii_case(boolean)) {
        return Some(Literal::Boolean);
    }
    if is_number(text) {
        return Some(Literal::Number);
    }
    is_date(text).then_some(Literal::Date)
}

fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text).to_ascii_lowercase();
    let digits = |digits: &str, radix| {
        digits.contains(|c: char| c.is_digit(radix))
            && digits.chars().all(|c| c.is_digit(radix) || c == '_')
    };
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(rest) = unsigned.strip_prefix(prefix) {
            return digits(rest, radix);
        }
    }
    matches!(unsigned.as_str(), ".inf" | ".nan") || is_decimal(&unsigned) || is_clock(&unsigned)
}

/// `1`, `1_000`, `1.5`, `.5`, `1.`, `1e3`, lower case and without a sign.
fn is_decimal(text: &str) -> bool {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    mantissa.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && mantissa.contains(|c: char| c.is_ascii_digit())
        && mantissa.chars().all(|c| c.is_ascii_digit() || matches!(c, '_' | '.'))
        && mantissa.matches('.').count() <= 1
        && !exponent.is_empty()
        && exponent.bytes().all(|byte| byte.is_ascii_digit())
}

/// A number to base 60: `1:30`, `190:20:30.15`.
fn is_clock(text: &str) -> bool {
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    let mut parts = whole.split(':');
    let below_60 = |part: &str| {
        part.len() <= 2 && part.parse::<u8>().is_ok_and(|part| part < 60) && !part.starts_with('+')
    };
    whole.contains(':')
        && parts.next().is_some_and(|first| !first.contains('.') && is_decimal(first))
        && parts.all(below_60)
}

/// `2026-01-31`, alone or with a time behind.
fn is_date(text: &str) -> bool {
    let date = text.split(['T', 't', ' ', '\t']).next().unwrap_or_default();
    let mut parts = date.split('-');
    let mut digits = |lengths: std::ops::RangeInclusive<usize>| {
        parts.next().is_some_and(|part| {
            lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    let rest_is_time =
        text[date.len()..].trim_start().trim_start_matches(['T', 't']).chars().next();
    digits(4..=4)
        && digits(1..=2)
        && digits(1..=2)
        && parts.next().is_none()
        && rest_is_time.is_none_or(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(yaml: &str, expected: &str) {
        assert_eq!(from_yaml(yaml.as_bytes()).unwrap_err().to_string(), expected, "{yaml:.40}");
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_one_line() {
        let empty = "the document is empty";
        let deep = "lists and mappings nest deeper than 32";
        for (yaml, expected) in [
            ("", empty),
            ("# only talk\n", empty),
            ("---\n---\n", empty),
            (
                "a: [",
                "2:1: the document is not YAML: while parsing a node, did not find expected node content",
            ),
            (
                "a: b: c",
                "1:5: the document is not YAML: mapping values are not allowed in this context",
            ),
            ("a: 1\n---\nb: 2\n", "3:1: a second document begins here"),
            (
                "\u{feff}a: 1",
                "1:1: the document begins with a byte order mark: save it as UTF-8 without one",
            ),
            ("a: 1\n\u{e9}\0 b: 2", "2:2: the character U+0000 is not allowed in YAML"),
            ("a: !!str 1", "1:4: tags (`!`) are not read: write the value without"),
            ("? [a]\n: b", "1:3: a key must be text"),
            (&"[".repeat(33), &format!("1:33: {deep}")),
            (&"[".repeat(100_000), &format!("1:256: {deep}")),
            (&"- ".repeat(33), &format!("1:65: {deep}")),
            (
                &format!("[{}]", "a,".repeat(MAX_NODES)),
                "1:400000: the document holds more than 200000 values",
            ),
        ] {
            check(yaml, expected);
        }
        assert_eq!(
            from_yaml(b"a: 1\nb\xff").unwrap_err().to_string(),
            "2:2: the document is not UTF-8"
        );
    }

    #[test]
    fn an_alias_is_refused_where_its_anchor_stands() {
        let mut bomb = "a0: &a0 [x]\n".to_owned();
        for level in 1..30 {
            bomb.extend([format!("a{level}: &a{level} [*a{0}, *a{0}]\n", level - 1)]);
        }
        check(&bomb, &format!("1:5: {NO_ALIASES}"));
        for (yaml, column) in [("a: *a", 4), ("a: *", 4), ("[*]", 2), ("*", 1), ("&", 1)] {
            check(yaml, &format!("1:{column}: {NO_ALIASES}"));
        }
    }

    #[test]
    fn ten_megabytes_are_refused_unread() {
        check(&"a".repeat(10 * 1024 * 1024), "the document is longer than 1 MiB");
    }

    #[test]
    fn what_any_tool_reads_as_something_else_is_not_text() {
        for (literals, expected) in [
            ("~ null Null NULL", Literal::Null),
            ("true False YES no On off y N", Literal::Boolean),
            (
                "0 5 -5 +5 1.5 .5 5. 1e3 1.5E-3 012 0o7 0x1F 0b1 1_000 1:30 190:20:30.15",
                Literal::Number,
            ),
            (".inf -.INF .NaN", Literal::Number),
            ("2026-01-31 2026-1-1 2026-01-31T12:00:00Z", Literal::Date),
            ("<<", Literal::Merge),
        ] {
            for text in literals.split(' ') {
                assert_eq!(literal(text), Some(expected), "{text}");
            }
        }
        let texts = "a noo 1.2.3 v1 1a 0xg 0b2 _1 . - + 1: 8080:80 1:60 1e 1e+ .e1 2026-01 \
                     20260-1-1 2026-01-31Tx a:1 =";
        for text in texts.split(' ') {
            assert_eq!(literal(text), None, "{text}");
        }
    }

    #[test]
    fn quotes_and_blocks_make_text() {
        for yaml in ["'no'", "\"5\"", "|\n  5\n", ">-\n  ~\n"] {
            let node = from_yaml(yaml.as_bytes()).unwrap();
            assert!(matches!(node.kind, Kind::Text(_)), "{yaml}");
        }
    }

    proptest! {
        #[test]
        fn bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            drop(from_yaml_stream(&bytes));
        }

        #[test]
        fn marks_never_panic(yaml in "[-?:,{}\\[\\]#&*!|>'\"%@` \\n\\ta0.é~<=\\\\]{0,80}") {
            drop(from_yaml_stream(yaml.as_bytes()));
        }

        #[test]
        fn numbers_are_never_text(number in any::<f64>(), whole in any::<i64>()) {
            let number = format!("{number:e}").replace("inf", ".inf").replace("NaN", ".nan");
            prop_assert_eq!(literal(&number), Some(Literal::Number));
            prop_assert_eq!(literal(&whole.to_string()), Some(Literal::Number));
        }
    }
}
