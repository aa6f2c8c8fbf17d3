//! Kotlin: packages as in Java, functions outside of classes.

use std::sync::OnceLock;

use tree_sitter::Node;
use wire::graph::NodeKind;

use super::{Declared, Language, Source, java};
use crate::{
    draft::{Draft, NewImport},
    resolve::spaces::{Family, Packages},
};

pub(super) static KOTLIN: Language = Language {
    name: "kotlin",
    extractor: "codegraph/kotlin",
    extensions: &["kt", "kts"],
    file_names: &[],
    interpreters: &[],
    source: Source::Syntax {
        grammar: || tree_sitter_kotlin_ng::LANGUAGE.into(),
        query: include_str!("../queries/kotlin.scm"),
        import,
        reader: OnceLock::new(),
    },
    separator: ".",
    instance_names: &["this"],
    class_names: &[],
    super_names: &["super"],
    has_bare_members: true,
    visibility,
    kind,
    locate: &Packages(Family::Jvm, "."),
};

fn visibility(_name: &str, modifiers: &str) -> Option<&'static str> {
    let word = |wanted: &&&str| modifiers.split_whitespace().any(|word| word == **wanted);
    let found = ["private", "protected", "internal"].iter().find(word);
    Some(found.copied().unwrap_or("public"))
}

fn kind(declared: &Declared<'_>) -> NodeKind {
    let word = |wanted| declared.modifiers.split_whitespace().any(|word| word == wanted);
    match declared.kind {
        NodeKind::Class if word("enum") => NodeKind::Enum,
        NodeKind::Variable if word("const") => NodeKind::Constant,
        _ => java::kind(declared),
    }
}

fn import(node: Node<'_>, draft: &mut Draft<'_>) {
    let mut cursor = node.walk();
    let children: Vec<_> = node.named_children(&mut cursor).collect();
    let Some(path) = children.first().map(|path| draft.text(*path)) else { return };
    if draft.text(node).trim_end().ends_with(".*") {
        let import = NewImport { module: path, is_wildcard: true, ..NewImport::default() };
        return draft.import(node, &import);
    }
    let alias = children.get(1).map(|alias| draft.text(*alias));
    let Some((module, name)) = path.rsplit_once('.') else { return };
    let local = alias.or(Some(name));
    draft.import(node, &NewImport { module, item: Some(name), local, ..NewImport::default() });
}
