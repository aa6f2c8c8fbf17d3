//! Scala: packages as in Java, imports with selectors.

use std::sync::OnceLock;

use tree_sitter::Node;

use super::{Language, Source, java};
use crate::{
    draft::{Draft, NewImport},
    resolve::spaces::{Family, Packages},
};

pub(super) static SCALA: Language = Language {
    name: "scala",
    extractor: "codegraph/scala",
    extensions: &["scala", "sc", "sbt"],
    file_names: &[],
    interpreters: &[],
    source: Source::Syntax {
        grammar: || tree_sitter_scala::LANGUAGE.into(),
        query: include_str!("../queries/scala.scm"),
        import,
        reader: OnceLock::new(),
    },
    separator: ".",
    instance_names: &["this"],
    class_names: &[],
    super_names: &["super"],
    has_bare_members: true,
    visibility,
    kind: java::kind,
    locate: &Packages(Family::Jvm, "."),
};

fn visibility(_name: &str, modifiers: &str) -> Option<&'static str> {
    let starts = |wanted: &&&str| {
        modifiers.split_whitespace().any(|word| word.starts_with(**wanted))
    };
    Some(["private", "protected"].iter().find(starts).copied().unwrap_or("public"))
}

/// `import a.b.C`, `import a.b._`, `import a.{B, C => D}`.
fn import(node: Node<'_>, draft: &mut Draft<'_>) {
    let mut cursor = node.walk();
    let parts: Vec<_> = node.children_by_field_name("path", &mut cursor).collect();
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return };
    let path = draft.text.get(first.start_byte()..last.end_byte()).unwrap_or_default();
    let mut cursor = node.walk();
    let mut is_whole = true;
    for child in node.named_children(&mut cursor) {
        match child.kind() {
            "namespace_wildcard" => {
                is_whole = false;
                let import = NewImport { module: path, is_wildcard: true, ..NewImport::default() };
                draft.import(child, &import);
            }
            "namespace_selectors" => {
                is_whole = false;
                selectors(child, path, draft);
            }
            _ => {}
        }
    }
    if let Some((module, name)) = path.rsplit_once('.').filter(|_| is_whole) {
        let local = Some(name);
        draft.import(node, &NewImport { module, item: local, local, ..NewImport::default() });
    }
}

fn selectors<'a>(node: Node<'_>, module: &'a str, draft: &mut Draft<'a>) {
    let mut cursor = node.walk();
    for child in node.named_children(&mut cursor) {
        let name = child.child_by_field_name("name").unwrap_or(child);
        let alias = child.child_by_field_name("alias").unwrap_or(name);
        let (item, local) = (Some(draft.text(name)), Some(draft.text(alias)));
        let is_wildcard = child.kind() == "namespace_wildcard";
        let import = if is_wildcard {
            NewImport { module, is_wildcard, ..NewImport::default() }
        } else {
            NewImport { module, item, local, ..NewImport::default() }
        };
        draft.import(child, &import);
    }
}
