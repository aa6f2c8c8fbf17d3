//! The few lines of a hit that say why it is one.

use std::fmt::Write;

use anstyle::Style;

use crate::table::plain;

const LINES: usize = 4;
const WIDTH: usize = 92;
/// Kept in front of the first match of a line that is cut.
const LEAD: usize = 24;

/// What is shown of a text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Snippet {
    /// The lines of the text before it.
    pub skipped: u32,
    pub lines: Vec<String>,
}

/// Up to four lines of `text`, those with the most matches, with the matches in bold. The places
/// of `highlights` are bytes of `text`; what lies outside of it is left out.
pub(super) fn snippet(text: &str, highlights: &[[u32; 2]]) -> Snippet {
    let lines: Vec<Line<'_>> = lines(text, highlights).collect();
    let weight = |window: &[Line<'_>]| -> usize { window.iter().map(|it| it.matches.len()).sum() };
    let mut best = lines.get(..LINES).unwrap_or(&lines);
    for window in lines.windows(LINES) {
        if weight(window) > weight(best) {
            best = window;
        }
    }
    let skipped = best.first().map_or(0, |line| line.number);
    Snippet { skipped, lines: best.iter().map(Line::render).collect() }
}

struct Line<'a> {
    /// From 0.
    number: u32,
    text: &'a str,
    /// Bytes of `text`.
    matches: Vec<[usize; 2]>,
}

/// The lines with something in them, each with its matches.
fn lines<'a>(text: &'a str, highlights: &'a [[u32; 2]]) -> impl Iterator<Item = Line<'a>> {
    let mut next = 0;
    (0..).zip(text.split('\n')).filter_map(move |(number, line)| {
        let start = next;
        next += line.len() + 1;
        let end = start + line.len();
        let inside = |[from, to]: &[u32; 2]| {
            let (from, to) = (*from as usize, *to as usize);
            let place = [from.max(start), to.min(end)];
            (place[0] < place[1]).then(|| place.map(|at| at - start))
        };
        let matches = highlights.iter().filter_map(inside).collect();
        (!line.trim().is_empty()).then_some(Line { number, text: line, matches })
    })
}

impl Line<'_> {
    fn render(&self) -> String {
        let [from, to] = self.window();
        let bold = Style::new().bold();
        let mut rendered = String::new();
        if from > 0 {
            rendered.push('…');
        }
        let mut at = from;
        for [start, end] in &self.matches {
            let (start, end) = ((*start).max(at), (*end).min(to));
            let Some(word) = self.text.get(start..end).filter(|word| !word.is_empty()) else {
                continue;
            };
            rendered.push_str(&plain(self.text.get(at..start).unwrap_or_default()));
            // A String takes whatever is written.
            write!(rendered, "{bold}{}{bold:#}", plain(word)).ok();
            at = end;
        }
        rendered.push_str(&plain(self.text.get(at..to).unwrap_or_default()));
        let mut rendered = rendered.trim_end().to_owned();
        if to < self.text.trim_end().len() {
            rendered.push('…');
        }
        rendered
    }

    /// The bytes that are shown: the beginning, or from a little before the first match where
    /// that would not be seen.
    fn window(&self) -> [usize; 2] {
        let first = self.matches.first().map_or(0, |[start, _]| *start);
        let fits = self.text.chars().count() <= WIDTH
            || self.text.get(..first).is_some_and(|it| it.chars().count() < WIDTH - LEAD);
        let from = if fits { 0 } else { self.back(first, LEAD) };
        let rest = self.text.get(from..).unwrap_or_default();
        let length = rest.char_indices().nth(WIDTH).map_or(rest.len(), |(at, _)| at);
        [from, from + length]
    }

    /// The place at most `characters` before `at`, at the beginning of a word where there is one.
    fn back(&self, at: usize, characters: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default();
        let from = before.char_indices().rev().nth(characters - 1).map_or(0, |(at, _)| at);
        let lead = before.get(from..).unwrap_or_default();
        lead.find(' ').map_or(from, |space| from + space + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bare(text: &str, words: &[&str]) -> Vec<String> {
        let highlights: Vec<[u32; 2]> = words
            .iter()
            .map(|word| {
                let at = u32::try_from(text.find(word).unwrap()).unwrap();
                [at, at + u32::try_from(word.len()).unwrap()]
            })
            .collect();
        let marked = |line: &String| {
            line.replace("\u{1b}[1m", "<").replace("\u{1b}[0m", ">").replace("\u{1b}[22m", ">")
        };
        snippet(text, &highlights).lines.iter().map(marked).collect()
    }

    #[test]
    fn matches_are_bold_and_blank_lines_left_out() {
        assert_eq!(
            bare("# Keys\n\nA key is müde.", &["Keys", "müde"]),
            ["# <Keys>", "A key is <müde>."]
        );
    }

    #[test]
    fn the_lines_with_the_most_matches_are_shown() {
        let text = "a\nb\nc\nd\ne\nneedle\nf\ng";
        assert_eq!(bare(text, &["needle"]), ["c", "d", "e", "<needle>"]);
        assert_eq!(bare(text, &[]), ["a", "b", "c", "d"]);
        assert_eq!(snippet(text, &[[10, 16]]).skipped, 2);
    }

    #[test]
    fn a_long_line_is_cut_around_its_match() {
        let text = format!("{}needle{}", "x".repeat(300), "y".repeat(300));
        let lines = bare(&text, &["needle"]);
        assert_eq!(lines, [format!("…{}<needle>{}…", "x".repeat(24), "y".repeat(62))]);
        let text = format!("{} of needle", "word ".repeat(30));
        assert_eq!(bare(&text, &["needle"]), ["…word word word  of <needle>"]);
        let short = format!("{}needle", "x".repeat(80));
        assert_eq!(bare(&short, &["needle"]), [format!("{}<needle>", "x".repeat(80))]);
    }

    #[test]
    fn places_outside_of_the_text_or_inside_a_letter_are_no_matches() {
        assert_eq!(snippet("ä", &[[1, 9], [40, 50], [2, 1]]).lines, ["ä"]);
    }
}
