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

fn import(node: Node<'_>, draft: &mut Draft<'_>) {
    let Some(path) = node.child_by_field_name("path") else { return };
    let module = draft.text(path).trim_matches(['"', '<', '>']);
    let import =
        NewImport { module, is_wildcard: true, is_exported: true, ..NewImport::default() };
    draft.import(node, &import);
}
