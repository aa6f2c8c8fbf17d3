//! SQL: the files of a folder are one schema, as migrations are.

use std::sync::OnceLock;

use super::{Language, Source};
use crate::resolve::spaces::{Family, Packages};

pub(super) static SQL: Language = Language {
    name: "sql",
    extractor: "codegraph/sql",
    extensions: &["sql"],
    file_names: &[],
    interpreters: &[],
    source: Source::Syntax {
        grammar: || tree_sitter_sequel::LANGUAGE.into(),
        query: include_str!("../queries/sql.scm"),
        import: |_, _| {},
        reader: OnceLock::new(),
    },
    separator: ".",
    instance_names: &[],
    class_names: &[],
    super_names: &[],
    has_bare_members: false,
    visibility: |_, _| None,
    kind: |declared| declared.kind,
    locate: &Packages(Family::Sql, "#"),
};
