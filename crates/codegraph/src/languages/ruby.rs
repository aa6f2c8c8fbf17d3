//! Ruby: files require files, modules hold constants.

use std::sync::OnceLock;

use wire::graph::NodeKind;

use super::{Declared, Language, Source};
use crate::resolve::ruby::Constants;

pub(super) static RUBY: Language = Language {
    name: "ruby",
    extractor: "codegraph/ruby",
    extensions: &["rb", "rake", "gemspec", "ru"],
    file_names: &["Gemfile", "Rakefile"],
    interpreters: &["ruby"],
    source: Source::Syntax {
        grammar: || tree_sitter_ruby::LANGUAGE.into(),
        query: include_str!("../queries/ruby.scm"),
        import: |_, _| {},
        reader: OnceLock::new(),
    },
    separator: "::",
    instance_names: &["self"],
    class_names: &[],
    super_names: &["super"],
    has_bare_members: true,
    visibility,
    kind,
    locate: &Constants,
};

/// By the section of the class, or by the word before the method.
fn visibility(_name: &str, modifiers: &str) -> Option<&'static str> {
    let word = |wanted: &&&str| modifiers.split_whitespace().any(|word| word == **wanted);
    Some(["private", "protected"].iter().find(word).copied().unwrap_or("public"))
}

fn kind(declared: &Declared<'_>) -> NodeKind {
    let is_test = declared.kind == NodeKind::Method && declared.name.starts_with("test_");
    if is_test { NodeKind::Test } else { declared.kind }
}
