//! What people type into a search box.

use super::Analyzer;

/// A parsed question: `any of these words "a phrase" -without path:docs/*`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Each occurrence raises the rank; phrases count their words here too.
    pub any: Vec<String>,
    /// Each must occur, word after word.
    pub phrases: Vec<Vec<String>>,
    /// None may occur, word after word.
    pub without: Vec<Vec<String>>,
    /// The document's path must match one of these patterns.
    pub paths: Vec<String>,
    /// The question without its operators, for the vector leg.
    pub text: String,
}

impl Query {
    /// Nothing is a syntax error: what is no operator is a word.
    pub fn parse(text: &str, analyzer: &Analyzer) -> Self {
        let mut query = Self::default();
        let mut plain = Vec::new();
        for piece in pieces(text) {
            match piece {
                Piece::Path(pattern) => query.paths.push(pattern.to_owned()),
                Piece::Without(words) => {
                    let terms = sequence(words, analyzer);
                    query.without.extend((!terms.is_empty()).then_some(terms));
                }
                Piece::Phrase(words) => {
                    plain.push(words);
                    let terms = sequence(words, analyzer);
                    query.phrases.extend((!terms.is_empty()).then_some(terms));
                }
                Piece::Words(words) => plain.push(words),
            }
        }
        query.text = plain.join(" ");
        query.any = analyzer.asked(&query.text);
        query
    }
}

fn sequence(words: &str, analyzer: &Analyzer) -> Vec<String> {
    let tokens = analyzer.tokens(words).into_iter();
    tokens.filter(|token| !token.is_compound).map(|token| token.term).collect()
}

enum Piece<'a> {
    Words(&'a str),
    Phrase(&'a str),
    Without(&'a str),
    Path(&'a str),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (piece, after) = next(rest);
        pieces.push(piece);
        rest = after.trim_start();
    }
    pieces
}

fn next(rest: &str) -> (Piece<'_>, &str) {
    if let Some((words, after)) = quoted(rest) {
        return (Piece::Phrase(words), after);
    }
    if let Some(negated) = rest.strip_prefix('-').filter(|it| it.starts_with(starts_word)) {
        if let Some((words, after)) = quoted(negated) {
            return (Piece::Without(words), after);
        }
        let (word, after) = word(negated);
        return (Piece::Without(word), after);
    }
    if let Some(pattern) = rest.strip_prefix("path:") {
        let (pattern, after) = quoted(pattern).unwrap_or_else(|| word(pattern));
        if !pattern.is_empty() {
            return (Piece::Path(pattern), after);
        }
    }
    let (word, after) = word(rest);
    (Piece::Words(word), after)
}

/// `-1` is a number, `- x` a dash: only a word or a phrase can be left out.
fn starts_word(c: char) -> bool {
    c.is_alphabetic() || c == '_' || c == '"'
}

fn word(text: &str) -> (&str, &str) {
    text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()))
}

fn quoted(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix('"')?.split_once('"')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Query;
    use crate::keyword::{Analyzer, Language};

    fn parse(text: &str) -> Query {
        Query::parse(text, &Analyzer::new(Language::English))
    }

    #[test]
    fn operators_are_taken_out_of_the_words() {
        let query = parse(r#"wings "heat transfer" -subsonic -"blunt body" path:docs/*.md flow"#);
        assert_eq!(query.any, ["wing", "heat", "transfer", "flow"]);
        assert_eq!(query.phrases, [["heat", "transfer"]]);
        assert_eq!(query.without, [vec!["subson"], vec!["blunt", "bodi"]]);
        assert_eq!(query.paths, ["docs/*.md"]);
        assert_eq!(query.text, "wings heat transfer flow");
    }

    #[test]
    fn what_is_no_operator_is_a_word() {
        for text in ["- x", "-1", "\"open", "path:", "a-b", "--flag"] {
            let query = parse(text);
            assert!(query.without.is_empty() && query.paths.is_empty(), "{text}");
            assert_eq!(query.text, text);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_query(text in "\\PC{0,60}") {
            let query = parse(&text);
            prop_assert!(query.text.len() <= text.len());
        }

        #[test]
        fn words_alone_stay_as_they_are(words in prop::collection::vec("[a-z]{1,8}", 1..8)) {
            prop_assert_eq!(parse(&words.join(" ")).text, words.join(" "));
        }
    }
}
