//! From the bytes of a file to its facts.

use std::ops::ControlFlow;

use tree_sitter::{Node, QueryCursor, QueryCursorOptions, QueryMatch, StreamingIterator, Tree};
use wire::graph::{EdgeKind, NodeKind};

use crate::{
    captures::{Beside, Capture, Reader},
    contact,
    draft::{Declaration, Draft, Given, MarkKind, RegionKind},
    facts::{ContactKind, Facts},
    languages::{self, Language, Source},
    manifest,
    parse::parse,
};

/// Patterns that are begun at the same time. More come from nesting that no person writes.
const OPEN_MATCHES: u32 = 4_096;

/// The facts of one file; `None` if its language is not known or it is not text.
///
/// It never fails: what cannot be understood is among [`crate::Graph::problems`].
pub fn read(path: &str, bytes: &[u8]) -> Option<Facts> {
    let text = std::str::from_utf8(bytes).ok()?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let language = languages::of_file(path, text)?;
    let mut draft = Draft::new(path, text, language);
    draft.facts.manifest = manifest::read(path, text);
    match &language.source {
        Source::Plain(read) => read(&mut draft),
        Source::Syntax { import, .. } => {
            let reader = language.reader();
            match reader.and_then(|reader| Some((reader, Trees::of(text, language, reader)?))) {
                Some((reader, trees)) => {
                    query(&mut draft, reader, &trees.first, *import, None);
                    if let Some((others, first)) = &trees.others {
                        query(&mut draft, reader, others, *import, Some(first));
                    }
                }
                None => draft.facts.problems.push((None, "too large or too deep to parse".into())),
            }
        }
    }
    Some(draft.finish())
}

/// Whether a file has a syntax tree. Nothing else is done with it: what reading is measured beside.
pub fn parses(path: &str, bytes: &[u8]) -> bool {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let reader = languages::of_file(path, text).and_then(Language::reader);
    reader.and_then(|reader| parse(text.as_bytes(), &reader.grammar)).is_some()
}

/// What a text says.
struct Trees {
    first: Tree,
    /// Of the branches of `#if` that `first` does not know, and the text that it does.
    others: Option<(Tree, Vec<u8>)>,
}

impl Trees {
    /// As it stands, or by its branches if more is understood so.
    fn of(text: &str, language: &Language, reader: &Reader) -> Option<Self> {
        let whole = Self { first: parse(text.as_bytes(), &reader.grammar)?, others: None };
        if !whole.first.root_node().has_error() {
            return Some(whole);
        }
        let Some(branches) = language.branches(text) else { return Some(whole) };
        let Some(first) = parse(&branches.one, &reader.grammar) else { return Some(whole) };
        if not_understood(&first) >= not_understood(&whole.first) {
            return Some(whole);
        }
        let others = parse(&branches.others, &reader.grammar);
        Some(Self { first, others: others.map(|others| (others, branches.one)) })
    }
}

/// Of branches alone not all is a program: where the text between them belongs to it, a declaration
/// is not what it seems; what is not understood is no problem.
fn is_whole((capture, node): (Capture, Node<'_>), first: &[u8]) -> bool {
    match capture {
        Capture::Definition(NodeKind::Variable | NodeKind::Constant)
        | Capture::Container
        | Capture::Scope
        | Capture::Error => false,
        Capture::Definition(_) => {
            first.get(node.byte_range()).unwrap_or_default().iter().all(u8::is_ascii_whitespace)
        }
        _ => true,
    }
}

/// How many bytes are not understood; what is missing is one.
fn not_understood(tree: &Tree) -> usize {
    let mut bytes = 0;
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        let is_error = node.is_error() || node.is_missing();
        if is_error {
            bytes += node.byte_range().len().max(1);
        }
        if !is_error && node.has_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return bytes;
            }
        }
    }
}

