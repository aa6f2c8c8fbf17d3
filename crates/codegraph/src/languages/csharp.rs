//! C#: namespaces, and types in them.

use std::sync::OnceLock;

use tree_sitter::Node;
use wire::graph::NodeKind;

use super::{Declared, Language, Source};
use crate::{
    draft::{Declaration, Draft, NewImport, RegionKind},
    resolve::spaces::{Family, Packages},
};

pub(super) static CSHARP: Language = Language {
    name: "csharp",
    extractor: "codegraph/csharp",
    extensions: &["cs"],
    file_names: &[],
    interpreters: &[],
    source: Source::Syntax {
        grammar: || tree_sitter_c_sharp::LANGUAGE.into(),
        query: include_str!("../queries/csharp.scm"),
        import,
        reader: OnceLock::new(),
    },
    separator: ".",
    instance_names: &["this"],
    class_names: &[],
    super_names: &["base"],
    has_bare_members: true,
    visibility,
    kind,
    locate: &Packages(Family::Dotnet, "."),
};

fn visibility(_name: &str, modifiers: &str) -> Option<&'static str> {
    let word = |wanted: &&&str| modifiers.split_whitespace().any(|word| word == **wanted);
    let found = ["public", "protected", "internal", "private"].iter().find(word);
    Some(found.copied().unwrap_or("private"))
}

fn kind(declared: &Declared<'_>) -> NodeKind {
    let is_test = ["[Fact", "[Theory", "[Test", "[TestMethod"]
        .iter()
        .any(|attribute| declared.modifiers.contains(attribute));
    match declared.kind {
        NodeKind::Method if is_test => NodeKind::Test,
        NodeKind::Variable if declared.modifiers.contains("const ") => NodeKind::Constant,
        kind => kind,
    }
}

fn import(node: Node<'_>, draft: &mut Draft<'_>) {
    match node.child_by_field_name("name") {
        Some(name) if node.kind() == "destructor_declaration" => destructor(node, name, draft),
        _ => using(node, draft),
    }
}

/// `~A() {}`, which is not the constructor `A() {}`.
fn destructor(node: Node<'_>, name: Node<'_>, draft: &mut Draft<'_>) {
    let declaration = Declaration {
        name: format!("~{}", draft.text(name)).into(),
        name_start: u32::try_from(name.start_byte()).unwrap_or(u32::MAX),
        kind: NodeKind::Method,
        owner: None,
        returns: None,
        visibility: None,
    };
    draft.region(node, RegionKind::Declaration(declaration));
}

/// `using A.B`, `using X = A.B`, `using static A.B`.
fn using(node: Node<'_>, draft: &mut Draft<'_>) {
    let alias = node.child_by_field_name("name");
    let mut cursor = node.walk();
    let path = node.named_children(&mut cursor).filter(|child| Some(*child) != alias).last();
    let Some(module) = path.map(|path| draft.text(path)) else { return };
    let local = alias.map(|alias| draft.text(alias));
    let is_wildcard = local.is_none();
    draft.import(node, &NewImport { module, local, is_wildcard, ..NewImport::default() });
}
