//! Java: packages, and classes in them.

use std::sync::OnceLock;

use tree_sitter::Node;
use wire::graph::NodeKind;

use super::{Declared, Language, Source};
use crate::{draft::{Draft, NewImport}, resolve::spaces::{Family, Packages}};

pub(super) static JAVA: Language = Language {
    name: "java",
    extractor: "codegraph/java",
    extensions: &["java"],
    file_names: &[],
    interpreters: &[],
    source: Source::Syntax {
        grammar: || tree_sitter_java::LANGUAGE.into(),
        query: include_str!("../queries/java.scm"),
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

pub(super) fn visibility(_name: &str, modifiers: &str) -> Option<&'static str> {
    let word = |wanted: &&&str| modifiers.split_whitespace().any(|word| word == **wanted);
    Some(["public", "protected", "private"].iter().find(word).copied().unwrap_or("package"))
}

pub(super) fn kind(declared: &Declared<'_>) -> NodeKind {
    let is_test = ["@Test", "@ParameterizedTest", "@RepeatedTest"]
        .iter()
        .any(|annotation| declared.modifiers.contains(annotation));
    match declared.kind {
        NodeKind::Method | NodeKind::Function if is_test => NodeKind::Test,
        NodeKind::Variable if declared.modifiers.contains("static final") => NodeKind::Constant,
        kind => kind,
    }
}

/// `import a.b.C`, `import a.b.*`, `import static a.b.C.d`.
fn import(node: Node<'_>, draft: &mut Draft<'_>) {
    let mut cursor = node.walk();
    let children: Vec<_> = node.named_children(&mut cursor).collect();
    let Some(path) = children.first().map(|path| draft.text(*path)) else { return };
    if children.iter().any(|child| child.kind() == "asterisk") {
        let import = NewImport { module: path, is_wildcard: true, ..NewImport::default() };
        return draft.import(node, &import);
    }
    let Some((module, name)) = path.rsplit_once('.') else { return };
    let import = NewImport { module, item: Some(name), local: Some(name), ..NewImport::default() };
    draft.import(node, &import);
}
