//! Trees on disk, and which of their files are read.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use codegraph::walk::{Found, Limits, list, load};
use tempfile::TempDir;

/// A folder with these files in it; one whose name ends with `/` is an empty folder.
fn tree(files: &[(&str, &str)]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let place = root.path().join(path);
        if path.ends_with('/') {
            fs::create_dir_all(place).unwrap();
        } else {
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::write(place, text).unwrap();
        }
    }
    root
}

fn paths(root: &Path) -> Vec<String> {
    let (found, problems) = list(root, &Limits::default());
    assert_eq!(problems, []);
    found.into_iter().map(|found| found.path.to_string()).collect()
}

#[test]
fn what_git_ignores_is_left_out() {
    let root = tree(&[
        (".git/", ""),
        (".git/info/exclude", "mine.py\n"),
        (".gitignore", "target/\n*.log\n!keep.log\n"),
        ("a.py", ""),
        ("b.log", ""),
        ("keep.log", ""),
        ("mine.py", ""),
        ("target/c.py", ""),
        ("lib/.gitignore", "/generated.py\n"),
        ("lib/generated.py", ""),
        ("lib/inner/generated.py", ""),
        (".github/workflow.yml", ""),
    ]);
    assert_eq!(
        paths(root.path()),
        [
            ".github/workflow.yml",
            ".gitignore",
            "a.py",
            "keep.log",
            "lib/.gitignore",
            "lib/inner/generated.py"
        ]
    );
}

#[test]
fn a_folder_of_a_repository_is_read_by_the_rules_of_the_repository() {
    let root =
        tree(&[(".git/", ""), (".gitignore", "*.log\n"), ("lib/a.py", ""), ("lib/b.log", "")]);
    assert_eq!(paths(&root.path().join("lib")), ["a.py"]);
}

#[test]
fn the_rules_of_a_folder_that_is_no_repository_hold_inside_of_it() {
    let root = tree(&[(".gitignore", "*.py\n"), ("lib/.gitignore", "b.py\n"), ("lib/a.py", "")]);
    fs::write(root.path().join("lib/b.py"), "").unwrap();
    assert_eq!(paths(&root.path().join("lib")), [".gitignore", "a.py"]);
}

#[test]
fn a_repository_inside_is_left_out() {
    let root = tree(&[
        ("a.py", ""),
        ("vendored/.git/", ""),
        ("vendored/b.py", ""),
        ("submodule/.git", "gitdir: ../.git/modules/submodule"),
        ("submodule/c.py", ""),
    ]);
    assert_eq!(paths(root.path()), ["a.py"]);
}

#[test]
fn links_are_not_followed() {
    let other = tree(&[("secret.py", "")]);
    let root = tree(&[("a.py", "")]);
    symlink(other.path(), root.path().join("folder")).unwrap();
    symlink(other.path().join("secret.py"), root.path().join("file.py")).unwrap();
    symlink(root.path(), root.path().join("itself")).unwrap();
    assert_eq!(paths(root.path()), ["a.py"]);
}

#[test]
fn a_file_that_became_a_link_is_not_read() {
    let other = tree(&[("secret.py", "secret")]);
    let root = tree(&[("a.py", "")]);
    let (found, _) = list(root.path(), &Limits::default());
    fs::remove_file(root.path().join("a.py")).unwrap();
    symlink(other.path().join("secret.py"), root.path().join("a.py")).unwrap();
    assert_eq!(load(root.path(), &found[0]).unwrap_err().message, "no file any more");
}

#[test]
fn a_file_that_is_too_large_or_no_text_is_named_with_the_reason() {
    let root = tree(&[
        ("binary.py", "a\0b"),
        ("large.png", "0123456789"),
        ("large.py", "0123456789"),
        ("picture.png", "a\0b"),
        ("small.py", "1"),
    ]);
    let limits = Limits { max_file: 9, ..Limits::default() };
    let (found, problems) = list(root.path(), &limits);
    let said: Vec<_> = problems.iter().map(|it| (&*it.path, &*it.message)).collect();
    assert_eq!(said, [("large.py", "larger than 9 bytes")]);
    let [binary, picture, small]: [Found; 3] = found.try_into().unwrap();
    assert_eq!(load(root.path(), &binary).unwrap_err().message, "binary");
    assert_eq!(load(root.path(), &picture).unwrap().bytes, b"");
    assert_eq!(load(root.path(), &small).unwrap().bytes, b"1");
}

#[test]
fn more_files_than_are_read_are_counted() {
    let root = tree(&[("a.py", ""), ("b.py", ""), ("c.py", "")]);
    let limits = Limits { max_files: 2, ..Limits::default() };
    let (found, problems) = list(root.path(), &limits);
    assert_eq!(found.iter().map(|it| &*it.path).collect::<Vec<_>>(), ["a.py", "b.py"]);
    assert_eq!(problems[0].message, "only the first 2 of 3 files");
}
