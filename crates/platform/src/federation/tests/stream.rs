//! The live stream of the catalog.

use std::time::Duration;

use futures::StreamExt;
use serde_json::{Value, json};

use super::with_project;
use crate::testing::TestApp;

/// One message of a stream.
#[derive(Debug)]
struct Message {
    id: i64,
    name: String,
    body: Value,
}

/// Reads `count` messages that hold data, from behind `last`.
async fn read(app: &TestApp, last: Option<i64>, count: usize) -> Vec<Message> {
    let mut request = app.request(reqwest::Method::GET, "/api/fed/stream");
    if let Some(last) = last {
        request = request.header("last-event-id", last.to_string());
    }
    let mut chunks = request.send().await.unwrap().bytes_stream();
    let mut text = String::new();
    let mut found = Vec::new();
    while found.len() < count {
        let chunk = tokio::time::timeout(Duration::from_secs(20), chunks.next()).await;
        text.push_str(&String::from_utf8_lossy(&chunk.unwrap().unwrap().unwrap()));
        while let Some((message, rest)) = text.split_once("\n\n") {
            found.extend(parse(message));
            text = rest.to_owned();
        }
    }
    found
}

fn parse(message: &str) -> Option<Message> {
    let field = |name: &str| message.lines().find_map(|line| line.strip_prefix(name));
    Some(Message {
        body: serde_json::from_str(field("data: ")?).unwrap(),
        id: field("id: ")?.parse().unwrap(),
        name: field("event: ")?.to_owned(),
    })
}

#[tokio::test]
async fn a_change_of_status_is_streamed_with_the_project() {
    let app = with_project("atlas").await;
    let (messages, ()) = tokio::join!(read(&app, None, 1), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        app.beat("atlas", json!({})).await;
    });
    assert_eq!(messages[0].name, "project.changed");
    assert_eq!(messages[0].body["slug"], "atlas");
    assert_eq!(messages[0].body["status"], "online");
    app.end().await;
}

#[tokio::test]
async fn a_stream_goes_on_where_it_was_cut() {
    let app = TestApp::start().await;
    for number in 0..5 {
        app.register(&format!("p{number}")).await;
    }
    let first = read(&app, Some(0), 2).await;
    let rest = read(&app, Some(first[1].id), 3).await;
    let slugs: Vec<&str> =
        first.iter().chain(&rest).map(|it| it.body["slug"].as_str().unwrap()).collect();
    assert_eq!(slugs, ["p0", "p1", "p2", "p3", "p4"]);
    app.end().await;
}

#[tokio::test]
async fn a_removed_project_is_streamed_as_removed() {
    let app = with_project("atlas").await;
    app.delete("/api/fed/projects/atlas").await;
    let messages = read(&app, Some(0), 1).await;
    assert_eq!(messages[0].name, "project.removed");
    assert_eq!(messages[0].body, json!({ "slug": "atlas" }));
    app.end().await;
}

#[tokio::test]
async fn a_stream_is_not_open_to_anyone() {
    let app = TestApp::start().await;
    let refused = app.send(app.anonymous(reqwest::Method::GET, "/api/fed/stream")).await;
    assert_eq!(refused.problem().0, 401);
    let request = app.request(reqwest::Method::GET, "/api/fed/stream");
    assert_eq!(app.send(request.header("last-event-id", "soon")).await.problem().0, 422);
    app.end().await;
}
