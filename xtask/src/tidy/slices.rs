//! Rules about the slices of `platform`.

use std::collections::BTreeSet;

use super::Finding;
use super::source::{code_only, production_lines};
use super::tree::Tree;

const SOURCES: &str = "crates/platform/src/";

/// What stands on all slices; a file of it may name any of them.
const ROOF: [&str; 4] = ["router", "service", "lifecycle", "testing"];

pub(super) fn every_slice_is_a_module_of_lib(tree: &Tree) -> Vec<Finding> {
    let modules = modules(tree);
    let mut findings = Vec::new();
    let mut seen = BTreeSet::new();
    for file in tree.rust().filter(|file| file.name() != "main.rs") {
        let Some(slice) = slice(&file.path).filter(|slice| seen.insert(*slice)) else { continue };
        if !modules.iter().any(|module| module == slice) {
            let message = format!("`lib.rs` has no module `{slice}`");
            findings.push(Finding::new(&file.path, 1, message));
        }
    }
    findings
}

/// The order of the modules in `lib.rs` is the order of dependency.
pub(super) fn a_slice_names_only_slices_above_it(tree: &Tree) -> Vec<Finding> {
    let modules = modules(tree);
    let position = |name: &str| modules.iter().position(|module| module == name);
    let mut findings = Vec::new();
    for file in tree.rust().filter(|file| !file.is_for_tests()) {
        let Some(slice) = slice(&file.path).filter(|slice| !ROOF.contains(slice)) else { continue };
        let Some(own) = position(slice) else { continue };
        for (line, named) in names_of_this_crate(&production_code(&file.text)) {
            if position(&named).is_some_and(|other| other > own) {
                let message =
                    format!("`{slice}` names `{named}`, which stands below it in `lib.rs`");
                findings.push(Finding::new(&file.path, line, message));
            }
        }
    }
    findings
}

/// The modules of `platform`, in the order of its `lib.rs`.
fn modules(tree: &Tree) -> Vec<String> {
    let Some(lib) = tree.file("crates/platform/src/lib.rs") else { return Vec::new() };
    let code = code_only(&lib.text);
    let declared = |line: &str| {
        let (before, name) = line.trim().strip_suffix(';')?.rsplit_once(' ')?;
        before.split(' ').next_back().filter(|word| *word == "mod")?;
        Some(name.to_owned())
    };
    code.lines().filter_map(declared).collect()
}

/// The module of `lib.rs` that the file belongs to.
fn slice(path: &str) -> Option<&str> {
    let inside = path.strip_prefix(SOURCES)?;
    let first = inside.split('/').next()?;
    (inside != "lib.rs").then(|| first.trim_end_matches(".rs"))
}

fn production_code(source: &str) -> String {
    let lines = production_lines(source);
    let mut code = String::new();
    for line in code_only(source).lines().take(lines) {
        code.push_str(line);
        code.push('\n');
    }
    code
}

/// The modules in `crate::name` and `crate::{name, name::item}`, with their lines.
fn names_of_this_crate(code: &str) -> Vec<(usize, String)> {
    let mut names = Vec::new();
    let mut line = 1;
    for (index, part) in code.split("crate::").enumerate() {
        if index > 0 {
            match part.strip_prefix('{') {
                Some(group) => {
                    names.extend(
                        heads_of_group(group).into_iter().map(|(down, name)| (line + down, name)),
                    );
                }
                None => names.push((line, first_word(part))),
            }
        }
        line += part.matches('\n').count();
    }
    names
}

/// The first word of each path at the top of a group, with how many lines down it stands.
fn heads_of_group(group: &str) -> Vec<(usize, String)> {
    let mut heads = Vec::new();
    let mut depth = 0_usize;
    let mut line = 0;
    let mut is_head = true;
    for (at, letter) in group.char_indices() {
        match letter {
            '\n' => line += 1,
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => is_head = true,
            _ if is_head && !letter.is_whitespace() => {
                heads.push((line, first_word(group.get(at..).unwrap_or_default())));
                is_head = false;
            }
            _ => {}
        }
    }
    heads
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIB: &str = "//! The application.\n\npub mod app;\n#[cfg(test)]\nmod jobs;\nmod access;\n\
                       pub(crate) mod federation;\npub mod router;\n";

    fn named(path: &str, source: &str) -> Vec<(usize, String)> {
        let tree = Tree::of(&[("crates/platform/src/lib.rs", LIB), (path, source)]);
        let found = a_slice_names_only_slices_above_it(&tree);
        found.into_iter().map(|finding| (finding.line, finding.message)).collect()
    }

    #[test]
    fn a_slice_above_may_be_named() {
        let source =
            "use crate::app::App;\nuse crate::{access, jobs::Job};\nuse crate::federation::x;\n";
        assert_eq!(named("crates/platform/src/federation/api.rs", source), []);
    }

    #[test]
    fn a_slice_below_may_not_be_named() {
        let source = "use crate::app::App;\nuse crate::{\n    app,\n    federation::{a, b},\n};\n\
                      fn f() { crate::router::go() }\n";
        let found = named("crates/platform/src/access/mod.rs", source);
        let message = |line, name: &str| {
            (line, format!("`access` names `{name}`, which stands below it in `lib.rs`"))
        };
        assert_eq!(found, [message(4, "federation"), message(6, "router")]);
    }

    #[test]
    fn the_roof_tests_and_comments_may_name_anything() {
        let source = "use crate::federation::x;\n";
        assert_eq!(named("crates/platform/src/router.rs", "use crate::lifecycle;"), []);
        assert_eq!(named("crates/platform/src/access/tests.rs", source), []);
        assert_eq!(named("crates/platform/src/access/a.rs", "/// [`crate::federation`]\n"), []);
        let tested = format!("#[cfg(test)]\nmod tests {{\n    {source}}}\n");
        assert_eq!(named("crates/platform/src/access/a.rs", &tested), []);
    }

    #[test]
    fn a_file_outside_every_module_is_found() {
        let tree = Tree::of(&[
            ("crates/platform/src/lib.rs", LIB),
            ("crates/platform/src/jobs.rs", ""),
            ("crates/platform/src/lost/mod.rs", ""),
            ("crates/platform/src/lost/store.rs", ""),
        ]);
        let found = every_slice_is_a_module_of_lib(&tree);
        let paths: Vec<&str> = found.iter().map(|finding| finding.path.as_str()).collect();
        assert_eq!(paths, ["crates/platform/src/lost/mod.rs"]);
    }
}
