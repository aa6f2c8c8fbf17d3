//! Rust: modules are files and `mod` blocks, members stand in `impl` blocks.

use std::sync::OnceLock;

use tree_sitter::Node;
use wire::graph::NodeKind;

use super::{Declared, Language, Source};
use crate::{draft::{Draft, NewImport}, resolve::rust::Modules};

pub(super) static RUST: Language = Language {
    name: "rust",
    extractor: "codegraph/rust",
    extensions: &["rs"],
    file_names: &[],
    interpreters: &[],
    source: Source::Syntax {
        grammar: || tree_sitter_rust::LANGUAGE.into(),
        query: include_str!("../queries/rust.scm"),
        import,
        reader: OnceLock::new(),
    },
    separator: "::",
    instance_names: &["self"],
    class_names: &["Self"],
    super_names: &[],
    has_bare_members: false,
    visibility,
    kind,
    locate: &Modules,
};

fn visibility(_name: &str, modifiers: &str) -> Option<&'static str> {
    let word = |wanted: &str| modifiers.split([' ', '\n']).any(|word| word == wanted);
    Some(match modifiers {
        _ if word("pub") => "pub",
        _ if modifiers.contains("pub(crate)") => "pub(crate)",
        _ if modifiers.contains("pub(super)") => "pub(super)",
        _ if modifiers.contains("pub(") => "pub(in)",
        _ => "private",
    })
}

fn kind(declared: &Declared<'_>) -> NodeKind {
    let is_function = matches!(declared.kind, NodeKind::Function | NodeKind::Method);
    let is_test = ["#[test]", "#[tokio::test", "#[rstest", "#[sqlx::test", "#[test_case"]
        .iter()
        .any(|attribute| declared.modifiers.contains(attribute));
    if is_function && is_test { NodeKind::Test } else { declared.kind }
}

/// `use a::{b, c as d}`, and `mod a;`.
fn import(node: Node<'_>, draft: &mut Draft<'_>) {
    let blocks = blocks_around(node, draft);
    let mut cursor = node.walk();
    let is_exported = node.kind() == "mod_item"
        || node.children(&mut cursor).any(|child| child.kind() == "visibility_modifier");
    if let Some(name) = node.child_by_field_name("name") {
        let name = draft.text(name);
        let module = format!("{}::{name}", ["self"].into_iter().chain(blocks).collect::<Vec<_>>().join("::"));
        let import = NewImport { local: Some(name), is_exported, ..NewImport::default() };
        return draft.import_from(node, module, &import);
    }
    if let Some(argument) = node.child_by_field_name("argument") {
        let tree = UseTree { blocks, is_exported };
        tree.read(argument, "", draft);
    }
}

/// The `mod` blocks of the file around a place, the outermost first.
fn blocks_around<'a>(node: Node<'_>, draft: &Draft<'a>) -> Vec<&'a str> {
    let mut blocks = Vec::new();
    let mut at = node.parent();
    while let Some(outer) = at {
        if outer.kind() == "mod_item" {
            blocks.extend(outer.child_by_field_name("name").map(|name| draft.text(name)));
        }
        at = outer.parent();
    }
    blocks.reverse();
    blocks
}

struct UseTree<'a> {
    blocks: Vec<&'a str>,
    is_exported: bool,
}

impl<'a> UseTree<'a> {
    fn read(&self, node: Node<'_>, prefix: &str, draft: &mut Draft<'a>) {
        let path = |node: Option<Node<'_>>, draft: &Draft<'a>| {
            join(prefix, node.map(|node| draft.text(node)).unwrap_or_default())
        };
        match node.kind() {
            "use_list" => {
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    self.read(child, prefix, draft);
                }
            }
            "scoped_use_list" => {
                let prefix = path(node.child_by_field_name("path"), draft);
                if let Some(list) = node.child_by_field_name("list") {
                    self.read(list, &prefix, draft);
                }
            }
            "use_wildcard" => {
                let module = path(node.named_child(0), draft);
                let import = NewImport { is_wildcard: true, ..NewImport::default() };
                self.add(node, &module, &import, draft);
            }
            "use_as_clause" => {
                let whole = path(node.child_by_field_name("path"), draft);
                let alias = node.child_by_field_name("alias").map(|alias| draft.text(alias));
                self.name(node, &whole, alias.filter(|alias| *alias != "_"), draft);
            }
            "self" => self.name(node, prefix, prefix_name(prefix, draft), draft),
            _ => self.name(node, &path(Some(node), draft), last(draft.text(node)), draft),
        }
    }

    fn name(&self, node: Node<'_>, whole: &str, local: Option<&'a str>, draft: &mut Draft<'a>) {
        let import = NewImport { local, ..NewImport::default() };
        self.add(node, whole, &import, draft);
    }

    /// As seen from the file, whatever block it stands in.
    fn add(&self, node: Node<'_>, path: &str, import: &NewImport<'a>, draft: &mut Draft<'a>) {
        let mut parts: Vec<&str> = path.split("::").collect();
        let mut blocks = self.blocks.clone();
        while parts.first() == Some(&"super") && !blocks.is_empty() {
            parts.remove(0);
            blocks.pop();
            if parts.first() != Some(&"super") || blocks.is_empty() {
                let is_outside = parts.first() == Some(&"super");
                if !is_outside {
                    let inside = ["self"].into_iter().chain(blocks.iter().copied());
                    parts = inside.chain(parts).collect();
                }
                break;
            }
        }
        let import = NewImport { is_exported: self.is_exported, ..*import };
        draft.import_from(node, parts.join("::"), &import);
    }
}

fn join(prefix: &str, path: &str) -> String {
    let path: String = path.chars().filter(|letter| !letter.is_whitespace()).collect();
    if prefix.is_empty() { path } else { format!("{prefix}::{path}") }
}

fn last(path: &str) -> Option<&str> {
    path.rsplit("::").next().map(str::trim)
}

/// The part of the text that is the last name of a prefix.
fn prefix_name<'a>(prefix: &str, draft: &Draft<'a>) -> Option<&'a str> {
    let name = last(prefix)?;
    let at = draft.text.find(name)?;
    draft.text.get(at..at + name.len())
}
