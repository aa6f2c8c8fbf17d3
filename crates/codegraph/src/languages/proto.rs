//! Protobuf: files that name other files.

use std::sync::OnceLock;

use super::{Language, Source};
use crate::resolve::spaces::Paths;

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
