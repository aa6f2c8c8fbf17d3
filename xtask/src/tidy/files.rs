//! Rules about single files.

use super::Finding;
use super::source::{code_only, production_lines};
use super::tree::Tree;

const MOST_LINES: usize = 400;

/// Names that gather what has no place.
const NAMES_OF_NOTHING: [&str; 7] =
    ["utils", "common", "helpers", "misc", "shared", "services", "managers"];

const FORBIDDEN_CODE: [&str; 3] = ["#[ignore", "todo!", "unimplemented!"];

pub(super) fn no_file_is_over_400_production_lines(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust().filter(|file| !file.is_for_tests()) {
        let lines = production_lines(&file.text);
        if lines > MOST_LINES {
            let message = format!("{lines} production lines, {MOST_LINES} are the most");
            findings.push(Finding::new(&file.path, MOST_LINES + 1, message));
        }
    }
    findings
}

pub(super) fn no_name_is_a_catch_all(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files() {
        for name in file.path.split('/') {
            let stem = name.split('.').next().unwrap_or(name);
            if NAMES_OF_NOTHING.contains(&stem) {
                let message = format!("`{stem}` names nothing: say what it holds");
                findings.push(Finding::new(&file.path, 1, message));
            }
        }
    }
    findings
}

pub(super) fn no_test_is_ignored_and_nothing_is_left_to_do(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust() {
        for (index, line) in code_only(&file.text).lines().enumerate() {
            for forbidden in FORBIDDEN_CODE.iter().filter(|word| line.contains(**word)) {
                let message = format!("`{forbidden}` hides what is not done");
                findings.push(Finding::new(&file.path, index + 1, message));
            }
        }
        for (index, line) in file.text.lines().enumerate() {
            let documentation =
                line.trim_start().trim_start_matches("//!").trim_start_matches("///");
            if documentation.trim_start().starts_with("```ignore") {
                let message = "an ignored example may be wrong: run it or call it `text`";
                findings.push(Finding::new(&file.path, index + 1, message));
            }
        }
    }
    findings
}

pub(super) fn every_module_root_says_what_it_is(tree: &Tree) -> Vec<Finding> {
    let is_root = |name: &str| matches!(name, "mod.rs" | "lib.rs" | "main.rs");
    let says_nothing = |text: &str| !text.starts_with("//! ");
    tree.rust()
        .filter(|file| is_root(file.name()) && says_nothing(&file.text))
        .map(|file| Finding::new(&file.path, 1, "does not open with `//!` and what it is"))
        .collect()
}

pub(super) fn the_changelog_exists(tree: &Tree) -> Vec<Finding> {
    if tree.has("CHANGELOG.md") {
        return Vec::new();
    }
    vec![Finding::new("CHANGELOG.md", 1, "there is none")]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(findings: &[Finding]) -> Vec<(&str, usize)> {
        findings.iter().map(|finding| (finding.path.as_str(), finding.line)).collect()
    }

    #[test]
    fn a_long_file_is_found_and_long_tests_are_not() {
        let long = "fn f() {}\n".repeat(401);
        let tested = format!("{}#[cfg(test)]\nmod tests {{\n{long}}}\n", "x\n".repeat(400));
        let tree = Tree::of(&[
            ("crates/a/src/long.rs", &long),
            ("crates/a/src/tests.rs", &long),
            ("crates/a/src/testing/app.rs", &long),
            ("crates/a/src/tested.rs", &tested),
            ("web/long.rs", &long),
        ]);
        let findings = no_file_is_over_400_production_lines(&tree);
        assert_eq!(lines(&findings), [("crates/a/src/long.rs", 401)]);
    }

    #[test]
    fn a_catch_all_is_found_as_file_and_as_folder() {
        let tree = Tree::of(&[
            ("crates/a/src/utils.rs", ""),
            ("web/src/helpers/date.ts", ""),
            ("crates/a/src/commonplace.rs", ""),
        ]);
        let found = no_name_is_a_catch_all(&tree);
        assert_eq!(lines(&found), [("crates/a/src/utils.rs", 1), ("web/src/helpers/date.ts", 1)]);
    }

    #[test]
    fn an_ignored_test_is_found_and_a_word_about_it_is_not() {
        let source = "// todo!()\nconst A: &str = \"unimplemented!\";\n#[test]\n#[ignore]\nfn f() { todo!() }\n/// ```ignore\n";
        let tree = Tree::of(&[("crates/a/src/a.rs", source)]);
        let found = no_test_is_ignored_and_nothing_is_left_to_do(&tree);
        let lines: Vec<usize> = found.iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [4, 5, 6]);
    }

    #[test]
    fn a_module_root_without_its_sentence_is_found() {
        let tree = Tree::of(&[
            ("crates/a/src/lib.rs", "//! What it is.\n"),
            ("crates/a/src/b/mod.rs", "mod c;\n"),
            ("crates/a/src/b/c.rs", "fn f() {}\n"),
        ]);
        assert_eq!(
            lines(&every_module_root_says_what_it_is(&tree)),
            [("crates/a/src/b/mod.rs", 1)]
        );
    }

    #[test]
    fn a_missing_changelog_is_found() {
        assert_eq!(the_changelog_exists(&Tree::of(&[])).len(), 1);
        assert_eq!(the_changelog_exists(&Tree::of(&[("CHANGELOG.md", "")])), []);
    }
}
