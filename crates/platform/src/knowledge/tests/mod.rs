//! The knowledge base through its surface, with the real readers and the real model.

mod adding;
mod connected;
mod hostile;
mod searching;
mod side_by_side;
mod sources;
mod transfer;
mod vectors;

use std::path::Path;

use serde_json::{Value, json};

use crate::service::Service;
use crate::testing::TestApp;

/// An application with one project, and the knowledge base of that project.
pub(super) struct Base {
    pub app: TestApp,
}

const KNOWLEDGE: &str = "/api/v1/projects/atlas/knowledge";

impl Base {
    /// With the embedding model of the test run.
    pub(super) async fn with_model() -> Self {
        let model = test_model();
        let models = Path::new(&model).parent().expect("a folder of models");
        Self::start(&[("knowledge.models", &models.display().to_string())]).await
    }

    /// Searched by keyword alone.
    pub(super) async fn without_model() -> Self {
        Self::start(&[("knowledge.models", "/nonexistent")]).await
    }

    async fn start(settings: &[(&str, &str)]) -> Self {
        let app = TestApp::of(&[Service::Federation, Service::Worker], settings).await;
        let project = json!({ "slug": "atlas", "name": "Atlas", "hub_url": "http://127.0.0.1:1" });
        app.post("/api/fed/projects", project).await.json();
        Self { app }
    }

    pub(super) async fn get(&self, path: &str) -> Value {
        self.app.get(&format!("{KNOWLEDGE}/{path}")).await.json()
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> Value {
        self.app.post(&format!("{KNOWLEDGE}/{path}"), body).await.json()
    }

    /// The fields that were wrong.
    pub(super) async fn refused(&self, path: &str, body: Value) -> (u16, Vec<String>) {
        self.app.post(&format!("{KNOWLEDGE}/{path}"), body).await.problem()
    }

    /// Adds texts by path and waits until they are in; answers with how that went.
    pub(super) async fn add(&self, documents: &[(&str, &str)]) -> Value {
        let documents: Vec<Value> =
            documents.iter().map(|(path, text)| json!({ "path": path, "text": text })).collect();
        self.add_to(json!({ "documents": documents })).await
    }

    pub(super) async fn add_to(&self, body: Value) -> Value {
        let accepted = self.post("documents", body).await;
        self.finished(accepted["id"].as_str().expect("a job")).await
    }

    /// How a job went, once it is done.
    pub(super) async fn finished(&self, job: &str) -> Value {
        let path = format!("{KNOWLEDGE}/jobs/{job}");
        self.app
            .eventually("the documents are in", async |app| {
                app.get(&path).await.json()["state"] == "done"
            })
            .await;
        self.app.get(&path).await.json()
    }

    pub(super) async fn search(&self, body: Value) -> Value {
        self.post("search", body).await
    }

    /// The paths that answer `query` in that mode, best first.
    pub(super) async fn paths(&self, query: &str, mode: &str) -> Vec<String> {
        paths(&self.search(json!({ "query": query, "mode": mode })).await)
    }

    /// The usual collection.
    pub(super) async fn collection(&self) -> Value {
        self.get("collections/documents").await
    }
}

/// The folder of the embedding model.
#[expect(clippy::disallowed_methods, reason = "the test run says where its model is")]
pub(super) fn test_model() -> String {
    std::env::var("TEST_MODEL")
        .expect("TEST_MODEL names the embedding model; `cargo xtask test` fetches it")
}

pub(super) fn paths(answer: &Value) -> Vec<String> {
    let hits = answer["hits"].as_array().expect("hits");
    hits.iter().map(|hit| hit["path"].as_str().expect("a path").to_owned()).collect()
}
