//! `cargo xtask tidy`: the rules of the repository that no lint knows. A rule is a function whose
//! name is its claim; it gives the places where the claim does not hold.

mod files;
mod links;
mod manifests;
mod migrations;
mod slices;
mod source;
mod tree;

use std::fmt;

use anyhow::{Result, ensure};

use self::tree::Tree;

const RULES: [fn(&Tree) -> Vec<Finding>; 11] = [
    files::no_file_is_over_400_production_lines,
    files::no_name_is_a_catch_all,
    files::no_test_is_ignored_and_nothing_is_left_to_do,
    files::every_module_root_says_what_it_is,
    files::the_changelog_exists,
    links::every_relative_link_leads_somewhere,
    manifests::every_workspace_dependency_is_used,
    migrations::both_engines_have_the_same_migrations,
    migrations::every_tenant_table_has_its_wall,
    slices::every_slice_is_a_module_of_lib,
    slices::a_slice_names_only_slices_above_it,
];

/// One place where a rule is broken.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    path: String,
    /// From 1.
    line: usize,
    message: String,
}

impl Finding {
    fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.path, self.line, self.message)
    }
}

pub(crate) async fn run() -> Result<()> {
    let tree = Tree::read().await?;
    let findings: Vec<Finding> = RULES.iter().flat_map(|rule| rule(&tree)).collect();
    for finding in &findings {
        println!("{finding}");
    }
    ensure!(findings.is_empty(), "{} places break a rule of the repository", findings.len());
    println!("{} rules hold in {} files", RULES.len(), tree.files().len());
    Ok(())
}
