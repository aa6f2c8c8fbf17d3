//! Ruby: what is required is seen everywhere.

use std::sync::OnceLock;

use wire::graph::NodeKind;

use super::{Declared, Language, Source};
use crate::resolve::spaces::Paths;

pub(super) static RUBY: Language = Language {
    name: "ruby",
    extractor: "codegraph/ruby",
    extensions: &["rb", "rake", "gemspec"],
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
    visibility: |_, _| None,
    kind,
    locate: &Paths(&["", ".rb"]),
};

fn kind(declared: &Declared<'_>) -> NodeKind {
    let is_test = declared.kind == NodeKind::Method && declared.name.starts_with("test_");
    if is_test { NodeKind::Test } else { declared.kind }
}
