//! Python: modules are files, packages are folders.

use std::sync::OnceLock;

use tree_sitter::Node;
use wire::graph::NodeKind;

use super::{Declared, Language, Source};
use crate::{
    draft::{Draft, NewImport},
    resolve::python::Modules,
};

pub(super) static PYTHON: Language = Language {
    name: "python",
    extractor: "codegraph/python",
    extensions: &["py", "pyi", "pyw"],
    file_names: &["SConstruct", "wscript"],
    interpreters: &["python"],
    source: Source::Syntax {
        grammar: || tree_sitter_python::LANGUAGE.into(),
        query: include_str!("../queries/python.scm"),
        import,
        reader: OnceLock::new(),
    },
    separator: ".",
    instance_names: &["self"],
    class_names: &["cls"],
    super_names: &["super()"],
    has_bare_members: false,
    visibility,
    kind,
    locate: &Modules,
};

fn visibility(name: &str, _modifiers: &str) -> Option<&'static str> {
    let is_special = name.starts_with("__") && name.ends_with("__");
    let is_private = name.starts_with('_') && !is_special;
    Some(if is_private { "private" } else { "public" })
}

fn kind(declared: &Declared<'_>) -> NodeKind {
    let file_name = declared.path.rsplit('/').next().unwrap_or_default();
    let is_test_file = file_name.starts_with("test") || file_name.ends_with("_test.py");
    match declared.kind {
        NodeKind::Function | NodeKind::Method
            if is_test_file && declared.name.starts_with("test") =>
        {
            NodeKind::Test
        }
        NodeKind::Variable if is_constant(declared.name) => NodeKind::Constant,
        kind => kind,
    }
}

pub(super) fn is_constant(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase() || first == '_')
        && name.chars().any(|letter| letter.is_ascii_uppercase())
        && !name.chars().any(|letter| letter.is_ascii_lowercase())
}

/// `import a.b as c` and `from .a import b as c`.
fn import(node: Node<'_>, draft: &mut Draft<'_>) {
    let mut cursor = node.walk();
    let from = node.child_by_field_name("module_name");
    let is_future = node.kind() == "future_import_statement";
    for name in node.children_by_field_name("name", &mut cursor) {
        let (name, alias) = match name.kind() {
            "aliased_import" => (
                name.child_by_field_name("name").unwrap_or(name),
                name.child_by_field_name("alias").map(|alias| draft.text(alias)),
            ),
            _ => (name, None),
        };
        let name_text = draft.text(name);
        match from {
            _ if is_future => {}
            Some(from) => draft.import(
                node,
                &NewImport {
                    module: draft.text(from),
                    item: Some(name_text),
                    local: alias.or(Some(name_text)),
                    is_exported: true,
                    ..NewImport::default()
                },
            ),
            None => import_module(node, name_text, alias, draft),
        }
    }
    let mut cursor = node.walk();
    if let Some(from) = from
        .filter(|_| node.named_children(&mut cursor).any(|child| child.kind() == "wildcard_import"))
    {
        let module = draft.text(from);
        let wildcard =
            NewImport { module, is_wildcard: true, is_exported: true, ..NewImport::default() };
        draft.import(node, &wildcard);
    }
}

/// Without an alias the name that is bound is that of the outermost package.
fn import_module<'a>(
    node: Node<'_>,
    module: &'a str,
    alias: Option<&'a str>,
    draft: &mut Draft<'a>,
) {
    let whole = NewImport { module, is_exported: true, ..NewImport::default() };
    let outermost = module.split('.').next().unwrap_or(module);
    if alias.is_none() && outermost != module {
        draft.import(node, &whole);
        draft.import(node, &NewImport { module: outermost, local: Some(outermost), ..whole });
    } else {
        draft.import(node, &NewImport { local: alias.or(Some(module)), ..whole });
    }
}
