//! JSON and TOML: documents of keys, three levels deep.

use std::sync::OnceLock;

use super::{Language, Source};
use crate::resolve::Nowhere;

pub(super) static JSON: Language = keys(
    "json",
    "codegraph/json",
    &["json"],
    || tree_sitter_json::LANGUAGE.into(),
    include_str!("../queries/json.scm"),
);

pub(super) static TOML: Language = keys(
    "toml",
    "codegraph/toml",
    &["toml"],
    || tree_sitter_toml_ng::LANGUAGE.into(),
    include_str!("../queries/toml.scm"),
);

const fn keys(
    name: &'static str,
    extractor: &'static str,
    extensions: &'static [&'static str],
    grammar: fn() -> tree_sitter::Language,
    query: &'static str,
) -> Language {
    Language {
        name,
        extractor,
        extensions,
        file_names: &[],
        interpreters: &[],
        source: Source::Syntax { grammar, query, import: |_, _| {}, reader: OnceLock::new() },
        separator: ".",
        instance_names: &[],
        class_names: &[],
        super_names: &[],
        has_bare_members: false,
        visibility: |_, _| None,
        kind: |declared| declared.kind,
        locate: &Nowhere,
    }
}
