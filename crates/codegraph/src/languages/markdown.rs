//! Markdown: a document, its sections, what it links to and what it promises.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd};
use wire::graph::{EdgeKind, NodeKind};

use super::{Language, Source};
use crate::{
    draft::{Declaration, Draft, Mark, MarkKind, Region, RegionKind},
    facts::Ghost,
    path,
    resolve::documents::{CODE, Documents},
};

pub(super) static MARKDOWN: Language = Language {
    name: "markdown",
    extractor: "codegraph/markdown",
    extensions: &["md", "markdown"],
    file_names: &[],
    interpreters: &[],
    source: Source::Plain(read),
    separator: " › ",
    instance_names: &[],
    class_names: &[],
    super_names: &[],
    has_bare_members: false,
    visibility: |_, _| None,
    kind: |declared| declared.kind,
    locate: &Documents,
};

/// A heading, until the next of its level or above.
struct Section {
    level: HeadingLevel,
    /// Of the heading.
    place: Range<usize>,
    title: Range<usize>,
}

fn read(draft: &mut Draft<'_>) {
    let text = draft.text;
    let lines = Lines::new(text);
    let mut sections: Vec<Section> = Vec::new();
    let mut is_heading = false;
    for (event, place) in Parser::new_ext(text, Options::ENABLE_TASKLISTS).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                is_heading = true;
                sections.push(Section { level, place, title: 0..0 });
            }
            Event::End(TagEnd::Heading(_)) => is_heading = false,
            Event::Text(_) | Event::Code(_) if is_heading => {
                if let Some(section) = sections.last_mut() {
                    let start =
                        if section.title.is_empty() { place.start } else { section.title.start };
                    section.title = start..place.end;
                }
            }
            Event::Start(Tag::Link { link_type: LinkType::Inline, dest_url, .. }) => {
                link(draft, &dest_url, &place, &lines);
            }
            Event::Code(code) if !is_heading => mention(draft, &code, &place, &lines),
            Event::TaskListMarker(false) => {
                let line = lines.of(place.start);
                let said = text.get(place.end..).and_then(|rest| rest.lines().next());
                let said = said.unwrap_or_default().trim();
                let tag = "requirement".into();
                draft.facts.ghosts.push(Ghost { tag, text: said.into(), line, scope: 0 });
            }
            _ => {}
        }
    }
    for (at, section) in sections.iter().enumerate() {
        let later = sections.iter().skip(at + 1).find(|later| later.level <= section.level);
        let end = later.map_or(text.len(), |later| later.place.start);
        draft.regions.extend(region(section, end, text, &lines));
    }
}

fn region<'a>(section: &Section, end: usize, text: &'a str, lines: &Lines) -> Option<Region<'a>> {
    let declaration = Declaration {
        name: text.get(section.title.clone())?.into(),
        name_start: number(section.title.start),
        kind: NodeKind::Section,
        owner: None,
        returns: None,
        visibility: None,
    };
    let last = lines.of(end.saturating_sub(1));
    Some(Region {
        start: number(section.place.start),
        end: number(end),
        lines: [lines.of(section.place.start), last],
        what: RegionKind::Declaration(declaration),
    })
}

/// To a file of the tree; what leads out of it is none of ours.
fn link(draft: &mut Draft<'_>, target: &str, place: &Range<usize>, lines: &Lines) {
    let path = target.split('#').next().unwrap_or(target);
    if path.is_empty() || path.contains(':') {
        return;
    }
    let name = path.to_owned();
    draft.marks.push(Mark {
        start: number(place.start),
        end: number(place.end),
        line: lines.of(place.start),
        what: MarkKind::Link { kind: EdgeKind::Documents, name },
    });
}

/// Something in backticks that may be the name of a symbol: `Client.get()`.
fn mention(draft: &mut Draft<'_>, code: &str, place: &Range<usize>, lines: &Lines) {
    let path = path::of_value(code);
    let path = path.trim_end_matches("()");
    if path != path::UNKNOWN && !path.contains('(') {
        let what = MarkKind::Link { kind: EdgeKind::Documents, name: format!("{CODE}{path}") };
        let [start, end] = [place.start, place.end].map(number);
        draft.marks.push(Mark { start, end, line: lines.of(place.start), what });
    }
}

fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// Where each line ends.
struct Lines(Vec<usize>);

impl Lines {
    fn new(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(at, _)| at).collect())
    }

    /// From 1.
    fn of(&self, place: usize) -> u32 {
        number(self.0.partition_point(|end| *end < place)).saturating_add(1)
    }
}
