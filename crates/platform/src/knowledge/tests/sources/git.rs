//! Git repositories, made by the program `git`.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use super::{Source, paths, start, text};
use crate::testing::serve_git;

fn git(folder: &Path, arguments: &[&str]) {
    let done = Command::new("git")
        .args(["-c", "user.name=test", "-c", "user.email=test@example.org"])
        .args(["-c", "protocol.file.allow=always", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

fn commit(folder: &Path) {
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "--message", "change"]);
}

/// A repository with two documents, and what is none.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = |path: &str| folder.path().join(path);
    git(folder.path(), &["init", "--quiet"]);
    fs::create_dir(at("docs")).unwrap();
    fs::write(at("README.md"), "# Atlas\n\nThe first.").unwrap();
    fs::write(at("docs/b.md"), "# Locks").unwrap();
    fs::write(at("image.png"), [0x89, b'P', 0, 1, 2]).unwrap();
    std::os::unix::fs::symlink("README.md", at("link.md")).unwrap();
    commit(folder.path());
    folder
}

fn change(folder: &Path) {
    fs::write(folder.join("README.md"), "# Atlas\n\nThe second.").unwrap();
    fs::write(folder.join("c.md"), "# New").unwrap();
    fs::remove_file(folder.join("docs/b.md")).unwrap();
    commit(folder);
}

#[tokio::test]
async fn a_repository_of_this_machine_is_read_where_it_is() {
    let app = start().await;
    let folder = repository();
    let location = folder.path().to_str().unwrap();
    let source = Source::add(&app, "git", location, json!({ "prune": true })).await;
    assert_eq!(source.result().await, "2 new");
    assert_eq!(paths(&app).await, ["README.md", "docs/b.md"]);

    fs::write(folder.path().join("uncommitted.md"), "not yet").unwrap();
    assert_eq!(source.run().await, "nothing new");
    fs::remove_file(folder.path().join("uncommitted.md")).unwrap();
    git(folder.path(), &["submodule", "add", "--quiet", location, "inside"]);
    change(folder.path());
    fs::remove_file(folder.path().join(".gitmodules")).unwrap();
    assert_eq!(source.run().await, "2 new, 1 changed, 1 gone");
    assert_eq!(paths(&app).await, [".gitmodules", "README.md", "c.md"]);
    app.end().await;
}

#[tokio::test]
async fn a_repository_is_fetched_over_http() {
    let app = start().await;
    let folder = repository();
    let url = serve_git(folder.path(), None).await;
    let source = Source::add(&app, "git", &url, json!({ "prune": true })).await;
    assert_eq!(source.result().await, "2 new");
    assert_eq!(paths(&app).await, ["README.md", "docs/b.md"]);
    assert_eq!(source.run().await, "nothing new");
    change(folder.path());
    assert_eq!(source.run().await, "1 new, 1 changed, 1 gone");
    assert!(text(&app, "README.md").await.contains("The second."));

    let kept = app.folder.path().join("repositories").join(&source.id);
    assert!(kept.is_dir());
    let answer = app.delete(&format!("{}/{}", super::SOURCES, source.id)).await;
    assert_eq!(answer.status, 204);
    assert!(!kept.exists());
    app.end().await;
}

#[tokio::test]
async fn what_is_no_repository_is_told() {
    let app = start().await;
    let folder = tempfile::tempdir().unwrap();
    let source = Source::add(&app, "git", folder.path().to_str().unwrap(), json!({})).await;
    let result = source.result().await;
    assert!(result.starts_with("cannot open the repository"), "{result}");
    app.end().await;
}
