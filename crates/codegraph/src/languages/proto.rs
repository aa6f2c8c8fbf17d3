//! Statements of SQL and messages of Protobuf: files that name other files.

use std::sync::OnceLock;

use super::{Language, Source};
use crate::resolve::spaces::Paths;

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
    locate: &Paths(&[""]),
};

pub(super) static PROTO: Language = Language {
    name: "proto",
    extractor: "codegraph/proto",
    extensions: &["proto"],
    file_names: &[],
    interpreters: &[],
    source: Source::Syntax {
        grammar: || tree_sitter_proto::LANGUAGE.into(),
        query: include_str!("../queries/proto.scm"),
        import: |_, _| {},
        reader: OnceLock::new(),
    },
    separator: ".",
    instance_names: &[],
    class_names: &[],
    super_names: &[],
    has_bare_members: true,
    visibility: |_, _| None,
    kind: |declared| declared.kind,
    locate: &Paths(&[""]),
};
