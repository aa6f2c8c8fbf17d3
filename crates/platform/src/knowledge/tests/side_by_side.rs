//! What happens at the same time, and what cannot go on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::future::join_all;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::{Base, KNOWLEDGE};

fn notes(numbers: std::ops::Range<u32>) -> Value {
    let note =
        |number| json!({ "path": format!("{number:02}.md"), "text": format!("Note {number}.") });
    json!({ "documents": numbers.map(note).collect::<Vec<_>>() })
}

async fn paths_there(base: &Base) -> Vec<String> {
    let listed = base.get("documents?limit=1000").await;
    let path = |it: &Value| it["path"].as_str().unwrap().to_owned();
    listed.as_array().unwrap().iter().map(path).collect()
}

#[tokio::test]
async fn two_ingests_of_one_collection_leave_every_document_once() {
    let base = Base::without_model().await;
    let ranges = [0..40, 20..60, 30..50];
    let added = join_all(ranges.map(|it| base.post("documents", notes(it)))).await;
    for accepted in added {
        base.finished(accepted["id"].as_str().unwrap()).await;
    }
    let expected: Vec<String> = (0..60).map(|number| format!("{number:02}.md")).collect();
    assert_eq!(paths_there(&base).await, expected);
    let found = base.search(json!({ "query": "note", "limit": 100 })).await;
    assert_eq!(found["hits"].as_array().unwrap().len(), 60);
    assert_eq!(base.collection().await["chunks"], 60);
}

#[tokio::test]
async fn what_comes_in_while_a_collection_is_embedded_anew_has_its_vectors_too() {
    let base = Base::with_model().await;
    base.add_to(notes(0..40)).await;
    let reembed = format!("{KNOWLEDGE}/collections/documents/reembed");
    let (asked, accepted) =
        tokio::join!(base.app.post(&reembed, json!({})), base.post("documents", notes(20..80)));
    assert_eq!(asked.status, 202, "{}", asked.text);
    base.finished(accepted["id"].as_str().unwrap()).await;
    base.app
        .eventually("no job is left", async |app| {
            let waits = async |state| app.get(&format!("/api/v1/jobs?state={state}")).await.json();
            let is_ours = |it: &Value| it["name"].as_str().unwrap().starts_with("knowledge.");
            let none = |jobs: Value| !jobs.as_array().unwrap().iter().any(is_ours);
            none(waits("queued").await) && none(waits("running").await)
        })
        .await;
    let asked = json!({ "query": "Note 63.", "mode": "vector", "limit": 100 });
    let found = base.search(asked).await;
    assert_eq!(found["hits"].as_array().unwrap().len(), 80, "every chunk has a vector");
    assert_eq!(found["hits"][0]["path"], "63.md");
}

/// An embedding server that refuses everyone until it is mended.
async fn moody_server(mended: Arc<AtomicBool>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    #[expect(clippy::disallowed_methods, reason = "it is no part of the application")]
    tokio::spawn(async move {
        loop {
            let (mut client, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            while client.read_buf(&mut request).await.unwrap() > 0 && !request.ends_with(b"}") {}
            let (status, body) = if mended.load(Ordering::SeqCst) {
                let vector = json!({ "data": [{ "index": 0, "embedding": [1.0, 0.0, 0.0, 0.0] }] });
                ("200 OK", vector.to_string())
            } else {
                ("401 Unauthorized", r#"{"error":{"message":"no such key"}}"#.to_owned())
            };
            let head = "content-type: application/json\r\nconnection: close";
            let answer = format!(
                "HTTP/1.1 {status}\r\n{head}\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
            client.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    url
}

#[tokio::test]
async fn an_ingest_that_is_given_up_says_why_and_goes_on_when_it_is_asked_to() {
    let mended = Arc::new(AtomicBool::new(false));
    let url = moody_server(Arc::clone(&mended)).await;
    let base = Base::start(&[
        ("knowledge.embedding_url", &url),
        ("knowledge.embedding_model", "moody"),
        ("knowledge.embedding_dimensions", "4"),
    ])
    .await;
    let accepted = base.post("documents", notes(0..1)).await;
    let job = format!("{KNOWLEDGE}/jobs/{}", accepted["id"].as_str().unwrap());
    base.app
        .eventually("it is given up", async |app| {
            app.clock.advance(Duration::from_mins(1));
            app.get(&job).await.json()["state"] == "gave_up"
        })
        .await;
    let given_up = base.app.get(&job).await.json();
    assert!(given_up["error"].as_str().unwrap().contains("no such key"), "{given_up}");
    assert_eq!((&given_up["total"], &given_up["done"]), (&json!(1), &json!(0)));
    // Whoever follows it learns that nothing more comes.
    let mut live = base.app.follow(&format!("{job}/stream"), None).await;
    assert_eq!(live.next().await.unwrap().data["state"], "gave_up");
    assert!(live.next().await.is_none());

    mended.store(true, Ordering::SeqCst);
    let jobs = base.app.get("/api/v1/jobs?state=gave_up").await.json();
    let retry = format!("/api/v1/jobs/{}/retry", jobs[0]["id"].as_str().unwrap());
    base.app.post(&retry, Value::Null).await.json();
    let done = base.finished(accepted["id"].as_str().unwrap()).await;
    assert_eq!((&done["done"], &done["failed"]), (&json!(1), &json!(0)));
    assert_eq!(paths_there(&base).await, ["00.md"]);
}
