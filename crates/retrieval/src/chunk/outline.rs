use std::ops::Range;

use super::{grammar::Grammar, prose, syntax};
use crate::extract::{Extracted, Kind};

/// How much a cut hurts, from not at all to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// Always cut here.
    Section,
    /// Between blocks of text, definitions, members; nested as deep as the number says.
    Block(u8),
    Sentence,
    Line,
    Word,
}

/// Blocks nested deeper than this are cut as if they were nested so deep. It bounds the packer's
/// passes over a text of nothing but brackets.
const DEEPEST_BLOCK: u8 = 40;

/// Labels nested deeper than this are left out, and so is a label's text past so many characters.
const DEEPEST_LABEL: usize = 32;
const LONGEST_LABEL: usize = 120;

pub(super) struct Cut {
    pub at: usize,
    pub level: Level,
}

/// A part of the text with a name: a heading's section, a page, a definition, a key's value.
pub(super) struct Section {
    pub span: Range<usize>,
    pub label: String,
    pub parent: Option<usize>,
    depth: usize,
}

/// Where a text may be cut, what its parts are called, and where it is prose.
pub(super) struct Outline<'a> {
    pub text: &'a str,
    pub cuts: Vec<Cut>,
    /// By start; a section inside another comes after it.
    pub sections: Vec<Section>,
    /// In order and apart: here pieces overlap.
    pub prose: Vec<Range<usize>>,
}

impl<'a> Outline<'a> {
    /// Every line may be cut from the next.
    pub(super) fn new(text: &'a str) -> Self {
        let lines = text.match_indices('\n').map(|(at, _)| Cut { at: at + 1, level: Level::Line });
        Self { text, cuts: lines.collect(), sections: Vec::new(), prose: Vec::new() }
    }

    pub(super) fn cut(&mut self, at: usize, level: Level) {
        self.cuts.push(Cut { at, level });
    }

    pub(super) fn block(&mut self, at: usize, depth: usize) {
        self.cut(at, Level::Block(u8::try_from(depth).unwrap_or(u8::MAX).min(DEEPEST_BLOCK)));
    }

    /// Opens a section and returns its number, or that of its parent where it is nested too deep.
    pub(super) fn section(
        &mut self,
        span: Range<usize>,
        label: &str,
        parent: Option<usize>,
    ) -> Option<usize> {
        let depth = parent
            .and_then(|parent| self.sections.get(parent))
            .map_or(0, |parent| parent.depth + 1);
        if depth >= DEEPEST_LABEL || label.is_empty() {
            return parent;
        }
        let label = label.chars().take(LONGEST_LABEL).collect();
        self.sections.push(Section { span, label, parent, depth });
        Some(self.sections.len() - 1)
    }

    /// The start of the line that `at` is on, if only white space stands between; else `at`.
    pub(super) fn line_start(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default().trim_end_matches([' ', '\t']);
        if before.is_empty() || before.ends_with('\n') { before.len() } else { at }
    }

    /// The innermost section around a span.
    pub(super) fn section_around(&self, span: &Range<usize>) -> Option<usize> {
        let mut found = self
            .sections
            .partition_point(|section| section.span.start <= span.start)
            .checked_sub(1);
        while let Some(section) = found.and_then(|number| self.sections.get(number)) {
            if section.span.end >= span.end {
                break;
            }
            found = section.parent;
        }
        found
    }
}

pub(super) fn of(document: &Extracted) -> Outline<'_> {
    let text = document.text.as_str();
    match document.kind {
        Kind::Markdown | Kind::Html | Kind::Docx | Kind::Notebook => prose::markdown(text),
        Kind::Pdf => prose::pages(text),
        Kind::Text => prose::plain(text),
        Kind::Source => syntax::read(text, document.language.map(Grammar::of_language).as_ref()),
        Kind::Json => syntax::read(text, Some(&Grammar::json())),
        Kind::Yaml => {
            syntax::read(text, Some(Grammar::yaml()).filter(|_| yaml_is_shallow(text)).as_ref())
        }
        Kind::Toml => syntax::read(text, Some(&Grammar::toml())),
    }
}
/// The grammar of YAML keeps its open levels in a kilobyte, and ends the process past about 250 of
/// them. A level of a block takes a column, and one column holds two; one in a line, a bracket.
fn yaml_is_shallow(text: &str) -> bool {
    const DEEPEST: usize = 100;
    let before_words = |line: &str| line.find(|sign| !" -?:[{&!|>".contains(sign));
    let column = text.lines().map(|line| before_words(line).unwrap_or(line.len())).max();
    let mut open: usize = 0;
    let brackets = text.bytes().map(|byte| {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        open
    });
    column.unwrap_or(0) <= DEEPEST && brackets.max().unwrap_or(0) <= DEEPEST
}
