//! JavaScript and TypeScript: one language with three grammars.

use std::sync::OnceLock;

use tree_sitter::Node;
use wire::graph::NodeKind;

use super::{Declared, Language, Source, objects};
use crate::{
    draft::{Draft, Given, MarkKind, NewImport},
    resolve::script::Modules,
};

pub(super) static JAVASCRIPT: Language = script(
    "javascript",
    "codegraph/javascript",
    &["js", "jsx", "mjs", "cjs"],
    || tree_sitter_javascript::LANGUAGE.into(),
    concat!(
        include_str!("../queries/script.scm"),
        include_str!("../queries/javascript.scm"),
        include_str!("../queries/jsx.scm"),
    ),
);

pub(super) static TYPESCRIPT: Language = script(
    "typescript",
    "codegraph/typescript",
    &["ts", "mts", "cts"],
    || tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
    concat!(include_str!("../queries/script.scm"), include_str!("../queries/typescript.scm")),
);

pub(super) static TSX: Language = script(
    "tsx",
    "codegraph/tsx",
    &["tsx"],
    || tree_sitter_typescript::LANGUAGE_TSX.into(),
    concat!(
        include_str!("../queries/script.scm"),
        include_str!("../queries/typescript.scm"),
        include_str!("../queries/jsx.scm"),
    ),
);

/// A script without an extension is taken for JavaScript, the first in the table.
const fn script(
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
        interpreters: &["node", "deno", "bun"],
        source: Source::Syntax { grammar, query, import, reader: OnceLock::new() },
        separator: ".",
        instance_names: &["this"],
        class_names: &[],
        super_names: &["super"],
        has_bare_members: false,
        visibility,
        kind,
        locate: &Modules,
    }
}

fn visibility(name: &str, modifiers: &str) -> Option<&'static str> {
    let words = ["private", "protected", "export"];
    let said = words.iter().copied().find(|word| has_word(modifiers, word));
    if name.starts_with('#') { Some("private") } else { said }
}

fn kind(declared: &Declared<'_>) -> NodeKind {
    let is_changed = has_word(declared.modifiers, "let") || has_word(declared.modifiers, "var");
    match declared.kind {
        NodeKind::Constant if is_changed => NodeKind::Variable,
        kind => kind,
    }
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|letter: char| !letter.is_alphanumeric()).any(|part| part == word)
}

fn import(node: Node<'_>, draft: &mut Draft<'_>) {
    match node.kind() {
        "import_statement" => import_statement(node, draft),
        "export_statement" => export_statement(node, draft),
        "variable_declarator" => match node.child_by_field_name("value").map(bare) {
            Some(object) if object.kind() == "object" => objects::initialised(node, object, draft),
            _ => required(node, draft),
        },
        "arrow_function" | "function_expression" => given(node, draft),
        "formal_parameters" => takes(node, draft),
        "assignment_expression" => {
            if let Some(value) = node.child_by_field_name("right") {
                assigned(node, value, draft);
            }
        }
        _ => {
            let arguments = node.child_by_field_name("arguments");
            if let Some(module) = arguments.and_then(|arguments| arguments.named_child(0)) {
                let module = unquoted(draft.text(module));
                draft.import(node, &NewImport { module, ..NewImport::default() });
            }
        }
    }
}

