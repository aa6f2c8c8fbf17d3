//! Git repositories, made by the program `git`.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio_util::task::TaskTracker;

use super::{Source, paths, start, text};

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
    let url = serve(folder.path()).await;
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

/// The smart protocol over HTTP, by `git upload-pack`.
async fn serve(folder: &Path) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/atlas.git", listener.local_addr().unwrap());
    let router = axum::Router::new()
        .route("/atlas.git/info/refs", axum::routing::get(advertise))
        .route("/atlas.git/git-upload-pack", axum::routing::post(upload_pack))
        .with_state(folder.to_path_buf());
    TaskTracker::new().spawn(async move { axum::serve(listener, router).await });
    url
}

async fn advertise(
    State(folder): State<std::path::PathBuf>,
    headers: HeaderMap,
) -> impl IntoResponse {
    let refs = answer(&folder, &headers, &["--http-backend-info-refs"], &[]).await;
    // The first version greets; the second does not, as every server since shows.
    let is_second = headers.get("git-protocol").is_some_and(|it| it == "version=2");
    let greeting = if is_second { &b""[..] } else { b"001e# service=git-upload-pack\n0000" };
    let kind = "application/x-git-upload-pack-advertisement";
    ([(CONTENT_TYPE, kind)], [greeting, &refs].concat())
}

async fn upload_pack(
    State(folder): State<std::path::PathBuf>,
    headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse {
    let pack = answer(&folder, &headers, &[], &body).await;
    ([(CONTENT_TYPE, "application/x-git-upload-pack-result")], pack)
}

async fn answer(folder: &Path, headers: &HeaderMap, more: &[&str], body: &[u8]) -> Vec<u8> {
    let mut command = tokio::process::Command::new("git");
    command.args(["upload-pack", "--stateless-rpc"]).args(more).arg(folder);
    if let Some(protocol) = headers.get("git-protocol") {
        command.env("GIT_PROTOCOL", protocol.to_str().unwrap());
    }
    let mut running = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = running.stdin.take().unwrap();
    input.write_all(body).await.unwrap();
    drop(input);
    running.wait_with_output().await.unwrap().stdout
}
