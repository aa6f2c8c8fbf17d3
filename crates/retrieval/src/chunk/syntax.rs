//! Source code and structured text, by their syntax trees.

use std::ops::{ControlFlow, Range};

use tree_sitter::{Node, ParseOptions, Parser, Tree};

use super::{
    grammar::{Definition, Grammar, Name, WRAPPERS, leads},
    outline::Outline,
};

/// A larger text is cut by its lines: its tree would take some hundred times its bytes.
const LARGEST_PARSED: usize = 8 << 20;

/// A node of fewer bytes has nothing inside that is worth a cut.
const SMALLEST_OPENED: usize = 64;

/// The outline of source code or structured text. Without a grammar, or where parsing takes too
/// much, by lines, blank lines and indentation.
pub(super) fn read<'a>(text: &'a str, grammar: Option<&Grammar>) -> Outline<'a> {
    let mut outline = Outline::new(text);
    match grammar.and_then(|grammar| Some((grammar, parse(text, grammar)?))) {
        Some((grammar, tree)) => walk(&mut outline, grammar, &tree),
        None => by_indentation(&mut outline),
    }
    outline
}

/// The parser calls back once per hundred operations, of which it needs about one for each token.
/// Counting them, not the time, gives the same chunks on every machine.
fn parse(text: &str, grammar: &Grammar) -> Option<Tree> {
    if text.len() > LARGEST_PARSED {
        return None;
    }
    let mut calls_left = 10_000 + text.len() / 16;
    let mut progress = |_: &_| {
        calls_left = calls_left.saturating_sub(1);
        if calls_left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let mut parser = Parser::new();
    parser.set_language(&grammar.language).ok()?;
    let options = ParseOptions::new().progress_callback(&mut progress);
    parser.parse_with_options(
        &mut |at, _| text.as_bytes().get(at..).unwrap_or_default(),
        None,
        Some(options),
    )
}

/// An open node, seen from its children.
#[derive(Default)]
struct Open {
    section: Option<usize>,
    start: usize,
    /// Where a definition inside begins to the reader, until there was one.
    wrapper: Option<usize>,
    /// Comments and attributes right before the next child.
    lead: Option<Range<usize>>,
}

/// Visits the nodes in order, with a stack of its own, for trees are as deep as strangers like.
fn walk(outline: &mut Outline<'_>, grammar: &Grammar, tree: &Tree) {
    let mut cursor = tree.walk();
    let mut open = vec![Open::default()];
    loop {
        let node = cursor.node();
        let inner = visit(outline, grammar, node, &mut open);
        if let Some(inner) = inner.filter(|_| cursor.goto_first_child()) {
            open.push(inner);
            continue;
        }
        while !cursor.goto_next_sibling() {
            open.pop();
            if !cursor.goto_parent() {
                return;
            }
        }
    }
}

/// Cuts before a node and names it; how to go on inside, if that is worth it.
fn visit(
    outline: &mut Outline<'_>,
    grammar: &Grammar,
    node: Node<'_>,
    open: &mut [Open],
) -> Option<Open> {
    let depth = open.len() - 1;
    let parent = open.last_mut()?;
    let is_lead = leads(node.kind());
    if !is_lead && !node.is_named() {
        return None;
    }
    let adjacent = |lead: &Range<usize>| is_adjacent(outline.text, lead.end, node.start_byte());
    let lead = parent.lead.take().filter(adjacent);
    let mut start = lead.as_ref().map_or(node.start_byte(), |lead| lead.start);
    // What begins with its lead, its wrapper or its parent was cut there already.
    if lead.is_none() && parent.wrapper.is_none() && start != parent.start {
        cut(outline, grammar, start, depth);
    }
    if is_lead {
        parent.lead = Some(start..node.end_byte());
        return None;
    }
    let mut section = parent.section;
    if let Some(label) = label(grammar, node, outline.text) {
        start = parent.wrapper.take().unwrap_or(start);
        let span = outline.line_start(start)..node.end_byte();
        section = outline.section(span, &label, section);
    }
    let wrapper = WRAPPERS.contains(&node.kind()).then(|| parent.wrapper.unwrap_or(start));
    let is_worth_opening = depth == 0 || node.byte_range().len() > SMALLEST_OPENED;
    is_worth_opening.then_some(Open { section, start, wrapper, lead: None })
}

/// Cuts at the start of the line, or right here in structured text.
fn cut(outline: &mut Outline<'_>, grammar: &Grammar, at: usize, depth: usize) {
    let line = outline.line_start(at);
    let starts_line = line == 0 || outline.text.as_bytes().get(line - 1) == Some(&b'\n');
    if starts_line || grammar.is_structured_text {
        outline.block(line, depth);
    }
}

fn is_adjacent(text: &str, end: usize, start: usize) -> bool {
    let gap = text.get(end..start).unwrap_or_default();
    gap.trim().is_empty() && gap.matches('\n').count() <= 1
}

/// What a heading calls a definition; `None` if the node is none.
fn label(grammar: &Grammar, node: Node<'_>, text: &str) -> Option<String> {
    let Definition(_, keyword, name) =
        grammar.definitions.iter().find(|definition| definition.0 == node.kind())?;
    let field =
        |field| node.child_by_field_name(field).and_then(|node| text.get(node.byte_range()));
    let name = match name {
        Name::Field => field("name")?.to_owned(),
        Name::OfFunction => {
            let value = node.child_by_field_name("value")?.kind();
            if !(value.contains("function") || value.contains("class")) {
                return None;
            }
            field("name")?.to_owned()
        }
        Name::Implementation => match field("trait") {
            Some(implemented) => format!("{implemented} for {}", field("type")?),
            None => field("type")?.to_owned(),
        },
        Name::Method => format!("{} {}", field("receiver")?, field("name")?),
        Name::Declarator => declared(node, text)?.to_owned(),
        Name::Key => field("key")?.trim_matches(['"', '\'']).to_owned(),
        Name::FirstChild => {
            text.get(node.named_child(0)?.byte_range())?.trim_matches(['"', '\'']).to_owned()
        }
    };
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(if keyword.is_empty() { name } else { format!("{keyword} {name}") })
}

/// The name inside a declarator such as `*(*name)(int)`.
fn declared<'a>(node: Node<'_>, text: &'a str) -> Option<&'a str> {
    let mut declarator = node.child_by_field_name("declarator")?;
    while let Some(inner) = declarator.child_by_field_name("declarator") {
        declarator = inner;
    }
    text.get(declarator.byte_range())
}

/// A line after a blank one starts a block, the gentler the less it is indented.
fn by_indentation(outline: &mut Outline<'_>) {
    let mut at = 0;
    let mut after_blank = false;
    for line in outline.text.split_inclusive('\n') {
        let visible = line.trim_start().len();
        if visible > 0 {
            let indentation = line.len() - visible;
            if after_blank {
                outline.block(at, indentation);
            }
        }
        after_blank = visible == 0;
        at += line.len();
    }
}
