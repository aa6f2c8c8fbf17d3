//! What was found in one file, while it is still by place and not by scope.

use std::borrow::Cow;

use tree_sitter::Node;
use wire::graph::{EdgeKind, NodeKind};

use crate::{
    facts::{ContactKind, Facts},
    languages::Language,
    path,
};

/// A file as it is read. `'a` is its text.
pub(crate) struct Draft<'a> {
    pub path: &'a str,
    pub text: &'a str,
    pub language: &'static Language,
    pub facts: Facts,
    pub regions: Vec<Region<'a>>,
    pub marks: Vec<Mark<'a>>,
}

/// A part of the text with a scope of its own, or a declaration.
pub(crate) struct Region<'a> {
    pub start: u32,
    pub end: u32,
    pub lines: [u32; 2],
    pub what: RegionKind<'a>,
}

pub(crate) enum RegionKind<'a> {
    Declaration(Declaration<'a>),
    Container { owner: Cow<'a, str> },
    Block,
}

pub(crate) struct Declaration<'a> {
    pub name: Cow<'a, str>,
    /// Where the name begins.
    pub name_start: u32,
    pub kind: NodeKind,
    pub owner: Option<&'a str>,
    pub returns: Option<&'a str>,
    pub visibility: Option<&'a str>,
}

/// Something at one place, which belongs to the scope around it.
pub(crate) struct Mark<'a> {
    pub start: u32,
    pub end: u32,
    /// From 1.
    pub line: u32,
    pub what: MarkKind<'a>,
}

pub(crate) enum MarkKind<'a> {
    Mention {
        kind: EdgeKind,
        name: &'a str,
        receiver: Option<&'a str>,
    },
    /// What a document names: a file, a symbol, a section beside.
    Link {
        kind: EdgeKind,
        name: String,
    },
    Base {
        kind: EdgeKind,
    },
    Local {
        name: &'a str,
        hint: Option<Given<'a>>,
    },
    Member {
        name: &'a str,
        receiver: Option<&'a str>,
        hint: Option<Given<'a>>,
    },
    /// A value under the name by which others import it.
    Shown {
        name: &'a str,
        hint: Option<Given<'a>>,
    },
    /// A parameter of a function that is itself an argument: of what is called, at this place.
    Argument {
        name: &'a str,
        callee: &'a str,
        place: [usize; 2],
    },
    /// What the function around takes at a place: of its own arguments, and of those of that one.
    Takes {
        place: [usize; 2],
        of: &'a str,
    },
    Import(NewImport<'a>),
    /// With a module that is not written in one piece.
    ImportFrom(String, NewImport<'a>),
    /// What follows in the class is as visible as it says.
    Section,
    Comment,
    Doc,
    Contact {
        kind: ContactKind,
        name: String,
        is_provided: bool,
    },
    Error,
}

/// What is written of a value.
#[derive(Clone, Copy)]
pub(crate) enum Given<'a> {
    Type(&'a str),
    Value(&'a str),
}

/// See [`crate::facts::Import`].
#[derive(Clone, Copy, Default)]
pub(crate) struct NewImport<'a> {
    pub module: &'a str,
    pub item: Option<&'a str>,
    pub local: Option<&'a str>,
    pub is_wildcard: bool,
    pub is_exported: bool,
}

impl<'a> Draft<'a> {
    pub(crate) fn new(path: &'a str, text: &'a str, language: &'static Language) -> Self {
        let facts = Facts {
            language: language.name.into(),
            lines: u32::try_from(text.lines().count()).unwrap_or(u32::MAX),
            ..Facts::default()
        };
        Self { path, text, language, facts, regions: Vec::new(), marks: Vec::new() }
    }

    pub(crate) fn text(&self, node: Node<'_>) -> &'a str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    pub(crate) fn slice(&self, start: u32, end: u32) -> &'a str {
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    pub(crate) fn mark(&mut self, node: Node<'_>, what: MarkKind<'a>) {
        let [start, end] = span(node);
        self.marks.push(Mark { start, end, line: line(node), what });
    }

    pub(crate) fn import(&mut self, node: Node<'_>, import: &NewImport<'a>) {
        self.mark(node, MarkKind::Import(*import));
    }

    pub(crate) fn import_from(&mut self, node: Node<'_>, module: String, import: &NewImport<'a>) {
        self.mark(node, MarkKind::ImportFrom(module, *import));
    }

    /// On something of the same file, whatever letters its name has.
    pub(crate) fn depends(&mut self, node: Node<'_>, name: &str) {
        let name = name.to_owned();
        self.mark(node, MarkKind::Link { kind: EdgeKind::DependsOn, name });
    }

    pub(crate) fn region(&mut self, node: Node<'_>, what: RegionKind<'a>) {
        self.region_to(node, node, what);
    }

    /// From the begin of one node to the end of another.
    pub(crate) fn region_to(&mut self, node: Node<'_>, end: Node<'_>, what: RegionKind<'a>) {
        let last = end.end_position();
        let ([start, _], [_, end]) = (span(node), span(end));
        // What ends with the line break does not reach into the next line.
        let is_past_line_break = last.column == 0 && end > start;
        let last = u32::try_from(last.row).unwrap_or(u32::MAX).saturating_add(1);
        let first = line(node);
        let last = if is_past_line_break { last.saturating_sub(1).max(first) } else { last };
        self.regions.push(Region { start, end, lines: [first, last], what });
    }

    /// A name that is used, alone or at the end of a path.
    pub(crate) fn mention(&mut self, node: Node<'_>, kind: EdgeKind, receiver: Option<&'a str>) {
        let text = self.text(node);
        let (receiver, name) = match receiver {
            Some(receiver) => (Some(receiver), text),
            None => path::split(text),
        };
        let name = name.trim_matches(['"', '`']);
        if !name.is_empty() && path::is_plain(name) {
            self.mark(node, MarkKind::Mention { kind, name, receiver });
        }
    }
}

fn span(node: Node<'_>) -> [u32; 2] {
    let place = |byte| u32::try_from(byte).unwrap_or(u32::MAX);
    [place(node.start_byte()), place(node.end_byte())]
}

fn line(node: Node<'_>) -> u32 {
    u32::try_from(node.start_position().row).unwrap_or(u32::MAX).saturating_add(1)
}
