//! Repositories made by the program `git`, through the routes and beside them.

mod checkouts;
mod history;
mod looks;
mod routes;
mod webhooks;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use crate::testing::TestApp;

const REPOSITORIES: &str = "/api/v1/projects/atlas/repositories";
const ADA: &str = "Ada <ada@example.org>";

/// Of the clock, at each look of a test at what it waits for.
const STEP: Duration = Duration::from_millis(300);

/// An application that may ask this machine, with a project.
async fn start() -> TestApp {
    let app = TestApp::with(&[("knowledge.allow_private_addresses", "true")]).await;
    app.register("atlas").await;
    app
}

/// A repository that is registered and was looked at.
struct Registered<'a> {
    app: &'a TestApp,
    id: String,
    secret: String,
}

impl<'a> Registered<'a> {
    async fn add(app: &'a TestApp, location: &str, more: Value) -> Self {
        let mut body = json!({ "location": location });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let answer = app.post(REPOSITORIES, body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        let made = answer.json();
        let text = |path: &str| made.pointer(path).unwrap().as_str().unwrap().to_owned();
        let registered = Self { app, id: text("/repository/id"), secret: text("/webhook/secret") };
        assert_eq!(text("/webhook/path"), registered.webhook());
        registered.until_looked_at(None).await;
        registered
    }

    fn path(&self) -> String {
        format!("{REPOSITORIES}/{}", self.id)
    }

    fn webhook(&self) -> String {
        format!("/api/v1/repositories/{}/webhook", self.id)
    }

    async fn show(&self) -> Value {
        self.app.get(&self.path()).await.json()
    }

    async fn fetched_at(&self) -> Option<String> {
        self.show().await["fetched_at"].as_str().map(str::to_owned)
    }

    /// Looks again.
    async fn fetch(&self) -> Value {
        let before = self.fetched_at().await;
        let answer = self.app.post(&format!("{}/fetch", self.path()), json!({})).await;
        assert_eq!(answer.status, 202, "{}", answer.text);
        assert!(answer.json()["job"].is_string());
        self.until_looked_at(before).await;
        self.show().await
    }

    async fn until_looked_at(&self, before: Option<String>) {
        self.app
            .eventually("the repository is looked at", async |app| {
                app.clock.advance(STEP);
                self.fetched_at().await != before
            })
            .await;
    }

    /// What was recorded of it, the oldest first.
    async fn events(&self) -> Vec<(String, Value)> {
        let all = self.app.get("/api/v1/events?limit=1000").await.json();
        let ours = all.as_array().unwrap().iter().filter_map(|event| {
            let kind = event["type"].as_str()?.strip_prefix("repositories.")?;
            Some((kind.to_owned(), event["data"].clone()))
        });
        ours.collect()
    }
}

/// A repository of one branch, `main`.
struct Made(tempfile::TempDir);

impl Made {
    fn new() -> Self {
        let made = Self(tempfile::tempdir().unwrap());
        made.git(&["init", "--quiet", "--initial-branch=main"]);
        made
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn git(&self, arguments: &[&str]) -> String {
        self.git_as("Ada <ada@example.org>", arguments)
    }

    fn git_as(&self, author: &str, arguments: &[&str]) -> String {
        let (name, email) = author.trim_end_matches('>').split_once(" <").unwrap();
        let done = Command::new("git")
            .args(["-c", "commit.gpgsign=false", "-c", "core.hooksPath=/dev/null"])
            .args(arguments)
            .current_dir(self.path())
            .env("GIT_AUTHOR_NAME", name)
            .env("GIT_AUTHOR_EMAIL", email)
            .env("GIT_COMMITTER_NAME", "test")
            .env("GIT_COMMITTER_EMAIL", "test@example.org")
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Writes `text` into each of `paths` and commits it under `subject`; gives the commit.
    fn commit(&self, author: &str, subject: &str, paths: &[&str]) -> String {
        for path in paths {
            self.write(path, subject);
        }
        self.git(&["add", "--all"]);
        self.git_as(author, &["commit", "--quiet", "--allow-empty", "--message", subject]);
        self.git(&["rev-parse", "HEAD"])
    }
}