/// Without what TypeScript says of its type: `{} as const`, `{} satisfies A`.
fn bare(value: Node<'_>) -> Node<'_> {
    match value.kind() {
        "as_expression" | "satisfies_expression" => value.named_child(0).unwrap_or(value),
        _ => value,
    }
}

/// `module.exports = a`, `module.exports = { … }`, `a.b = function () {}`.
fn assigned(assignment: Node<'_>, value: Node<'_>, draft: &mut Draft<'_>) {
    if value.kind() == "identifier" {
        return show(value, "default", draft);
    }
    objects::assigned(assignment, value, draft);
    let left = assignment.child_by_field_name("left").map(|left| draft.text(left));
    let name = value.child_by_field_name("name").filter(|_| objects::is_function(value));
    if let Some(name) = name.filter(|_| left == Some("module.exports")) {
        show(name, "default", draft);
    }
}

fn unquoted(text: &str) -> &str {
    text.trim_matches(['"', '\'', '`'])
}

/// `import a, { b as c } from "m"`, `import * as m from "m"`, `import "m"`, `import m = require("m")`.
fn import_statement(node: Node<'_>, draft: &mut Draft<'_>) {
    let mut cursor = node.walk();
    let clause = node.named_children(&mut cursor).find(|child| child.kind().ends_with("_clause"));
    let source = node.child_by_field_name("source");
    let source = source.or_else(|| clause?.child_by_field_name("source"));
    let Some(module) = source.map(|source| unquoted(draft.text(source))) else { return };
    let whole = NewImport { module, ..NewImport::default() };
    let Some(clause) = clause else { return draft.import(node, &whole) };
    let mut cursor = clause.walk();
    for part in clause.named_children(&mut cursor) {
        match part.kind() {
            "identifier" => {
                let local = Some(draft.text(part));
                let item = (clause.kind() == "import_clause").then_some("default");
                draft.import(part, &NewImport { item, local, ..whole });
            }
            "namespace_import" => {
                let local = part.named_child(0).map(|name| draft.text(name));
                draft.import(part, &NewImport { local, ..whole });
            }
            "named_imports" => specifiers(part, whole, draft),
            _ => {}
        }
    }
}

/// The names between the braces of an import or an export.
fn specifiers<'a>(names: Node<'_>, whole: NewImport<'a>, draft: &mut Draft<'a>) {
    let mut cursor = names.walk();
    for part in names.named_children(&mut cursor) {
        let Some(name) = part.child_by_field_name("name") else { continue };
        let item = unquoted(draft.text(name));
        let alias = part.child_by_field_name("alias").map(|alias| unquoted(draft.text(alias)));
        draft.import(part, &NewImport { item: Some(item), local: alias.or(Some(item)), ..whole });
    }
}

fn export_statement(node: Node<'_>, draft: &mut Draft<'_>) {
    let module = node.child_by_field_name("source").map(|source| unquoted(draft.text(source)));
    let mut cursor = node.walk();
    let clause = node
        .named_children(&mut cursor)
        .find(|child| matches!(child.kind(), "export_clause" | "namespace_export"));
    match (module, clause) {
        (Some(module), clause) => {
            let whole = NewImport { module, is_exported: true, ..NewImport::default() };
            match clause {
                Some(names) if names.kind() == "export_clause" => specifiers(names, whole, draft),
                Some(namespace) => {
                    let local = namespace.named_child(0).map(|name| unquoted(draft.text(name)));
                    draft.import(node, &NewImport { local, ..whole });
                }
                None => draft.import(node, &NewImport { is_wildcard: true, ..whole }),
            }
        }
        (None, Some(names)) => {
            let mut cursor = names.walk();
            for part in names.named_children(&mut cursor) {
                let Some(name) = part.child_by_field_name("name") else { continue };
                let alias = part.child_by_field_name("alias").unwrap_or(name);
                let alias = unquoted(draft.text(alias));
                show(name, alias, draft);
            }
        }
        (None, None) => export_default(node, draft),
    }
}

fn export_default(node: Node<'_>, draft: &mut Draft<'_>) {
    let mut cursor = node.walk();
    if !node.children(&mut cursor).any(|child| child.kind() == "default") {
        return;
    }
    let declared = node.child_by_field_name("declaration");
    let name = declared.and_then(|declared| declared.child_by_field_name("name"));
    if let Some(value) = name.or_else(|| node.child_by_field_name("value")) {
        show(value, "default", draft);
        if bare(value).kind() == "object" {
            objects::exported(bare(value), draft);
        }
    }
}

/// A value under the name by which others import it.
fn show<'a>(value: Node<'_>, name: &'a str, draft: &mut Draft<'a>) {
    let hint = Some(Given::Value(draft.text(value)));
    draft.mark(value, MarkKind::Shown { name, hint });
}

