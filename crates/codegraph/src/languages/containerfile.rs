//! Dockerfile: each stage is a section, from its `FROM` to the next.

use std::sync::OnceLock;

use tree_sitter::Node;
use wire::graph::NodeKind;

use super::{Language, Source};
use crate::{
    draft::{Declaration, Draft, RegionKind},
    resolve::Nowhere,
};

pub(super) static CONTAINERFILE: Language = Language {
    name: "dockerfile",
    extractor: "codegraph/dockerfile",
    extensions: &["dockerfile", "Dockerfile"],
    file_names: &["Dockerfile", "Containerfile"],
    interpreters: &[],
    source: Source::Syntax {
        grammar: || tree_sitter_containerfile::LANGUAGE.into(),
        query: include_str!("../queries/dockerfile.scm"),
        import,
        reader: OnceLock::new(),
    },
    separator: ".",
    instance_names: &[],
    class_names: &[],
    super_names: &[],
    has_bare_members: false,
    visibility: |_, _| None,
    kind: |declared| declared.kind,
    locate: &Nowhere,
};

fn import(node: Node<'_>, draft: &mut Draft<'_>) {
    if node.kind() == "from_instruction" {
        return stage(node, draft);
    }
    let name = draft.text(node).strip_prefix("--from=");
    if let Some(name) = name.filter(|name| !name.is_empty()) {
        draft.depends(node, name);
    }
}

fn stage(from: Node<'_>, draft: &mut Draft<'_>) {
    let Some(alias) = from.child_by_field_name("as") else { return };
    let declaration = Declaration {
        name: draft.text(alias).into(),
        name_start: u32::try_from(alias.start_byte()).unwrap_or(u32::MAX),
        kind: NodeKind::Section,
        owner: None,
        returns: None,
        visibility: None,
    };
    let mut last = from;
    while let Some(next) = last.next_named_sibling().filter(|next| next.kind() != from.kind()) {
        last = next;
    }
    draft.region_to(from, last, RegionKind::Declaration(declaration));
}
