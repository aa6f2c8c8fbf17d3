//! Rules about the manifests.

use toml::{Table, Value};

use super::Finding;
use super::tree::Tree;

pub(super) fn every_workspace_dependency_is_used(tree: &Tree) -> Vec<Finding> {
    let Some(root) = tree.file("Cargo.toml") else { return Vec::new() };
    let workspace = parsed(&root.text);
    let Some(offered) = table(&workspace, "workspace").and_then(|it| table(it, "dependencies"))
    else {
        return Vec::new();
    };
    let members = tree.files().iter().filter(|file| file.name() == "Cargo.toml");
    let members: Vec<Table> = members.map(|file| parsed(&file.text)).collect();
    offered
        .keys()
        .filter(|name| !members.iter().any(|member| uses(member, name)))
        .map(|name| {
            let line = line_of(&root.text, name);
            Finding::new(&root.path, line, format!("no crate depends on `{name}`"))
        })
        .collect()
}

fn uses(member: &Table, name: &str) -> bool {
    let kinds = ["dependencies", "dev-dependencies", "build-dependencies"];
    let here = kinds.iter().any(|kind| table(member, kind).is_some_and(|it| it.contains_key(name)));
    let targets = table(member, "target").into_iter().flat_map(Table::values);
    here || targets.filter_map(Value::as_table).any(|target| uses(target, name))
}

fn line_of(manifest: &str, name: &str) -> usize {
    let defines = |line: &str| {
        line.strip_prefix(name).is_some_and(|after| after.starts_with([' ', '=', '.']))
    };
    manifest.lines().position(defines).map_or(1, |index| index + 1)
}

/// A manifest that cannot be read is cargo's to complain about.
fn parsed(manifest: &str) -> Table {
    manifest.parse().unwrap_or_default()
}

fn table<'a>(parent: &'a Table, name: &str) -> Option<&'a Table> {
    parent.get(name).and_then(Value::as_table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unused_dependency_is_found_where_it_stands() {
        let root = "[workspace.dependencies]\na = \"1\"\nab = \"1\"\nb = \"1\"\nc.path = \"c\"\n";
        let tree = Tree::of(&[
            ("Cargo.toml", root),
            ("crates/x/Cargo.toml", "[dependencies]\nab.workspace = true\n"),
            ("crates/y/Cargo.toml", "[target.'cfg(unix)'.dev-dependencies]\nb.workspace = true\n"),
        ]);
        let found = every_workspace_dependency_is_used(&tree);
        let lines: Vec<usize> = found.iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [2, 5]);
    }
}
