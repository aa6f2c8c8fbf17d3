//! C and C++: what a header declares is seen by who includes it.

use std::sync::OnceLock;

use tree_sitter::Node;

use super::{Language, Source};
use crate::{
    draft::{Draft, NewImport},
    resolve::spaces::{Family, Packages},
};

pub(super) static C: Language = Language {
    name: "c",
    extractor: "codegraph/c",
    extensions: &["c"],
    file_names: &[],
    interpreters: &[],
    source: Source::Syntax {
        grammar: || tree_sitter_c::LANGUAGE.into(),
        query: include_str!("../queries/c.scm"),
        import,
        reader: OnceLock::new(),
    },
    separator: "::",
    instance_names: &[],
    class_names: &[],
    super_names: &[],
    has_bare_members: false,
    visibility,
    kind: |declared| declared.kind,
    locate: &Packages(Family::C, "::"),
};

pub(super) static CPP: Language = Language {
    name: "cpp",
    extractor: "codegraph/cpp",
    extensions: &["cc", "cpp", "cxx", "h", "hh", "hpp", "hxx", "ipp", "tpp", "cu", "cuh"],
    file_names: &[],
    interpreters: &[],
    source: Source::Syntax {
        grammar: || tree_sitter_cpp::LANGUAGE.into(),
        query: include_str!("../queries/cpp.scm"),
        import,
        reader: OnceLock::new(),
    },
    separator: "::",
    instance_names: &["this"],
    class_names: &[],
    super_names: &[],
    has_bare_members: true,
    visibility,
    kind: |declared| declared.kind,
    locate: &Packages(Family::C, "::"),
};

fn visibility(_name: &str, modifiers: &str) -> Option<&'static str> {
    let is_static = modifiers.split_whitespace().any(|word| word == "static");
    is_static.then_some("static")
}

/// `#include`, `using namespace a::b`, `using a::B`.
fn import(node: Node<'_>, draft: &mut Draft<'_>) {
    let include = node.child_by_field_name("path");
    let Some(path) = include.or_else(|| node.named_child(0)) else { return };
    let text = draft.text(path);
    let is_whole =
        include.is_some() || draft.text(node).split_whitespace().any(|word| word == "namespace");
    let (module, item) = match text.rsplit_once("::") {
        Some((module, name)) if !is_whole => (module, Some(name)),
        _ => (text.trim_matches(['"', '<', '>']), None),
    };
    let is_exported = include.is_some();
    let is_wildcard = is_whole;
    draft.import(node, &NewImport { module, item, local: item, is_wildcard, is_exported });
}
