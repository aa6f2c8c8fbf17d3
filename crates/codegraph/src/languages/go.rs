//! Go: packages are folders, what begins with a capital is exported.

use std::sync::OnceLock;

use tree_sitter::Node;
use wire::graph::NodeKind;

use super::{Declared, Language, Source};
use crate::{draft::{Draft, NewImport}, resolve::spaces::{Family, Packages}};

pub(super) static GO: Language = Language {
    name: "go",
    extractor: "codegraph/go",
    extensions: &["go"],
    file_names: &[],
    interpreters: &[],
    source: Source::Syntax {
        grammar: || tree_sitter_go::LANGUAGE.into(),
        query: include_str!("../queries/go.scm"),
        import,
        reader: OnceLock::new(),
    },
    separator: ".",
    instance_names: &[],
    class_names: &[],
    super_names: &[],
    has_bare_members: false,
    visibility,
    kind,
    locate: &Packages(Family::Go, "."),
};

fn visibility(name: &str, _modifiers: &str) -> Option<&'static str> {
    let is_exported = name.chars().next().is_some_and(char::is_uppercase);
    Some(if is_exported { "exported" } else { "package" })
}

fn kind(declared: &Declared<'_>) -> NodeKind {
    let is_test_file = declared.path.ends_with("_test.go");
    let is_test = ["Test", "Benchmark", "Example", "Fuzz"]
        .iter()
        .any(|start| declared.name.starts_with(start));
    let is_function = declared.kind == NodeKind::Function;
    if is_function && is_test_file && is_test { NodeKind::Test } else { declared.kind }
}

/// Without a name of its own a package is called as its path ends, a version left out.
fn import(node: Node<'_>, draft: &mut Draft<'_>) {
    let Some(path) = node.child_by_field_name("path") else { return };
    let module = draft.text(path).trim_matches(['"', '`']);
    let name = node.child_by_field_name("name").map(|name| draft.text(name));
    let mut parts = module.rsplit('/');
    let is_version = |part: &&str| {
        part.strip_prefix('v').is_some_and(|rest| rest.parse::<u32>().is_ok())
    };
    let last = parts.find(|part| !is_version(part));
    let local = match name {
        Some("_" | ".") => None,
        Some(name) => Some(name),
        None => last.and_then(|last| last.split('.').next()),
    };
    let is_wildcard = name == Some(".");
    draft.import(node, &NewImport { module, local, is_wildcard, ..NewImport::default() });
}
