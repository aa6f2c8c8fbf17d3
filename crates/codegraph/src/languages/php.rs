//! PHP: namespaces, and classes in them.

use std::sync::OnceLock;

use tree_sitter::Node;
use wire::graph::NodeKind;

use super::{Declared, Language, Source};
use crate::{draft::{Draft, NewImport}, resolve::spaces::{Family, Packages}};

pub(super) static PHP: Language = Language {
    name: "php",
    extractor: "codegraph/php",
    extensions: &["php", "phtml"],
    file_names: &[],
    interpreters: &["php"],
    source: Source::Syntax {
        grammar: || tree_sitter_php::LANGUAGE_PHP.into(),
        query: include_str!("../queries/php.scm"),
        import,
        reader: OnceLock::new(),
    },
    separator: "::",
    instance_names: &["$this"],
    class_names: &["self", "static"],
    super_names: &["parent"],
    has_bare_members: false,
    visibility,
    kind,
    locate: &Packages(Family::Php, ""),
};

fn visibility(_name: &str, modifiers: &str) -> Option<&'static str> {
    let word = |wanted: &&&str| modifiers.split_whitespace().any(|word| word == **wanted);
    Some(["private", "protected"].iter().find(word).copied().unwrap_or("public"))
}

fn kind(declared: &Declared<'_>) -> NodeKind {
    let is_test_file = declared.path.ends_with("Test.php");
    let is_test = declared.name.starts_with("test") || declared.modifiers.contains("#[Test]");
    let is_method = declared.kind == NodeKind::Method;
    if is_method && is_test_file && is_test { NodeKind::Test } else { declared.kind }
}

/// `use A\B`, `use A\B as C`, `use A\{B, C as D}`.
fn import(node: Node<'_>, draft: &mut Draft<'_>) {
    let mut cursor = node.walk();
    let mut prefix = "";
    for child in node.named_children(&mut cursor) {
        match child.kind() {
            "namespace_name" => prefix = draft.text(child),
            "namespace_use_clause" => clause(child, prefix, draft),
            "namespace_use_group" => {
                let mut cursor = child.walk();
                for child in child.named_children(&mut cursor) {
                    clause(child, prefix, draft);
                }
            }
            _ => {}
        }
    }
}

fn clause(node: Node<'_>, prefix: &str, draft: &mut Draft<'_>) {
    let Some(path) = node.named_child(0).map(|path| draft.text(path).trim_start_matches('\\')) else {
        return;
    };
    let alias = node.child_by_field_name("alias").map(|alias| draft.text(alias));
    let (inner, name) = path.rsplit_once('\\').unwrap_or(("", path));
    let parts = [prefix, inner].into_iter().filter(|part| !part.is_empty());
    let module = parts.collect::<Vec<_>>().join("\\");
    let import = NewImport { item: Some(name), local: alias.or(Some(name)), ..NewImport::default() };
    draft.import_from(node, module, &import);
}
