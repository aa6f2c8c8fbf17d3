//! What is written for people: docs, what is promised there, and the line that declares.

use crate::facts::Ghost;

/// A longer doc is cut: it is shown beside a symbol, not read for itself.
const LONGEST_DOC: usize = 2_000;

const LONGEST_SIGNATURE: usize = 240;

/// Attributes and decorators are looked for in so many lines before a declaration.
const LEADING_LINES: u32 = 20;

/// In bytes. What stands farther before a declaration on its line is not said of it.
const LONGEST_LINE: usize = 1_000;

const TAGS: &[&str] = &["TODO", "FIXME", "XXX", "HACK"];

/// What stands before the name of a declaration.
pub(crate) struct Lead<'a> {
    /// Attributes, decorators and modifiers.
    pub modifiers: &'a str,
    lines_before: u32,
}

impl Lead<'_> {
    pub(crate) fn first_line(&self, line: u32) -> u32 {
        line.saturating_sub(self.lines_before)
    }
}

/// Read backwards from the declaration, line by line: asking the tree for what precedes a node
/// takes as long as there are siblings.
pub(crate) fn lead(text: &str, start: u32, name_start: u32) -> Lead<'_> {
    let start = start as usize;
    let name_start = (name_start as usize).max(start);
    let line_start = |end: usize| {
        let first = end.saturating_sub(LONGEST_LINE);
        let before = text.as_bytes().get(first..end)?;
        let line_break = before.iter().rposition(|byte| *byte == b'\n');
        line_break.map(|at| first + at + 1).or_else(|| (first == 0).then_some(0))
    };
    let mut from = line_start(start).unwrap_or(start);
    let mut lines_before = 0;
    while from > 0 && lines_before < LEADING_LINES {
        let Some(previous) = line_start(from - 1) else { break };
        let line = text.get(previous..from).unwrap_or_default().trim();
        if !is_attribute(line) {
            break;
        }
        from = previous;
        lines_before += 1;
    }
    Lead { modifiers: text.get(from..name_start).unwrap_or_default(), lines_before }
}

fn is_attribute(line: &str) -> bool {
    line.starts_with(['@', '[']) || line.starts_with("#[")
}

/// The comment that may be the doc of what comes next.
#[derive(Default)]
pub(crate) struct Above<'a> {
    lines: Vec<&'a str>,
    end_line: u32,
}

impl<'a> Above<'a> {
    pub(crate) fn comment(&mut self, text: &'a str, line: u32) {
        let text = text.trim_end();
        if line != self.end_line + 1 {
            self.lines.clear();
        }
        self.lines.push(text);
        let breaks = text.bytes().filter(|byte| *byte == b'\n').count();
        self.end_line = line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
    }

    /// Takes it, if it ends right before the line.
    pub(crate) fn doc_before(&mut self, line: u32) -> Option<Box<str>> {
        if self.lines.is_empty() || self.end_line.saturating_add(1) != line {
            return None;
        }
        let lines: Vec<_> = std::mem::take(&mut self.lines);
        Some(plain(&lines.join("\n"))).filter(|doc| !doc.is_empty())
    }
}

/// Without the signs of comments and quotes, and not longer than is shown.
pub(crate) fn plain(text: &str) -> Box<str> {
    let text = text.trim();
    let is_string = text.ends_with(['"', '\'']);
    let text = if is_string {
        let text = text.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
        text.trim_matches(['"', '\''])
    } else {
        text
    };
    let mut doc = String::with_capacity(text.len().min(LONGEST_DOC));
    for line in text.lines() {
        let line = if is_string { line.trim() } else { without_signs(line) };
        if !doc.is_empty() {
            doc.push('\n');
        }
        doc.push_str(line);
        if doc.len() > LONGEST_DOC {
            doc.truncate(doc.floor_char_boundary(LONGEST_DOC));
            break;
        }
    }
    doc.trim().into()
}

fn without_signs(line: &str) -> &str {
    let line = line.trim().trim_end_matches("*/").trim_end();
    line.trim_start_matches(['/', '*', '#', '!', '-', ';']).trim()
}

/// What a comment says is still to be done.
pub(crate) fn ghosts(text: &str, line: u32, scope: u32) -> impl Iterator<Item = Ghost> {
    let numbered = (line..).zip(text.lines());
    numbered.filter_map(move |(line, text)| {
        let (tag, said) = tagged(text)?;
        let said = said.trim_start_matches([':', ' ', '-', '(', ')']).trim();
        let said = said.trim_end_matches("*/").trim_end();
        let said = said.get(..said.floor_char_boundary(LONGEST_SIGNATURE)).unwrap_or(said);
        Some(Ghost { tag: tag.into(), text: said.into(), line, scope })
    })
}

fn tagged(line: &str) -> Option<(&'static str, &str)> {
    if let Some((_, said)) = line.split_once("@planned") {
        return Some(("planned", said));
    }
    TAGS.iter().find_map(|tag| {
        let at = line.find(tag)?;
        let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
        let before = line.get(..at)?;
        let after = line.get(at + tag.len()..)?;
        // A word of its own, near the start of what is said.
        let is_word = !before.ends_with(is_letter) && !after.starts_with(is_letter);
        (is_word && !before.contains(is_letter)).then_some((*tag, after))
    })
}

/// What declares, in one line: up to the body, with all parameters.
pub(crate) fn signature(text: &str, start: u32, end: u32) -> String {
    let mut text = text.get(start as usize..end as usize).unwrap_or_default();
    while let Some((line, rest)) = text.split_once('\n')
        && is_attribute(line.trim())
    {
        text = rest.trim_start();
    }
    let mut depth = 0_u32;
    let mut signature = String::new();
    for letter in text.chars() {
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            '{' | '\n' | ';' if depth == 0 => break,
            _ => {}
        }
        if !letter.is_whitespace() {
            signature.push(letter);
        } else if !signature.ends_with([' ', '(']) {
            signature.push(' ');
        }
        if signature.len() > LONGEST_SIGNATURE {
            signature.push('…');
            break;
        }
    }
    signature.trim_end_matches([' ', ':', '=']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_is_a_word_at_the_start_of_a_comment() {
        let found = |text| ghosts(text, 7, 0).map(|ghost| (ghost.tag, ghost.text, ghost.line));
        let all: Vec<_> = found("# TODO(me): the rest").collect();
        assert_eq!(all, [("TODO".into(), "me): the rest".into(), 7)]);
        let all: Vec<_> = found("/* one\n * FIXME: two */").collect();
        assert_eq!(all, [("FIXME".into(), "two".into(), 8)]);
        assert_eq!(found("// see the TODO list").count(), 0);
        assert_eq!(found("// TODOS").count(), 0);
    }

    #[test]
    fn a_signature_ends_where_the_body_begins() {
        for (text, line) in [
            ("def f(a,\n      b) -> int:\n    pass", "def f(a, b) -> int"),
            ("pub fn f(a: [u8; 2]) {\n}", "pub fn f(a: [u8; 2])"),
            ("class A extends B {}", "class A extends B"),
            ("#[Test]\n  @Slow(1)\n  void f() {}", "void f()"),
        ] {
            assert_eq!(signature(text, 0, u32::try_from(text.len()).unwrap()), line);
        }
    }
}
