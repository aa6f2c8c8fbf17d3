use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use unicode_segmentation::UnicodeSegmentation;

use super::outline::{Level, Outline};
use crate::extract::PAGE_HEADING;

/// A paragraph of more bytes is no prose: its lines and words are cut, not its sentences.
const LONGEST_PARAGRAPH: usize = 64 << 10;

/// A first line of more bytes is a paragraph.
const LONGEST_TITLE: usize = 200;

/// Markers of quotes and lists before a block are looked for in so many bytes before it.
const MARKER_BYTES: usize = 256;

/// After these a full stop ends no sentence.
const ABBREVIATIONS: &[&str] = &[
    "al", "approx", "bzw", "ca", "cf", "dr", "e.g", "eq", "fig", "i.e", "inc", "jr", "mr", "mrs",
    "ms", "no", "nr", "prof", "resp", "sec", "sr", "st", "vs", "z.b",
];

/// Plain text: paragraphs between blank lines, sentences in them. A title stands over all of them.
pub(super) fn plain(text: &str) -> Outline<'_> {
    let mut outline = Outline::new(text);
    let title = text_title(text);
    // The title is cut from the text below it only where a line must be cut.
    let below = title.map_or(0, |title| {
        let end = text.len() - text.trim_start().len() + title.len();
        let gap = text.get(end..).map_or(0, |rest| rest.len() - rest.trim_start().len());
        outline.section(0..text.len(), title, None);
        end + gap
    });
    paragraphs(&mut outline, below..text.len());
    outline
}

/// The first line of a plain text, when it is short and a blank line sets it off from what follows.
pub(crate) fn text_title(text: &str) -> Option<&str> {
    let (title, below) = text.trim_start().split_once('\n')?;
    let is_set_off = below.lines().next().is_some_and(|line| line.trim().is_empty());
    let title = title.trim_end();
    let is_title = title.len() <= LONGEST_TITLE && is_set_off && !below.trim().is_empty();
    is_title.then_some(title)
}

/// The pages of a PDF, each plain text.
pub(super) fn pages(text: &str) -> Outline<'_> {
    let mut outline = Outline::new(text);
    let starts: Vec<usize> = lines(text, 0..text.len())
        .filter(|line| is_page_heading(text, line))
        .map(|line| line.start)
        .collect();
    let ends = starts.iter().copied().skip(1).chain([text.len()]);
    for (start, end) in starts.iter().copied().zip(ends) {
        let heading = text.get(start..end).and_then(|page| page.lines().next()).unwrap_or_default();
        outline.cut(start, Level::Section);
        outline.section(start..end, heading.trim_start_matches("# "), None);
        // The heading is cut from the text below it only where a line must be cut.
        let below = text.get(start + heading.len()..end).unwrap_or_default();
        paragraphs(&mut outline, end - below.trim_start().len()..end);
    }
    outline
}

fn is_page_heading(text: &str, line: &Range<usize>) -> bool {
    let number = text.get(line.clone()).and_then(|line| line.strip_prefix(PAGE_HEADING));
    number.is_some_and(|number| number.trim_end().parse::<u32>().is_ok())
}

fn paragraphs(outline: &mut Outline<'_>, span: Range<usize>) {
    let text = outline.text;
    let mut start = span.start;
    let mut after_blank = false;
    for line in lines(text, span.clone()) {
        let blank = text.get(line.clone()).unwrap_or_default().trim().is_empty();
        if after_blank && !blank {
            outline.block(line.start, 0);
            paragraph(outline, start..line.start);
            start = line.start;
        }
        after_blank = blank;
    }
    paragraph(outline, start..span.end);
}

/// The lines of a part of the text, line breaks included.
fn lines(text: &str, span: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut start = span.start;
    text.get(span).unwrap_or_default().split_inclusive('\n').map(move |line| {
        start += line.len();
        start - line.len()..start
    })
}

fn paragraph(outline: &mut Outline<'_>, span: Range<usize>) {
    let text = outline.text.get(span.clone()).unwrap_or_default();
    if text.len() > LONGEST_PARAGRAPH {
        return;
    }
    let mut before = "";
    for (at, sentence) in text.split_sentence_bound_indices() {
        if at > 0 && !ends_in_abbreviation(before) {
            outline.cut(span.start + at, Level::Sentence);
        }
        before = sentence;
    }
    outline.prose.push(span);
}

/// Whether the full stop at the end belongs to an abbreviation or to an initial.
fn ends_in_abbreviation(sentence: &str) -> bool {
    let Some(sentence) = sentence.trim_end().strip_suffix('.') else { return false };
    let word = sentence.rsplit([' ', '\n', '\t', '(', '"']).next().unwrap_or_default();
    let is_initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    is_initial || ABBREVIATIONS.contains(&word.to_lowercase().as_str())
}