fn query<'a>(
    draft: &mut Draft<'a>,
    reader: &Reader,
    tree: &Tree,
    import: fn(Node<'_>, &mut Draft<'_>),
    first: Option<&[u8]>,
) {
    let mut calls_left = 100_000 + draft.text.len();
    let mut progress = |_: &_| {
        calls_left = calls_left.saturating_sub(1);
        if calls_left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let mut cursor = QueryCursor::new();
    cursor.set_match_limit(OPEN_MATCHES);
    let options = QueryCursorOptions::new().progress_callback(&mut progress);
    let text = draft.text.as_bytes();
    let mut matches = cursor.matches_with_options(&reader.query, tree.root_node(), text, options);
    while let Some(found) = matches.next() {
        let found = Match::new(reader, found);
        if found.subject.is_some_and(|subject| first.is_none_or(|first| is_whole(subject, first))) {
            found.record(draft, import);
        }
    }
}

/// One match: its subject, and what stands beside it.
struct Match<'tree> {
    subject: Option<(Capture, Node<'tree>)>,
    beside: [Option<Node<'tree>>; BESIDE],
}

const BESIDE: usize = Beside::Consumed as usize + 1;

impl<'tree> Match<'tree> {
    fn new(reader: &Reader, found: &QueryMatch<'_, 'tree>) -> Self {
        let mut all = Self { subject: None, beside: [None; BESIDE] };
        for capture in found.captures() {
            match reader.captures.get(capture.index as usize) {
                Some(Capture::Beside(what)) => {
                    if let Some(slot) = all.beside.get_mut(*what as usize) {
                        *slot = Some(capture.node);
                    }
                }
                Some(Capture::Ignored) | None => {}
                Some(subject) if all.subject.is_none() => {
                    all.subject = Some((*subject, capture.node));
                }
                Some(_) => {}
            }
        }
        all
    }

    fn get<'a>(&self, what: Beside, draft: &Draft<'a>) -> Option<&'a str> {
        self.node(what).map(|node| draft.text(node))
    }

    fn node(&self, what: Beside) -> Option<Node<'tree>> {
        self.beside.get(what as usize).copied().flatten()
    }

    fn record<'a>(&self, draft: &mut Draft<'a>, import: fn(Node<'_>, &mut Draft<'_>)) {
        let Some((subject, node)) = self.subject else { return };
        let receiver = self.get(Beside::Receiver, draft);
        let name = draft.text(node);
        match subject {
            Capture::Definition(kind) => self.declare(node, kind, draft),
            Capture::Container => {
                let owner = self.get(Beside::Owner, draft).unwrap_or_default();
                draft.region(node, RegionKind::Container { owner: owner.into() });
            }
            Capture::Scope => draft.region(node, RegionKind::Block),
            Capture::Call => draft.mention(node, EdgeKind::Calls, receiver),
            Capture::Reference => draft.mention(node, EdgeKind::References, receiver),
            Capture::Extends => draft.mark(node, MarkKind::Base { kind: EdgeKind::Extends }),
            Capture::Implements => draft.mark(node, MarkKind::Base { kind: EdgeKind::Implements }),
            Capture::Depends => draft.depends(node, name),
            Capture::Local => draft.mark(node, MarkKind::Local { name, hint: self.hint(draft) }),
            Capture::Member => {
                draft.mark(node, MarkKind::Member { name, receiver, hint: self.hint(draft) });
            }
            Capture::Import => self.import(node, draft, import),
            Capture::Package => draft.facts.package = Some(name.into()),
            Capture::Section => draft.mark(node, MarkKind::Section),
            Capture::Comment => draft.mark(node, MarkKind::Comment),
            Capture::Doc => draft.mark(node, MarkKind::Doc),
            Capture::Route => self.route(node, draft),
            Capture::Publish => contact::by_name(node, ContactKind::Subject, true, draft),
            Capture::Subscribe => contact::by_name(node, ContactKind::Subject, false, draft),
            Capture::TableDefined => contact::by_name(node, ContactKind::Table, true, draft),
            Capture::TableRead => contact::by_name(node, ContactKind::Table, false, draft),
            Capture::Error => draft.mark(node, MarkKind::Error),
            Capture::Beside(_) | Capture::Ignored => {}
        }
    }

    fn declare(&self, node: Node<'_>, kind: NodeKind, draft: &mut Draft<'_>) {
        let Some(name_node) = self.node(Beside::Name) else { return };
        let declaration = Declaration {
            name: draft.text(name_node).trim_matches(['"', '\'', '`', ':']).into(),
            name_start: u32::try_from(name_node.start_byte()).unwrap_or(u32::MAX),
            kind,
            owner: self.get(Beside::Owner, draft),
            returns: self.get(Beside::Returns, draft),
            visibility: self.get(Beside::Visibility, draft),
        };
        draft.region(node, RegionKind::Declaration(declaration));
    }

    fn hint<'a>(&self, draft: &Draft<'a>) -> Option<Given<'a>> {
        let written = self.get(Beside::Type, draft).map(Given::Type);
        written.or_else(|| self.get(Beside::Value, draft).map(Given::Value))
    }

    fn import<'a>(
        &self,
        node: Node<'_>,
        draft: &mut Draft<'a>,
        read: fn(Node<'_>, &mut Draft<'_>),
    ) {
        let Some(module) = self.get(Beside::Module, draft) else { return read(node, draft) };
        let item = self.get(Beside::Item, draft);
        let import = crate::draft::NewImport {
            module: module.trim_matches(['"', '\'', '`', '<', '>']),
            item,
            local: self.get(Beside::Alias, draft).or(item),
            is_wildcard: self.node(Beside::Wildcard).is_some(),
            is_exported: false,
        };
        draft.import(node, &import);
    }

    fn route(&self, node: Node<'_>, draft: &mut Draft<'_>) {
        let Some(path) = self.get(Beside::Path, draft) else { return };
        let method = self.get(Beside::Method, draft).unwrap_or("get");
        let is_provided = self.node(Beside::Consumed).is_none();
        let Some(name) = contact::endpoint(method, path) else { return };
        let place = self.node(Beside::Name).unwrap_or(node);
        let kind = ContactKind::Endpoint;
        draft.mark(place, MarkKind::Contact { kind, name, is_provided });
    }
}
