//! Functions of plain objects: `const a = { f() {} }`, `a.b = { f: () => 1 }`, `a.f = function () {}`.

use std::borrow::Cow;

use tree_sitter::Node;
use wire::graph::NodeKind;

use crate::draft::{Declaration, Draft, RegionKind};

/// Objects in objects; deeper ones are data.
const DEEPEST: usize = 4;

/// What stands between a class and its methods where it is no `class`.
const PROTOTYPES: [&str; 2] = ["prototype", "fn"];

/// What a file shows to others.
const EXPORTS: [&str; 2] = ["exports", "module.exports"];

pub(super) fn is_function(node: Node<'_>) -> bool {
    matches!(node.kind(), "arrow_function" | "function_expression" | "generator_function")
}

/// `const a = { … }`.
pub(super) fn initialised(declarator: Node<'_>, object: Node<'_>, draft: &mut Draft<'_>) {
    if let Some(name) = declarator.child_by_field_name("name") {
        let owner = draft.text(name).into();
        members(object, Some(owner), DEEPEST, draft);
    }
}

/// What is in it is declared in the file, as with `exports.f = …`.
pub(super) fn exported(object: Node<'_>, draft: &mut Draft<'_>) {
    members(object, None, DEEPEST, draft);
}

/// `a.b = { … }`, `a.f = () => 1`, `A.prototype.f = function () {}`.
pub(super) fn assigned(assignment: Node<'_>, value: Node<'_>, draft: &mut Draft<'_>) {
    let Some(left) = assignment.child_by_field_name("left") else { return };
    let object = left.child_by_field_name("object");
    let (Some(object), Some(name)) = (object, left.child_by_field_name("property")) else { return };
    let whole = draft.text(left);
    if EXPORTS.contains(&whole) {
        if is_function(value) {
            return named(value, draft);
        }
        return exported(value, draft);
    }
    let owner = if is_function(value) { object } else { left };
    let Some(path) = dotted(owner, draft) else { return };
    if is_function(value) {
        let owner = (!EXPORTS.contains(&path)).then_some(path);
        declare_of(owner, assignment, name, value, draft);
    } else {
        members(value, Some(path.into()), DEEPEST, draft);
    }
}

/// `module.exports = function f() {}`.
fn named(function: Node<'_>, draft: &mut Draft<'_>) {
    if let Some(name) = function.child_by_field_name("name") {
        declare(function, name, function, draft);
    }
}

/// The path of an object, without what leads to a prototype; `None` if it is not all names.
fn dotted<'a>(object: Node<'_>, draft: &Draft<'a>) -> Option<&'a str> {
    let path = draft.text(object);
    let is_plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '$' | '.');
    let owner = path.rsplit_once('.').filter(|(_, last)| PROTOTYPES.contains(last));
    path.chars().all(is_plain).then_some(owner.map_or(path, |(owner, _)| owner))
}

/// Declares the functions of an object; whether there are any.
fn members<'a>(
    object: Node<'_>,
    owner: Option<Cow<'a, str>>,
    depth_left: usize,
    draft: &mut Draft<'a>,
) -> bool {
    let mut has_functions = false;
    let mut cursor = object.walk();
    for member in object.named_children(&mut cursor) {
        let (name, value) = match member.kind() {
            "method_definition" => (member.child_by_field_name("name"), Some(member)),
            "pair" => (member.child_by_field_name("key"), member.child_by_field_name("value")),
            _ => continue,
        };
        let (Some(name), Some(value)) = (name, value) else { continue };
        if !matches!(name.kind(), "property_identifier" | "string") {
            continue;
        }
        if value == member || is_function(value) {
            has_functions = true;
            declare(member, name, value, draft);
        } else if value.kind() == "object" && depth_left > 0 {
            let name = draft.text(name).trim_matches(['"', '\'']);
            let owner = owner.as_ref().map_or(name.into(), |owner| format!("{owner}.{name}"));
            has_functions |= members(value, Some(owner.into()), depth_left - 1, draft);
        }
    }
    if let Some(owner) = owner.filter(|_| has_functions) {
        draft.region(object, RegionKind::Container { owner });
    }
    has_functions
}

/// A function of what is around it.
fn declare(node: Node<'_>, name: Node<'_>, function: Node<'_>, draft: &mut Draft<'_>) {
    declare_of(None, node, name, function, draft);
}

fn declare_of<'a>(
    owner: Option<&'a str>,
    node: Node<'_>,
    name: Node<'_>,
    function: Node<'_>,
    draft: &mut Draft<'a>,
) {
    let returns = function.child_by_field_name("return_type").map(|returns| draft.text(returns));
    let name_start = u32::try_from(name.start_byte()).unwrap_or(u32::MAX);
    let name = draft.text(name).trim_matches(['"', '\'']);
    if name.is_empty() {
        return;
    }
    let declaration = Declaration {
        name: name.into(),
        name_start,
        kind: NodeKind::Function,
        owner,
        returns,
        visibility: None,
    };
    draft.region(node, RegionKind::Declaration(declaration));
}
