//! Swift: what a target declares is seen in all its files.

use std::sync::OnceLock;

use wire::graph::NodeKind;

use super::{Declared, Language, Source};
use crate::resolve::spaces::{Family, Packages};

pub(super) static SWIFT: Language = Language {
    name: "swift",
    extractor: "codegraph/swift",
    extensions: &["swift"],
    file_names: &[],
    interpreters: &[],
    source: Source::Syntax {
        grammar: || tree_sitter_swift::LANGUAGE.into(),
        query: include_str!("../queries/swift.scm"),
        import: |_, _| {},
        reader: OnceLock::new(),
    },
    separator: ".",
    instance_names: &["self"],
    class_names: &["Self"],
    super_names: &["super"],
    has_bare_members: true,
    visibility,
    kind,
    locate: &Packages(Family::Swift, "#"),
};

fn visibility(_name: &str, modifiers: &str) -> Option<&'static str> {
    let word = |wanted: &&&str| modifiers.split_whitespace().any(|word| word == **wanted);
    let found = ["open", "public", "fileprivate", "private"].iter().find(word);
    Some(found.copied().unwrap_or("internal"))
}

fn kind(declared: &Declared<'_>) -> NodeKind {
    let is_method = declared.kind == NodeKind::Method && declared.name.starts_with("test");
    if is_method && declared.path.contains("Tests") { NodeKind::Test } else { declared.kind }
}