/// Markdown: headings make sections, blocks are cut from blocks, a paragraph at its sentences.
pub(super) fn markdown(text: &str) -> Outline<'_> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
    let mut reader = MarkdownReader {
        outline: Outline::new(text),
        depth: 0,
        heading: None,
        headings: Vec::new(),
        is_below_heading: false,
    };
    for (event, span) in Parser::new_ext(text, options).into_offset_iter() {
        reader.read(event, span);
    }
    let mut outline = reader.outline;
    sections(&mut outline, &reader.headings);
    outline
}

struct Heading {
    span: Range<usize>,
    level: HeadingLevel,
    label: String,
}

struct MarkdownReader<'a> {
    outline: Outline<'a>,
    depth: usize,
    /// The heading whose text is being read.
    heading: Option<Heading>,
    headings: Vec<Heading>,
    /// Whether nothing came after the last heading yet.
    is_below_heading: bool,
}

impl MarkdownReader<'_> {
    fn read(&mut self, event: Event<'_>, span: Range<usize>) {
        match event {
            Event::Start(tag) => {
                self.start(&tag, span);
                self.depth += 1;
            }
            Event::End(tag) => {
                self.depth = self.depth.saturating_sub(1);
                if matches!(tag, TagEnd::Heading(_)) {
                    self.headings.extend(self.heading.take());
                    self.is_below_heading = true;
                }
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut self.heading {
                    heading.label.push_str(&text);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some(heading) = &mut self.heading {
                    heading.label.push(' ');
                }
            }
            Event::Rule => self.block(span.start),
            Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::Html(_)
            | Event::InlineHtml(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => {}
        }
    }

    /// Cuts before a block. The first below a heading stays with it as long as one of its parts can,
    /// for a heading alone says nothing; a fence has no such parts.
    fn block(&mut self, at: usize) {
        if !std::mem::take(&mut self.is_below_heading) {
            self.outline.block(at, self.depth);
        }
    }

    /// Where the line of a block starts: the markers of the quotes and lists it is in stay with it.
    fn line_start(&self, at: usize) -> usize {
        let text = self.outline.text;
        let from = text.floor_char_boundary(at.saturating_sub(MARKER_BYTES));
        match text.get(from..at).and_then(|before| before.rfind('\n')) {
            Some(line_break) => from + line_break + 1,
            None if from == 0 => 0,
            None => at,
        }
    }

    fn start(&mut self, tag: &Tag<'_>, span: Range<usize>) {
        let start = self.line_start(span.start);
        match *tag {
            Tag::Heading { level, .. } if self.depth == 0 => {
                self.heading = Some(Heading { span: start..span.end, level, label: String::new() });
            }
            Tag::Paragraph => {
                self.block(start);
                paragraph(&mut self.outline, span);
            }
            Tag::CodeBlock(_) => {
                self.is_below_heading = false;
                self.block(start);
            }
            Tag::Heading { .. }
            | Tag::BlockQuote(_)
            | Tag::HtmlBlock
            | Tag::List(_)
            | Tag::Item
            | Tag::FootnoteDefinition(_)
            | Tag::Table(_)
            | Tag::TableHead
            | Tag::TableRow
            | Tag::MetadataBlock(_) => self.block(start),
            Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::TableCell
            | Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::Link { .. }
            | Tag::Image { .. } => {}
        }
    }
}

/// Each heading opens a section up to the next of its level or above. A heading with nothing under
/// it goes with the section that follows.
fn sections(outline: &mut Outline<'_>, headings: &[Heading]) {
    let mut open: Vec<(HeadingLevel, Option<usize>)> = Vec::new();
    let mut start = 0;
    let mut body = 0;
    for (index, heading) in headings.iter().enumerate() {
        let has_body =
            outline.text.get(body..heading.span.start).is_some_and(|body| !body.trim().is_empty());
        if has_body || index == 0 {
            start = heading.span.start;
            outline.cut(start, Level::Section);
        } else {
            outline.cut(heading.span.start, Level::Block(0));
        }
        body = heading.span.end;
        let rest = headings.get(index + 1..).unwrap_or_default();
        let end = rest
            .iter()
            .find(|next| next.level <= heading.level)
            .map_or(outline.text.len(), |next| next.span.start);
        open.retain(|(level, _)| *level < heading.level);
        let parent = open.last().and_then(|(_, section)| *section);
        let section = outline.section(start..end, heading.label.trim(), parent);
        open.push((heading.level, section));
    }
}
