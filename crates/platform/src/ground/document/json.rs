//! JSON into the tree. By hand rather than through `serde_json::Value`, which keeps the last of
//! two equal keys and says nothing.

use std::cell::Cell;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use wire::FieldError;

use super::{
    Key, Kind, Literal, MAX_DEPTH, MAX_NODES, Node, check_size, document_error, too_deep, too_many,
};

/// The one value of a JSON text, or why there is none.
pub(crate) fn from_json(bytes: &[u8]) -> Result<Node, FieldError> {
    check_size(bytes)?;
    if bytes.trim_ascii().is_empty() {
        return Err(document_error(None, "the document is empty"));
    }
    let nodes_left = Cell::new(MAX_NODES);
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let node = Value { depth: 0, nodes_left: &nodes_left }.deserialize(&mut deserializer);
    let ended = |node| deserializer.end().map(|()| node);
    node.and_then(ended).map_err(|error| match error.classify() {
        Category::Data => document_error(None, error.to_string()),
        Category::Io | Category::Syntax | Category::Eof => {
            document_error(None, format!("the document is not JSON: {error}"))
        }
    })
}

/// One value to read, `depth` lists and objects down.
#[derive(Clone, Copy)]
struct Value<'a> {
    depth: usize,
    nodes_left: &'a Cell<usize>,
}

impl Value<'_> {
    fn count<E: de::Error>(self) -> Result<(), E> {
        let left = self.nodes_left.get().checked_sub(1).ok_or_else(|| E::custom(too_many()))?;
        self.nodes_left.set(left);
        Ok(())
    }

    fn inner<E: de::Error>(self) -> Result<Self, E> {
        if self.depth == MAX_DEPTH {
            return Err(E::custom(too_deep()));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        self.count()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(literal(Literal::Null, &"null"))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(literal(Literal::Boolean, &value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(literal(Literal::Number, &value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(literal(Literal::Number, &value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(literal(Literal::Number, &value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(node(Kind::Text(value.to_owned())))
    }

    fn visit_string<E>(self, value: String) -> Result<Node, E> {
        Ok(node(Kind::Text(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let inner = self.inner()?;
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(node(Kind::Sequence(items)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let inner = self.inner()?;
        let mut entries = Vec::new();
        while let Some(text) = access.next_key::<String>()? {
            self.count()?;
            let key = Key { place: None, text, literal: None };
            entries.push((key, access.next_value_seed(inner)?));
        }
        Ok(node(Kind::Mapping(entries)))
    }
}

fn literal(literal: Literal, source: &impl ToString) -> Node {
    node(Kind::Literal(literal, source.to_string()))
}

fn node(kind: Kind) -> Node {
    Node { place: None, kind }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_cannot_be_read_is_refused_with_one_line() {
        for (json, expected) in [
            ("", "the document is empty"),
            (" \n", "the document is empty"),
            ("{", "the document is not JSON: EOF while parsing an object at line 1 column 1"),
            ("{} x", "the document is not JSON: trailing characters at line 1 column 4"),
            ("{'a': 1}", "the document is not JSON: key must be a string at line 1 column 2"),
            ("\u{feff}{}", "the document is not JSON: expected value at line 1 column 1"),
            (&"[".repeat(100_000), "lists and mappings nest deeper than 32 at line 1 column 33"),
            (
                &format!("[{}0]", "0,".repeat(MAX_NODES)),
                "the document holds more than 200000 values at line 1 column 399999",
            ),
            (&" ".repeat(10 * 1024 * 1024), "the document is longer than 1 MiB"),
        ] {
            assert_eq!(from_json(json.as_bytes()).unwrap_err().to_string(), expected, "{json:.40}");
        }
    }

    proptest! {
        #[test]
        fn bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            drop(from_json(&bytes));
        }

        #[test]
        fn marks_never_panic(json in "[{}\\[\\],:\"\\\\u0-9eE.+\\-truefalsn ]{0,80}") {
            drop(from_json(json.as_bytes()));
        }
    }
}
