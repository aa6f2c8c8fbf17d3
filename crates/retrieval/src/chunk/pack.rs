use std::ops::Range;

use super::{
    Budget, Chunk, HEADING_SEPARATOR,
    atom::{Atom, atoms},
    outline::{Level, Outline},
};

/// The model puts one token before and one after what it reads.
const SPECIAL_TOKENS: usize = 2;

/// A heading takes at most this part of the budget, and the overlap too.
const PART_FOR_HEADING: usize = 4;

/// A line or sentence of more than this part of the budget is cut into words before packing, so
/// that chunks fill up and the overlap is near what was asked for.
const PARTS_OF_CHUNK: usize = 8;

/// Brackets that close outer definitions are looked for in so many bytes at the end of a chunk.
const CLOSING_BYTES: usize = 128;

pub(super) fn pack(mut outline: Outline<'_>, budget: &Budget<'_>) -> Vec<Chunk> {
    let overlap = budget.overlap.min(budget.tokens / PART_FOR_HEADING);
    let atoms = atoms(&mut outline, budget.tokens / PARTS_OF_CHUNK, budget.count);
    let labels = label_tokens(&outline, budget);
    let line_starts = outline.text.match_indices('\n').map(|(at, _)| at + 1).collect();
    Packer { outline, atoms, labels, line_starts, tokens: budget.tokens, overlap }.pack()
}

/// The tokens of each section's own label with its separator.
fn label_tokens(outline: &Outline<'_>, budget: &Budget<'_>) -> Vec<usize> {
    let separator = (budget.count)(HEADING_SEPARATOR.trim());
    outline.sections.iter().map(|section| (budget.count)(&section.label) + separator).collect()
}

/// A text without what closes definitions at its end: brackets, and the word `end`.
fn without_closing(text: &str) -> &str {
    let open = text.trim_end_matches(|c: char| c.is_whitespace() || "})];,".contains(c));
    match open.strip_suffix("end") {
        Some(before) if before.ends_with(char::is_whitespace) => without_closing(before),
        _ => open,
    }
}

struct Packer<'a> {
    outline: Outline<'a>,
    atoms: Vec<Atom>,
    labels: Vec<usize>,
    line_starts: Vec<usize>,
    tokens: usize,
    overlap: usize,
}

