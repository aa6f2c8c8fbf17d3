//! JSON, TOML and YAML: documents of keys, three levels deep.

use std::sync::OnceLock;

use wire::graph::NodeKind;

use super::{Declared, Language, Source};
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

pub(super) static YAML: Language = keys(
    "yaml",
    "codegraph/yaml",
    &["yaml", "yml"],
    || tree_sitter_yaml::LANGUAGE.into(),
    include_str!("../queries/yaml.scm"),
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
        kind,
        locate: &Nowhere,
    }
}

/// What stands under `services` is one only where containers are composed.
fn kind(declared: &Declared<'_>) -> NodeKind {
    let file_name = declared.path.rsplit('/').next().unwrap_or(declared.path);
    match declared.kind {
        NodeKind::Service if !file_name.contains("compose") => NodeKind::Section,
        kind => kind,
    }
}
