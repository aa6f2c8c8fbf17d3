//! A write with an `Idempotency-Key` happens once, however often it is sent.

use std::time::Duration;

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::testing::{Answer, TestApp};

async fn register(app: &TestApp, idempotency_key: &str, slug: &str) -> Answer {
    let body = json!({ "slug": slug, "name": slug, "hub_url": "http://127.0.0.1:1" });
    let request = app.request(Method::POST, "/api/fed/projects").json(&body);
    app.insist(request.header("idempotency-key", idempotency_key)).await
}

async fn registrations(app: &TestApp) -> usize {
    let records = app.get("/api/v1/audit?limit=1000").await.json();
    let registered = |it: &&Value| it["action"] == "federation.project_registered";
    records.as_array().unwrap().iter().filter(registered).count()
}

#[tokio::test]
async fn the_same_request_gets_the_same_answer_and_has_one_effect() {
    let app = TestApp::start().await;
    let first = register(&app, "one", "atlas").await;
    let second = register(&app, "one", "atlas").await;
    assert_eq!((first.status, second.status), (201, 201));
    assert_eq!(first.text, second.text);
    for header in ["etag", "location", "content-type"] {
        assert_eq!(first.header(header), second.header(header), "{header}");
    }
    assert_eq!(
        (first.header("idempotent-replayed"), second.header("idempotent-replayed")),
        ("", "true")
    );
    assert_eq!(registrations(&app).await, 1);
    // Without the key it is a request of its own.
    assert_eq!(register(&app, "two", "atlas").await.status, 200);
    app.end().await;
}

#[tokio::test]
async fn another_request_under_the_same_key_is_422() {
    let app = TestApp::start().await;
    assert_eq!(register(&app, "one", "atlas").await.status, 201);
    let refused = register(&app, "one", "borealis").await;
    assert_eq!(refused.problem(), (422, vec!["Idempotency-Key".to_owned()]));
    assert_eq!(app.get("/api/fed/projects/borealis").await.status, 404);
    for key in ["", &"x".repeat(201)] {
        assert_eq!(register(&app, key, "borealis").await.problem().0, 422, "{key}");
    }
    // The keys of another caller are another's.
    let (_, secret) = app.new_key(&["fed:write"]).await;
    let body = json!({ "slug": "other", "name": "o", "hub_url": "http://127.0.0.1:1" });
    let request = app.with_key(&secret, Method::POST, "/api/fed/projects").json(&body);
    assert_eq!(app.send(request.header("idempotency-key", "one")).await.status, 201);
    app.end().await;
}

#[tokio::test]
async fn a_refusal_is_the_same_refusal_again() {
    let app = TestApp::start().await;
    let first = register(&app, "one", "A B").await;
    let second = register(&app, "one", "A B").await;
    assert_eq!(first.problem(), second.problem());
    assert_eq!(first.problem().0, 422);
    app.end().await;
}

#[tokio::test]
async fn of_many_at_once_one_has_an_effect() {
    let app = TestApp::start().await;
    let answers = join_all((0..20).map(|_| register(&app, "one", "atlas"))).await;
    assert!(answers.iter().any(|answer| answer.status == 201));
    for answer in &answers {
        assert!([201, 409].contains(&answer.status), "{}: {}", answer.status, answer.text);
    }
    assert_eq!(registrations(&app).await, 1);
    assert_eq!(register(&app, "one", "atlas").await.status, 201);
    app.end().await;
}

#[tokio::test]
async fn an_answer_with_a_secret_is_not_kept() {
    let app = TestApp::start().await;
    let make = async || {
        let request = app.request(Method::POST, "/api/v1/keys").header("idempotency-key", "one");
        app.send(request.json(&json!({ "name": "a", "scopes": ["fed:read"] }))).await
    };
    assert_eq!(make().await.status, 201);
    let keys = app.get("/api/v1/keys").await.json().as_array().unwrap().len();
    assert_eq!(make().await.problem().0, 409);
    assert_eq!(app.get("/api/v1/keys").await.json().as_array().unwrap().len(), keys);
    app.end().await;
}

#[tokio::test]
async fn who_hung_up_finds_the_answer_when_they_ask_again() {
    let app = TestApp::start().await;
    let body = r#"{"slug":"atlas","name":"atlas","hub_url":"http://127.0.0.1:1"}"#;
    for round in 0..5 {
        let mut socket = TcpStream::connect(app.address).await.unwrap();
        let head = format!(
            "POST /api/fed/projects HTTP/1.1\r\nhost: x\r\nx-api-key: {}\r\n\
             idempotency-key: round-{round}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            app.key(),
            body.len()
        );
        socket.write_all(head.as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(round)).await;
        drop(socket);
        app.eventually("the answer is there", async |app| {
            let request = app.request(Method::POST, "/api/fed/projects").body(body);
            let request = request.header("content-type", "application/json");
            let key = format!("round-{round}");
            let answer = app.send(request.header("idempotency-key", key)).await;
            assert!([200, 201, 409].contains(&answer.status), "{}", answer.text);
            answer.status != 409
        })
        .await;
    }
    assert_eq!(registrations(&app).await, 1);
    app.end().await;
}