impl Packer<'_> {
    /// Emits what fits and cuts what does not at its gentlest cuts, first to last. The ranges still
    /// to do wait on a stack of its own: nesting costs no call stack.
    fn pack(&self) -> Vec<Chunk> {
        let mut chunks = Vec::new();
        let mut previous = 0..0;
        let whole = 0..self.atoms.len() - 1;
        let mut waiting = vec![whole];
        while let Some(range) = waiting.pop() {
            let gentlest = self.inner(&range).iter().map(|atom| atom.level).min();
            match gentlest {
                Some(level) if level == Level::Section || !self.fits(&range, 0) => {
                    waiting.extend(self.groups(&range, level).into_iter().rev());
                }
                _ => {
                    let extended = self.with_overlap(&range, &previous);
                    chunks.extend(self.chunk(&extended));
                    previous = range;
                }
            }
        }
        chunks
    }

    /// The atoms of a range but its first: where it can be cut.
    fn inner(&self, range: &Range<usize>) -> &[Atom] {
        self.atoms.get(range.start + 1..range.end).unwrap_or_default()
    }

    /// The parts of a range between its cuts of a level, neighbours together as long as they fit.
    fn groups(&self, range: &Range<usize>, level: Level) -> Vec<Range<usize>> {
        let cuts = (range.start + 1..)
            .zip(self.inner(range))
            .filter(|(_, atom)| atom.level == level)
            .map(|(index, _)| index);
        let mut groups: Vec<Range<usize>> = Vec::new();
        let mut start = range.start;
        for end in cuts.chain([range.end]) {
            let joined = groups.last().map(|group| group.start..end).filter(|joined| {
                level != Level::Section && self.fits(joined, self.reserve(joined.start))
            });
            match (groups.last_mut(), joined) {
                (Some(group), Some(joined)) => *group = joined,
                _ => groups.push(start..end),
            }
            start = end;
        }
        groups
    }

    /// Tokens to leave free for the overlap with what comes before.
    fn reserve(&self, start: usize) -> usize {
        if self.continues_prose(start) { self.overlap } else { 0 }
    }

    /// Whether the atom before this one is prose of the same section.
    fn continues_prose(&self, start: usize) -> bool {
        let before = start.checked_sub(1).and_then(|before| self.atoms.get(before));
        before.is_some_and(|before| before.is_prose)
            && self.atoms.get(start).is_some_and(|atom| atom.level != Level::Section)
    }

    fn fits(&self, range: &Range<usize>, reserve: usize) -> bool {
        let (_, heading_tokens) = self.heading(range);
        self.tokens_of(range) + heading_tokens + SPECIAL_TOKENS + reserve <= self.tokens
    }

    fn tokens_of(&self, range: &Range<usize>) -> usize {
        let before = |index: usize| self.atoms.get(index).map_or(0, |atom| atom.tokens_before);
        before(range.end) - before(range.start)
    }

    /// The range begun earlier, in the prose of the chunk before it, by what the overlap allows.
    fn with_overlap(&self, range: &Range<usize>, previous: &Range<usize>) -> Range<usize> {
        let mut start = range.start;
        while start > previous.start + 1
            && self.continues_prose(start)
            && self.tokens_of(&(start - 1..range.start)) <= self.overlap
            && self.fits(&(start - 1..range.end), 0)
        {
            start -= 1;
        }
        start..range.end
    }

    fn chunk(&self, range: &Range<usize>) -> Option<Chunk> {
        let span = self.visible_span(range);
        if span.is_empty() {
            return None;
        }
        let (labels, _) = self.heading(range);
        let heading = labels.join(HEADING_SEPARATOR);
        Some(Chunk { lines: (self.line(span.start), self.line(span.end - 1)), span, heading })
    }

    /// The bytes of a range without the blank lines before it and the white space after it.
    fn visible_span(&self, range: &Range<usize>) -> Range<usize> {
        let at =
            |index: usize| self.atoms.get(index).map_or(self.outline.text.len(), |atom| atom.start);
        let (start, end) = (at(range.start), at(range.end));
        let text = self.outline.text.get(start..end).unwrap_or_default();
        let trimmed = text.trim_end();
        let indented = trimmed.len() - trimmed.trim_start().len();
        let blank = trimmed
            .get(..indented)
            .and_then(|blank| blank.rfind('\n'))
            .map_or(0, |line_break| line_break + 1);
        start + blank..start + trimmed.len()
    }

    /// The visible bytes without what may close an outer definition at the end.
    fn named_span(&self, range: &Range<usize>) -> Range<usize> {
        let span = self.visible_span(range);
        let text = self.outline.text.get(span.clone()).unwrap_or_default();
        let end = text
            .get(text.ceil_char_boundary(text.len().saturating_sub(CLOSING_BYTES))..)
            .unwrap_or_default();
        let closing = end.len() - without_closing(end).len();
        span.start..if closing < text.len() { span.end - closing } else { span.end }
    }

    /// The labels of the sections around a range, outermost first, and their tokens. Outer ones that
    /// are too much are left out.
    fn heading(&self, range: &Range<usize>) -> (Vec<&str>, usize) {
        let mut labels = Vec::new();
        let mut tokens = 0;
        let mut around = self.outline.section_around(&self.named_span(range));
        while let Some(number) = around {
            let (Some(section), Some(label)) =
                (self.outline.sections.get(number), self.labels.get(number))
            else {
                break;
            };
            if tokens + label > self.tokens / PART_FOR_HEADING {
                break;
            }
            tokens += label;
            labels.push(section.label.as_str());
            around = section.parent;
        }
        labels.reverse();
        (labels, tokens)
    }

    /// The line of a byte, from 1.
    fn line(&self, at: usize) -> u32 {
        let line = self.line_starts.partition_point(|&start| start <= at) + 1;
        u32::try_from(line).unwrap_or(u32::MAX)
    }
}