/// `const a = require("m")`, `const a = require("m").b`, `const { a, b: c } = require("m")`.
fn required(node: Node<'_>, draft: &mut Draft<'_>) {
    let value = node.child_by_field_name("value");
    let item = value.and_then(|member| member.child_by_field_name("property"));
    let call = item.map_or(value, |_| value?.child_by_field_name("object"));
    let module = call.and_then(|call| call.child_by_field_name("arguments")?.named_child(0));
    let Some(module) = module.map(|module| unquoted(draft.text(module))) else { return };
    let whole = NewImport { module, ..NewImport::default() };
    let Some(name) = node.child_by_field_name("name") else { return };
    if name.kind() == "identifier" {
        let local = Some(draft.text(name));
        let item = item.map(|item| draft.text(item));
        return draft.import(node, &NewImport { item, local, ..whole });
    }
    let mut cursor = name.walk();
    for part in name.named_children(&mut cursor) {
        let (item, local) = match part.kind() {
            "shorthand_property_identifier_pattern" => (Some(part), Some(part)),
            "pair_pattern" => (part.child_by_field_name("key"), part.child_by_field_name("value")),
            _ => continue,
        };
        let item = item.map(|item| draft.text(item));
        let local = local.map(|local| draft.text(local));
        draft.import(part, &NewImport { item, local, ..whole });
    }
}

/// A function among the arguments of a call: what is called may say of which types its parameters
/// are.
fn given(function: Node<'_>, draft: &mut Draft<'_>) {
    let Some(arguments) = function.parent() else { return };
    let callee = arguments.parent().and_then(|call| {
        call.child_by_field_name("function").or_else(|| call.child_by_field_name("constructor"))
    });
    let mut cursor = arguments.walk();
    let mut all = arguments.named_children(&mut cursor).filter(|one| !one.is_extra());
    let place = all.position(|one| one == function);
    let (Some(callee), Some(outer)) = (callee, place) else { return };
    let callee = draft.text(callee);
    if let Some(name) = function.child_by_field_name("parameter") {
        let name_text = draft.text(name);
        draft.mark(name, MarkKind::Argument { name: name_text, callee, place: [outer, 0] });
    }
    let Some(parameters) = function.child_by_field_name("parameters") else { return };
    for (inner, parameter) in numbered(parameters) {
        let name = parameter.child_by_field_name("pattern").unwrap_or(parameter);
        let is_written = parameter.child_by_field_name("type").is_some();
        if name.kind() == "identifier" && !is_written {
            let place = [outer, inner];
            draft.mark(name, MarkKind::Argument { name: draft.text(name), callee, place });
        }
    }
}

/// The parameters of a declared function that are functions, with what those take.
fn takes(parameters: Node<'_>, draft: &mut Draft<'_>) {
    for (outer, parameter) in numbered(parameters) {
        let written = parameter.child_by_field_name("type");
        let taken = written.and_then(|written| written.named_child(0));
        let Some(taken) = taken.filter(|taken| taken.kind() == "function_type") else { continue };
        let Some(inside) = taken.child_by_field_name("parameters") else { continue };
        for (inner, parameter) in numbered(inside) {
            if let Some(of) = parameter.child_by_field_name("type") {
                let of_text = draft.text(of);
                draft.mark(of, MarkKind::Takes { place: [outer, inner], of: of_text });
            }
        }
    }
}

/// More are not told apart by their place.
const MOST_PARAMETERS: usize = 16;

/// The parameters between two brackets; `this` is none.
fn numbered(parameters: Node<'_>) -> Vec<(usize, Node<'_>)> {
    let mut cursor = parameters.walk();
    let is_passed = |one: &Node<'_>| {
        let is_this = |name: Node<'_>| name.kind() == "this";
        !one.is_extra() && !one.child_by_field_name("pattern").is_some_and(is_this)
    };
    let all = parameters.named_children(&mut cursor).filter(is_passed);
    all.take(MOST_PARAMETERS).enumerate().collect()
}
