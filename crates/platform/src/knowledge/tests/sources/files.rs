//! Folders.

use std::fs;

use serde_json::json;

use super::{Source, paths, start, text};

#[tokio::test]
async fn a_folder_is_followed_as_it_changes() {
    let app = start().await;
    let folder = tempfile::tempdir().unwrap();
    let at = |path: &str| folder.path().join(path);
    fs::create_dir(at("sub")).unwrap();
    fs::write(at("a.md"), "# Keys\n\nThey are rotated.").unwrap();
    fs::write(at("sub/b.txt"), "Locks are changed.").unwrap();
    fs::write(at(".hidden.md"), "hidden").unwrap();
    fs::write(at(".gitignore"), "ignored.md\n").unwrap();
    fs::write(at("ignored.md"), "ignored").unwrap();
    fs::write(at("image.png"), [0x89, b'P', 0, 1, 2]).unwrap();
    std::os::unix::fs::symlink(at("a.md"), at("link.md")).unwrap();

    let location = folder.path().to_str().unwrap();
    let source = Source::add(&app, "folder", location, json!({ "prune": true })).await;
    assert_eq!(source.result().await, "2 new");
    assert_eq!(paths(&app).await, ["a.md", "sub/b.txt"]);
    assert_eq!(source.run().await, "nothing new");

    fs::write(at("a.md"), "# Keys\n\nThey are thrown away.").unwrap();
    fs::write(at("c.md"), "# New").unwrap();
    fs::remove_file(at("sub/b.txt")).unwrap();
    assert_eq!(source.run().await, "1 new, 1 changed, 1 gone");
    assert_eq!(paths(&app).await, ["a.md", "c.md"]);
    assert!(text(&app, "a.md").await.contains("thrown away"));
    app.end().await;
}

#[tokio::test]
async fn a_folder_that_is_gone_or_not_pruned_takes_nothing_with_it() {
    let app = start().await;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.md"), "a").unwrap();
    fs::write(folder.path().join("b.md"), "b").unwrap();
    let location = folder.path().to_str().unwrap();
    let keeping = json!({ "collection": "kept" });
    let keeping = Source::add(&app, "folder", location, keeping).await;
    let pruning = Source::add(&app, "folder", location, json!({ "prune": true })).await;
    fs::remove_file(folder.path().join("b.md")).unwrap();
    assert_eq!(keeping.run().await, "nothing new");

    let away = folder.path().with_extension("away");
    fs::rename(folder.path(), &away).unwrap();
    let result = pruning.run().await;
    assert!(result.starts_with("there is no folder"), "{result}");
    assert_eq!(paths(&app).await, ["a.md", "b.md"]);
    fs::rename(&away, folder.path()).unwrap();
    assert_eq!(pruning.run().await, "1 gone");
    app.end().await;
}

#[tokio::test]
async fn what_is_too_large_or_unreadable_is_counted_at_every_look() {
    let mut app = start().await;
    app.stop().await;
    app.set("knowledge.max_document", "1000");
    app.start_again().await;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("large.md"), "x".repeat(1_001)).unwrap();
    fs::write(folder.path().join("bad.pdf"), "%PDF-1.7 nothing").unwrap();
    let location = folder.path().to_str().unwrap();
    let source = Source::add(&app, "folder", location, json!({})).await;
    assert_eq!(source.result().await, "1 new, 1 failed");
    assert_eq!(source.run().await, "2 failed");
    app.end().await;
}
