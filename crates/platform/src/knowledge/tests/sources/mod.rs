//! Sources through their routes, with real folders, repositories and servers behind them.

mod files;
mod git;
mod pages;
mod routes;
mod web;

use std::time::Duration;

use serde_json::{Value, json};

use crate::testing::TestApp;

const SOURCES: &str = "/api/v1/projects/atlas/knowledge/sources";
const DOCUMENTS: &str = "/api/v1/projects/atlas/knowledge/documents";

/// Of the clock, at each look of a test at what it waits for.
const STEP: Duration = Duration::from_millis(300);

/// An application that may ask this machine, with a project.
async fn start() -> TestApp {
    let app = TestApp::with(&[("knowledge.allow_private_addresses", "true")]).await;
    app.register("atlas").await;
    app
}

/// A source whose look is over, and its documents are in.
struct Source<'a> {
    app: &'a TestApp,
    id: String,
}

impl<'a> Source<'a> {
    async fn add(app: &'a TestApp, kind: &str, location: &str, more: Value) -> Self {
        let mut body = json!({ "kind": kind, "location": location });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let made = app.post(SOURCES, body).await.json();
        let source = Self { app, id: made["id"].as_str().unwrap().to_owned() };
        source.until_looked_at(&Value::Null).await;
        source
    }

    async fn show(&self) -> Value {
        let all = self.app.get(SOURCES).await.json();
        let found = all.as_array().unwrap().iter().find(|it| it["id"] == *self.id);
        found.unwrap().clone()
    }

    async fn result(&self) -> String {
        self.show().await["last_result"].as_str().unwrap().to_owned()
    }

    /// Looks again; what was found, in words.
    async fn run(&self) -> String {
        let before = self.show().await["last_run_at"].clone();
        let answer = self.app.post(&format!("{SOURCES}/{}/run", self.id), json!({})).await;
        assert_eq!(answer.status, 202);
        self.until_looked_at(&before).await;
        self.result().await
    }

    async fn until_looked_at(&self, before: &Value) {
        let before = before.as_str();
        self.app
            .eventually("the source is looked at", async |app| {
                app.clock.advance(STEP);
                self.show().await["last_run_at"].as_str() != before
            })
            .await;
        self.app
            .eventually("the documents are in", async |app| {
                app.clock.advance(STEP);
                waiting(app, "queued").await + waiting(app, "running").await == 0
            })
            .await;
    }
}

async fn waiting(app: &TestApp, state: &str) -> usize {
    let jobs = app.get(&format!("/api/v1/jobs?state={state}")).await.json();
    let is_ours = |it: &&Value| it["name"].as_str().unwrap().starts_with("knowledge.");
    jobs.as_array().unwrap().iter().filter(is_ours).count()
}

/// The paths that are there, in order.
async fn paths(app: &TestApp) -> Vec<String> {
    let found = app.get(DOCUMENTS).await.json();
    let path = |it: &Value| it["path"].as_str().unwrap().to_owned();
    found.as_array().unwrap().iter().map(path).collect()
}

/// The text of the document at that path.
async fn text(app: &TestApp, path: &str) -> String {
    let found = app.get(DOCUMENTS).await.json();
    let found = found.as_array().unwrap().iter().find(|it| it["path"] == path).unwrap();
    let id = found["id"].as_str().unwrap();
    let document = app.get(&format!("{DOCUMENTS}/{id}")).await.json();
    document["text"].as_str().unwrap().to_owned()
}
