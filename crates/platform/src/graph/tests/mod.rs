//! The graph through its surface: folders of small files, indexed by a worker.

mod answers;
mod beyond;
mod exports;
mod history;
mod indexing;
mod large;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::testing::TestApp;

pub(super) const GRAPH: &str = "/api/v1/projects/atlas/graph";

/// An application with one project, and a folder of code.
pub(super) struct Code {
    pub app: TestApp,
    folder: tempfile::TempDir,
}

/// A small shop: two files that need each other, one that is tested.
pub(super) const SHOP: &[(&str, &str)] = &[
    ("shop/__init__.py", ""),
    (
        "shop/cart.py",
        "from shop.prices import price\n\n\ndef total():\n    return price()\n\n\ndef tax():\n    \
         return total()\n",
    ),
    ("shop/prices.py", "from shop.rates import rate\n\n\ndef price():\n    return rate()\n"),
    ("shop/rates.py", "import shop.prices\n\n\n# TODO: ask the bank\ndef rate():\n    return 2\n"),
];

impl Code {
    pub(super) async fn start() -> Self {
        let app = TestApp::start().await;
        app.register("atlas").await;
        Self { app, folder: tempfile::tempdir().expect("a folder") }
    }

    /// With the shop, indexed.
    pub(super) async fn shop() -> Self {
        let code = Self::start().await;
        code.write(SHOP);
        code.index().await;
        code
    }

    pub(super) fn root(&self) -> &Path {
        self.folder.path()
    }

    fn place(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    pub(super) fn write(&self, files: &[(&str, &str)]) {
        for (path, text) in files {
            let place = self.place(path);
            std::fs::create_dir_all(place.parent().expect("a folder")).expect("made");
            std::fs::write(place, text).expect("written");
        }
    }

    pub(super) fn remove(&self, path: &str) {
        std::fs::remove_file(self.place(path)).expect("removed");
    }

    /// Indexes the folder; answers with what came of it.
    pub(super) async fn index(&self) -> Value {
        self.index_folder(self.root()).await
    }

    pub(super) async fn index_folder(&self, folder: &Path) -> Value {
        self.index_into("atlas", folder).await
    }

    pub(super) async fn index_into(&self, project: &str, folder: &Path) -> Value {
        let path = folder.display().to_string();
        let graph = format!("/api/v1/projects/{project}/graph");
        let accepted = self.app.post(&format!("{graph}/index"), json!({ "path": path })).await;
        assert_eq!(accepted.status, 202, "{}", accepted.text);
        let id = accepted.json()["id"].as_str().expect("an id").to_owned();
        self.finished_of(&format!("{graph}/jobs/{id}")).await
    }

    pub(super) async fn finished(&self, id: &str) -> Value {
        self.finished_of(&format!("{GRAPH}/jobs/{id}")).await
    }

    async fn finished_of(&self, path: &str) -> Value {
        self.app
            .eventually("the folder is indexed", async |app| {
                app.get(path).await.json().get("finished_at").is_some()
            })
            .await;
        self.app.get(path).await.json()
    }

    pub(super) async fn get(&self, path: &str) -> Value {
        self.app.get(&format!("{GRAPH}{path}")).await.json()
    }

    /// The whole graph by what is the same in every database: keys are not shown, so kind, name
    /// and place stand for a node.
    pub(super) async fn content(&self) -> (Vec<String>, Vec<String>) {
        let whole = self.get("/export?format=json").await;
        let nodes = whole["nodes"].as_array().expect("nodes");
        let mut told = std::collections::HashMap::new();
        for node in nodes {
            let mut bare = node.clone();
            let id = bare["id"].take();
            told.insert(id.as_i64().expect("an id"), bare.to_string());
        }
        let edges = whole["edges"].as_array().expect("edges").iter().map(|edge| {
            let end = |name: &str| &told[&edge[name].as_i64().expect("an id")];
            format!("{} {} {} {}", end("from"), edge["kind"], end("to"), edge["provenance"])
        });
        let mut edges: Vec<String> = edges.collect();
        edges.sort();
        let mut nodes: Vec<String> = told.into_values().collect();
        nodes.sort();
        (nodes, edges)
    }
}

/// The qualified names in a list of nodes, or of what holds a `node`.
pub(super) fn names(list: &Value) -> Vec<&str> {
    let items = list.as_array().expect("a list").iter();
    items
        .map(|item| {
            let node = if item["node"].is_object() { &item["node"] } else { item };
            node["qualified_name"].as_str().expect("a name")
        })
        .collect()
}

/// Has the program `git` do something in the name of `author`, in seconds since 1970.
pub(super) fn git(folder: &Path, (author, at): (&str, i64), arguments: &[&str]) -> String {
    let (name, email) = author.trim_end_matches('>').split_once(" <").expect("a name");
    let done = Command::new("git")
        .args(["-c", "commit.gpgsign=false", "-c", "core.hooksPath=/dev/null"])
        .args(["-c", "protocol.file.allow=always"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_AUTHOR_NAME", name)
        .env("GIT_AUTHOR_EMAIL", email)
        .env("GIT_COMMITTER_NAME", "test")
        .env("GIT_COMMITTER_EMAIL", "test@example.org")
        .env("GIT_AUTHOR_DATE", format!("{at} +0000"))
        .env("GIT_COMMITTER_DATE", format!("{at} +0000"))
        .output()
        .expect("git runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).expect("UTF-8").trim().to_owned()
}
