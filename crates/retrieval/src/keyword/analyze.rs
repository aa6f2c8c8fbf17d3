//! From text to terms.

use std::collections::HashMap;
use std::ops::Range;

use rust_stemmers::Stemmer;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::Language;
use super::stop::is_stop_word;

/// Longer runs are keys and encoded bytes, not words: nobody types them.
const LONGEST_WORD: usize = 64;

/// Turns text into terms: words are folded to lower case without diacritics and stemmed,
/// identifiers also count as their parts, ideographs as pairs.
pub struct Analyzer {
    language: Language,
    stemmer: Option<Stemmer>,
}

/// One term at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub term: String,
    /// The word it was made of, in bytes of the text.
    pub span: Range<usize>,
    /// It stands for a whole identifier whose parts are tokens of their own.
    pub is_compound: bool,
}

impl Analyzer {
    pub fn new(language: Language) -> Self {
        Self { language, stemmer: language.algorithm().map(Stemmer::create) }
    }

    /// The tokens of `text`, in order; the parts of an identifier before the whole.
    pub fn tokens(&self, text: &str) -> Vec<Token> {
        let mut tokens = Vec::with_capacity(text.len() / 6);
        for span in words(text) {
            let Some(word) = text.get(span.clone()) else { continue };
            if word.len() > LONGEST_WORD {
                continue;
            }
            self.push_word(word, &span, &mut tokens);
        }
        tokens
    }

    /// The terms of a question that say what it is about: all of them if none does.
    pub fn asked(&self, text: &str) -> Vec<String> {
        let tokens = self.tokens(text);
        let says = |token: &Token| {
            let word = text.get(token.span.clone()).unwrap_or_default();
            !is_stop_word(self.language, &fold(word))
        };
        let none_says = !tokens.iter().any(says);
        let kept = tokens.into_iter().filter(|token| none_says || says(token));
        kept.map(|token| token.term).collect()
    }

    /// How often each term occurs in `text`, and how many words it has.
    pub fn count(&self, text: &str) -> (HashMap<String, u32>, u32) {
        let mut counts = HashMap::new();
        let mut length = 0;
        for token in self.tokens(text) {
            length += u32::from(!token.is_compound);
            *counts.entry(token.term).or_default() += 1;
        }
        (counts, length)
    }

    fn push_word(&self, word: &str, span: &Range<usize>, tokens: &mut Vec<Token>) {
        if word.chars().any(is_ideograph) {
            push_pairs(word, span, tokens);
            return;
        }
        let parts = parts(word);
        for part in &parts {
            let folded = fold(part);
            let term = match &self.stemmer {
                Some(stemmer) => stemmer.stem(&folded).into_owned(),
                None => folded,
            };
            if !term.is_empty() {
                tokens.push(Token { term, span: span.clone(), is_compound: false });
            }
        }
        if parts.len() > 1 {
            let term: String = parts.iter().map(|part| fold(part)).collect();
            if !term.is_empty() {
                tokens.push(Token { term, span: span.clone(), is_compound: true });
            }
        }
    }
}

/// The words of a text: runs of letters, digits and underscores; an apostrophe between letters
/// ends one (`don't` is `don`, and its `t` is dropped with it).
fn words(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut rest = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, _) = rest.find(|(_, c)| is_word(*c))?;
        let mut end = text.len();
        while let Some((at, c)) = rest.peek().copied() {
            if !is_word(c) {
                end = at;
                break;
            }
            rest.next();
        }
        if matches!(rest.peek(), Some((_, '\'' | '\u{2019}'))) {
            let mut ahead = rest.clone();
            ahead.next();
            let tail = ahead.clone().take_while(|(_, c)| is_word(*c)).count();
            if (1..=2).contains(&tail) {
                rest = ahead;
                rest.by_ref().take(tail).for_each(drop);
            }
        }
        Some(start..end)
    })
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || is_combining_mark(c)
}

/// Written without spaces between words.
fn is_ideograph(c: char) -> bool {
    matches!(u32::from(c),
        0x0E00..=0x0EFF | 0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF
        | 0x2_0000..=0x3_FFFF)
}

/// Overlapping pairs, the usual index of scripts without spaces; a lone one is itself.
fn push_pairs(word: &str, span: &Range<usize>, tokens: &mut Vec<Token>) {
    let starts: Vec<usize> = word.char_indices().map(|(at, _)| at).chain([word.len()]).collect();
    let width = if starts.len() > 2 { 2 } else { 1 };
    for window in starts.windows(width + 1) {
        if let (Some(first), Some(last)) = (window.first(), window.last())
            && let Some(pair) = word.get(*first..*last)
        {
            let span = span.start + first..span.start + last;
            let term = fold(pair);
            // A combining mark alone folds to nothing.
            if !term.is_empty() {
                tokens.push(Token { term, span, is_compound: false });
            }
        }
    }
}

/// `parse_http_url`, `parseHttpUrl` and `HTTPServer` in parts.
fn parts(word: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    for piece in word.split('_').filter(|piece| !piece.is_empty()) {
        let mut start = 0;
        let mut before: Option<char> = None;
        let mut rest = piece.char_indices().peekable();
        while let Some((at, c)) = rest.next() {
            let is_start = c.is_uppercase()
                && before.is_some_and(|before| {
                    let next_is_lower = rest.peek().is_some_and(|(_, next)| next.is_lowercase());
                    !before.is_uppercase() || next_is_lower
                });
            if is_start {
                parts.extend(piece.get(start..at));
                start = at;
            }
            before = Some(c);
        }
        parts.extend(piece.get(start..));
    }
    parts
}

fn fold(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    let plain = word.nfkd().filter(|c| !is_combining_mark(*c));
    plain.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Analyzer, Language};

    fn terms(text: &str) -> Vec<String> {
        let tokens = Analyzer::new(Language::English).tokens(text);
        tokens.into_iter().map(|token| token.term).collect()
    }

    #[test]
    fn words_become_terms() {
        let table: &[(&str, &[&str])] = &[
            ("", &[]),
            ("Heat transfers, transferring!", &["heat", "transfer", "transfer"]),
            ("parse_http_url", &["pars", "http", "url", "parsehttpurl"]),
            ("parseHttpUrl", &["pars", "http", "url", "parsehttpurl"]),
            ("HTTPServer", &["http", "server", "httpserver"]),
            ("_private __init__", &["privat", "init"]),
            ("Reynolds' don't it's", &["reynold", "don", "it"]),
            ("Café naïve ﬁle", &["cafe", "naiv", "file"]),
            ("utf8 2nd 3.14", &["utf8", "2nd", "3", "14"]),
            ("検索文", &["検索", "索文"]),
            ("火", &["火"]),
        ];
        for (text, expected) in table {
            assert_eq!(terms(text), *expected, "{text}");
        }
        assert!(terms(&"a".repeat(65)).is_empty());
    }

    proptest! {
        #[test]
        fn tokens_lie_in_the_text(text in "\\PC{0,80}") {
            for token in Analyzer::new(Language::English).tokens(&text) {
                prop_assert!(text.get(token.span).is_some_and(|word| !word.is_empty()));
                prop_assert!(!token.term.is_empty());
            }
        }
    }
}
