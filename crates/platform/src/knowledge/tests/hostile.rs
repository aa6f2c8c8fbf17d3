//! Strangers' bytes, and deaths at the wrong moment.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use super::{Base, KNOWLEDGE};
use crate::service::Service;
use crate::testing::TestApp;

#[tokio::test]
async fn each_file_that_cannot_be_read_is_one_failed_document() {
    let base = Base::without_model().await;
    let bytes =
        |path: &str, content: &[u8]| json!({ "path": path, "base64": BASE64.encode(content) });
    let mut nested = b"[".repeat(100_000);
    nested.extend(b"]".repeat(100_000));
    let documents = json!([
        bytes("good.md", b"# Good\n\nStill here."),
        bytes("corrupt.pdf", b"%PDF-1.7\n1 0 obj << /Length 9999 >> stream\nxx"),
        bytes("binary.md", b"\x7fELF\0\0\0\0\0\0"),
        bytes("word.docx", b"PK\x03\x04 not really a zip"),
        bytes("latin.txt", b"caf\xe9 au lait is drunk in the morning by many people"),
        bytes("empty.txt", b""),
        bytes("line.txt", "long ".repeat(400_000).as_bytes()),
        bytes("deep.json", &nested),
    ]);
    let done = base.add_to(json!({ "documents": documents })).await;
    assert_eq!(done["done"], 8);
    let failed: Vec<&str> = done["failures"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["path"].as_str().unwrap())
        .collect();
    assert_eq!(failed, ["corrupt.pdf", "binary.md", "word.docx"]);
    assert!(
        done["failures"]
            .as_array()
            .unwrap()
            .iter()
            .all(|it| !it["reason"].as_str().unwrap().is_empty())
    );
    assert_eq!(base.paths("still here", "keyword").await, ["good.md"]);
    assert_eq!(base.paths("café", "keyword").await, ["latin.txt"]);
    let listed = base.get("documents?failed=true").await;
    assert_eq!(listed.as_array().unwrap().len(), 3);
    assert_eq!(base.collection().await["failed"], 3);
}

#[tokio::test]
async fn a_document_that_failed_is_tried_again_when_it_comes_again() {
    let base = Base::without_model().await;
    let again = json!({ "documents": [{ "path": "a.pdf", "base64": BASE64.encode(b"%PDF-1.7") }] });
    for _ in 0..2 {
        let done = base.add_to(again.clone()).await;
        assert_eq!((&done["total"], &done["failed"]), (&json!(1), &json!(1)));
    }
    base.add(&[("a.pdf", "Now it is plain text.")]).await;
    assert_eq!(base.paths("plain", "keyword").await, ["a.pdf"]);
    assert_eq!(base.collection().await["failed"], 0);
}

#[tokio::test]
async fn documents_wait_for_a_worker_and_go_on_where_one_stopped() {
    let settings = [("knowledge.models", "/nonexistent")];
    let app = TestApp::of(&[Service::Federation], &settings).await;
    let project = json!({ "slug": "atlas", "name": "Atlas", "hub_url": "http://127.0.0.1:1" });
    app.post("/api/fed/projects", project).await.json();
    let documents: Vec<Value> = (0..100)
        .map(|at| json!({ "path": format!("{at}.md"), "text": format!("number {at}") }))
        .collect();
    let body = json!({ "documents": documents });
    let accepted = app.post(&format!("{KNOWLEDGE}/documents"), body).await.json();
    assert_eq!((&accepted["state"], &accepted["done"]), (&json!("running"), &json!(0)));
    let job = format!("{KNOWLEDGE}/jobs/{}", accepted["id"].as_str().unwrap());
    let started = async |least: u64| {
        let worker = app.start_worker().await;
        app.eventually("documents are in", async |app| {
            app.get(&job).await.json()["done"].as_u64().unwrap() >= least
        })
        .await;
        worker.stop().await;
    };
    started(1).await;
    // The job of a worker that stopped is free again when its lock ends.
    app.clock.advance(std::time::Duration::from_mins(10));
    started(100).await;
    let collection = app.get(&format!("{KNOWLEDGE}/collections/documents")).await.json();
    assert_eq!((&collection["documents"], &collection["chunks"]), (&json!(100), &json!(100)));
}

#[tokio::test]
async fn progress_is_followed_until_the_last_document_is_in() {
    let base = Base::without_model().await;
    let documents: Vec<Value> =
        (0..60).map(|at| json!({ "path": format!("{at}.md"), "text": "words" })).collect();
    let accepted = base.post("documents", json!({ "documents": documents })).await;
    let path = format!("{KNOWLEDGE}/jobs/{}/stream", accepted["id"].as_str().unwrap());
    let mut live = base.app.follow(&path, None).await;
    loop {
        let event = live.next().await.expect("the stream goes on until all is in");
        let progress = event.data;
        if progress["state"] == "done" {
            assert_eq!(progress["done"], 60);
            break;
        }
        base.app.clock.advance(std::time::Duration::from_millis(250));
    }
}
