use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};

use serde_json::json;

use super::{ADA, Made, Registered, start};
use crate::repositories::checkout::checkout;
use crate::repositories::history::{Known, Limits, history};
use crate::testing::{TestApp, serve_git};

async fn files_of(app: &TestApp, repository: &Registered<'_>) -> PathBuf {
    checkout(app.app(), repository.id.parse().unwrap()).await.unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_mirror_is_checked_out_with_its_history_and_without_its_links() {
    let app = start().await;
    let made = Made::new();
    symlink("/etc/passwd", made.path().join("link")).unwrap();
    let head = made.commit(ADA, "one", &["a.rs", "src/b.rs", "src/deep/c.rs"]);
    let url = serve_git(made.path(), None).await;
    let repository = Registered::add(&app, &url, json!({})).await;
    let folder = files_of(&app, &repository).await;
    assert_eq!(names(&folder), [".git", "a.rs", "src"]);
    assert_eq!(fs::read_to_string(folder.join("src/deep/c.rs")).unwrap(), "one");
    let found = history(&folder, Limits::default(), Known::new()).unwrap().unwrap().history;
    assert_eq!(found.commits[0].id, head);
    assert_eq!(found.paths["src/b.rs"].changes, 1);
    app.end().await;
}

#[tokio::test]
async fn only_what_changed_is_written_anew() {
    let app = start().await;
    let made = Made::new();
    made.commit(ADA, "one", &["same.rs", "changed.rs", "gone/deep/a.rs", "folder"]);
    let url = serve_git(made.path(), None).await;
    let repository = Registered::add(&app, &url, json!({})).await;
    let folder = files_of(&app, &repository).await;
    let place = |name: &str| fs::metadata(folder.join(name)).unwrap().mtime_nsec();
    let before = place("same.rs");

    fs::remove_dir_all(made.path().join("gone")).unwrap();
    fs::remove_file(made.path().join("folder")).unwrap();
    made.commit(ADA, "two", &["changed.rs", "folder/a.rs"]);
    repository.fetch().await;
    assert_eq!(files_of(&app, &repository).await, folder);
    assert_eq!(names(&folder), [".git", "changed.rs", "folder", "same.rs"]);
    assert_eq!(fs::read_to_string(folder.join("changed.rs")).unwrap(), "two");
    assert_eq!(place("same.rs"), before);

    // As after a crash: nothing says what is in the folder.
    fs::remove_file(folder.with_extension("commit")).unwrap();
    fs::write(folder.join("left over"), "").unwrap();
    files_of(&app, &repository).await;
    assert_eq!(names(&folder), [".git", "changed.rs", "folder", "same.rs"]);
    app.end().await;
}

#[tokio::test]
async fn a_work_tree_of_this_machine_is_used_where_it_is_and_a_branch_of_it_is_not() {
    let app = start().await;
    let made = Made::new();
    made.commit(ADA, "one", &["a.rs"]);
    made.git(&["branch", "side"]);
    made.commit(ADA, "two", &["a.rs"]);
    let location = made.path().canonicalize().unwrap();
    let location = location.to_str().unwrap();
    let repository = Registered::add(&app, location, json!({})).await;
    assert_eq!(files_of(&app, &repository).await, Path::new(location));
    app.delete(&repository.path()).await;

    let repository = Registered::add(&app, location, json!({ "branch": "side" })).await;
    let folder = files_of(&app, &repository).await;
    assert_eq!(fs::read_to_string(folder.join("a.rs")).unwrap(), "one");
    assert_eq!(
        history(&folder, Limits::default(), Known::new()).unwrap().unwrap().history.commits.len(),
        1
    );
    app.end().await;
}

#[tokio::test]
async fn a_worker_that_has_no_mirror_fetches_one() {
    let app = start().await;
    let made = Made::new();
    made.commit(ADA, "one", &["a.rs"]);
    let url = serve_git(made.path(), None).await;
    let repository = Registered::add(&app, &url, json!({})).await;
    fs::remove_dir_all(app.folder.path().join("mirrors")).unwrap();
    assert_eq!(names(&files_of(&app, &repository).await), [".git", "a.rs"]);
    app.end().await;
}
