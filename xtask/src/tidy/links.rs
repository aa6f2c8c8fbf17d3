//! Rules about the pages.

use super::Finding;
use super::tree::Tree;

pub(super) fn every_relative_link_leads_somewhere(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for page in tree.files().iter().filter(|file| file.extension() == Some("md")) {
        for (line, link) in links(&page.text) {
            let target = link.split(['#', '?']).next().unwrap_or_default();
            let is_elsewhere = target.contains("://") || target.starts_with("mailto:");
            if target.is_empty() || is_elsewhere {
                continue;
            }
            if !resolve(&page.path, target).is_some_and(|path| tree.has(&path)) {
                findings.push(Finding::new(&page.path, line, format!("no `{target}` to link to")));
            }
        }
    }
    findings
}

/// The targets of `[text](target "title")`, with their lines; code is left out.
fn links(page: &str) -> Vec<(usize, &str)> {
    let mut links = Vec::new();
    let mut is_code_block = false;
    for (index, line) in page.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            is_code_block = !is_code_block;
        }
        if is_code_block {
            continue;
        }
        // Every second part stands between backticks.
        for prose in line.split('`').step_by(2) {
            for after in prose.split("](").skip(1) {
                let target = after.split([')', ' ']).next().unwrap_or_default();
                links.push((index + 1, target.trim_matches(['<', '>'])));
            }
        }
    }
    links
}

/// `target` as seen from `page`, from the root of the repository; none if it leaves the repository.
fn resolve(page: &str, target: &str) -> Option<String> {
    let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut path: Vec<&str> = folder.split('/').filter(|name| !name.is_empty()).collect();
    if target.starts_with('/') {
        path.clear();
    }
    for name in target.split('/') {
        match name {
            "" | "." => {}
            ".." => {
                path.pop()?;
            }
            name => path.push(name),
        }
    }
    Some(path.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(page: &str) -> Vec<(usize, String)> {
        let tree =
            Tree::of(&[("docs/guide/page.md", page), ("docs/other.md", ""), ("LICENSE", "")]);
        let found = every_relative_link_leads_somewhere(&tree);
        found.into_iter().map(|finding| (finding.line, finding.message)).collect()
    }

    #[test]
    fn a_link_is_seen_from_its_page() {
        assert_eq!(broken("[a](../other.md) [b](../other.md#part) [c](../../LICENSE)"), []);
        assert_eq!(broken("[folder](..) [here](#part) [page](page.md \"title\")"), []);
    }

    #[test]
    fn a_link_to_nothing_is_found() {
        let found = broken("text\n[a](gone.md) and [b](../../../outside.md)");
        let lines: Vec<usize> = found.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [2, 2]);
    }

    #[test]
    fn other_places_and_code_are_left_alone() {
        assert_eq!(broken("[a](https://example.org/x) [b](mailto:a@example.org)"), []);
        assert_eq!(broken("`[a](gone.md)`\n```\n[b](gone.md)\n```\n"), []);
    }
}
