//! Bash and its kin: files that source files.

use std::sync::OnceLock;

use tree_sitter::Node;
use wire::graph::{EdgeKind, NodeKind};

use super::{Declared, Language, Source};
use crate::{
    contact,
    draft::{Draft, MarkKind, NewImport},
    facts::ContactKind,
    resolve::bash::Sourced,
};

pub(super) static BASH: Language = Language {
    name: "bash",
    extractor: "codegraph/bash",
    extensions: &["sh", "bash", "ksh", "bats"],
    file_names: &[".bashrc", ".bash_profile", ".profile"],
    interpreters: &["bash", "sh", "dash", "ksh", "bats"],
    source: Source::Syntax {
        grammar: || tree_sitter_bash::LANGUAGE.into(),
        query: include_str!("../queries/bash.scm"),
        import: command,
        reader: OnceLock::new(),
    },
    separator: "::",
    instance_names: &[],
    class_names: &[],
    super_names: &[],
    has_bare_members: false,
    visibility: |_, _| None,
    kind,
    locate: &Sourced,
};

/// Every shell has them: that they are called says nothing.
const BUILTINS: &[&str] = &[
    ":", "[", "break", "builtin", "cd", "command", "continue", "echo", "eval", "exec", "exit",
    "false", "getopts", "hash", "kill", "let", "popd", "printf", "pushd", "pwd", "read", "return",
    "set", "shift", "shopt", "test", "times", "true", "type", "ulimit", "umask", "wait",
];

fn kind(declared: &Declared<'_>) -> NodeKind {
    let file_name = declared.path.rsplit('/').next().unwrap_or_default();
    let is_test = file_name.contains("test") && declared.name.starts_with("test");
    match declared.kind {
        NodeKind::Function if is_test => NodeKind::Test,
        NodeKind::Variable if declared.modifiers.contains("readonly ") => NodeKind::Constant,
        kind => kind,
    }
}

/// What a command does: it sources or runs a file, asks a server, or calls a function. A name of a
/// function may hold `-`, `.` and `::`.
fn command<'a>(node: Node<'_>, draft: &mut Draft<'a>) {
    let Some(name_node) = node.child_by_field_name("name") else { return };
    let mut cursor = node.walk();
    let arguments: Vec<&'a str> = node
        .children_by_field_name("argument", &mut cursor)
        .map(|argument| draft.text(argument))
        .collect();
    let first = arguments.first().copied();
    match (draft.text(name_node), first) {
        ("source" | ".", Some(path)) => file(node, path, true, draft),
        ("bash" | "sh" | "exec", Some(path)) => file(node, path, false, draft),
        ("trap" | "run", Some(name)) => mention(node, name, EdgeKind::References, draft),
        ("curl" | "wget", _) => request(node, &arguments, draft),
        (name, _) if name.contains('/') => file(node, name, false, draft),
        (name, _) if !BUILTINS.contains(&name) => mention(name_node, name, EdgeKind::Calls, draft),
        _ => {}
    }
}

fn mention<'a>(node: Node<'_>, name: &'a str, kind: EdgeKind, draft: &mut Draft<'a>) {
    let is_name = |letter: char| letter.is_alphanumeric() || "_-.:+".contains(letter);
    if name.chars().all(is_name) {
        draft.mark(node, MarkKind::Mention { kind, name, receiver: None });
    }
}

/// A file by its path from here, which is known if it begins with the folder of this file.
fn file(node: Node<'_>, path: &str, is_sourced: bool, draft: &mut Draft<'_>) {
    let path = path.trim_matches(['"', '\'']);
    let is_path = |letter: char| letter.is_alphanumeric() || "_-./+".contains(letter);
    let known = path.rfind(|letter| !is_path(letter)).map_or(0, |at| at + 1);
    let known = path.get(known..).unwrap_or_default();
    let module = if known.len() == path.len() {
        known.to_owned()
    } else {
        let Some(at) = known.find('/') else { return };
        let (before, inner) = path.split_at(path.len() - known.len() + at);
        let Some(start) = folder(before.trim_matches(['"', '\'']), draft.text) else { return };
        format!("{start}{inner}")
    };
    if is_sourced || module.contains('/') {
        draft.import_from(
            node,
            module,
            &NewImport { is_wildcard: is_sourced, ..NewImport::default() },
        );
    }
}

/// The folder of the file itself, or one above it: `.`, `./..`; also by a variable that holds it.
fn folder(expansion: &str, text: &str) -> Option<String> {
    let variable = expansion.strip_prefix("${").and_then(|name| name.strip_suffix('}'));
    let variable = variable.or_else(|| expansion.strip_prefix('$')).unwrap_or_default();
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let value = if !variable.is_empty() && variable.chars().all(is_name) {
        let assigned = format!("{variable}=");
        let found = text.lines().filter_map(|line| line.split_once(&assigned));
        let mut found = found.filter(|(before, _)| !before.ends_with(is_name));
        let (_, value) = found.next()?;
        // Of a variable that is set twice nothing is certain.
        if found.next().is_some() {
            return None;
        }
        value
    } else {
        expansion
    };
    let is_own = ["$0", "${0", "BASH_SOURCE"].iter().any(|name| value.contains(name));
    let is_folder = value.contains("dirname") || value.contains("%/*");
    let above = value.matches("/..").count() + value.matches("dirname").count().saturating_sub(1);
    (is_own && is_folder).then(|| format!(".{}", "/..".repeat(above)))
}

/// `curl -X POST https://host/users/$id`.
fn request(node: Node<'_>, arguments: &[&str], draft: &mut Draft<'_>) {
    let Some(address) = arguments.iter().find(|argument| argument.contains("://")) else { return };
    let after = |flag: &&str| matches!(*flag, "-X" | "--request");
    let at = arguments.iter().position(after);
    let sends =
        arguments.iter().any(|argument| argument.starts_with("-d") || *argument == "--data");
    let named = at.and_then(|at| arguments.get(at + 1)).copied();
    let method = named.unwrap_or(if sends { "post" } else { "get" });
    let address = address.trim_matches(['"', '\'']);
    let parts = address.split('/').map(|part| if part.starts_with('$') { "{}" } else { part });
    let address = parts.collect::<Vec<_>>().join("/");
    if let Some(name) = contact::endpoint(method, &address) {
        draft.mark(
            node,
            MarkKind::Contact { kind: ContactKind::Endpoint, name, is_provided: false },
        );
    }
}
