//! Keys from the first day to the last.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::service::Service;
use crate::testing::TestApp;

async fn listed(app: &TestApp, id: &str) -> Value {
    let keys = app.get("/api/v1/keys?limit=1000").await.json();
    let found = keys.as_array().unwrap().iter().find(|key| key["id"] == id);
    found.unwrap_or_else(|| panic!("{id} is not listed")).clone()
}

#[tokio::test]
async fn a_key_is_shown_once_and_listed_without_its_secret() {
    let app = TestApp::start().await;
    let body =
        json!({ "name": " ci ", "scopes": ["fed:read"], "owner": "ada", "project": "atlas" });
    let made = app.post("/api/v1/keys", body).await;
    assert_eq!(made.status, 201);
    let made = made.json();
    let (key, secret) = (&made["key"], made["secret"].as_str().unwrap());
    assert_eq!((&key["name"], &key["owner"]), (&json!("ci"), &json!("ada")));
    let id = key["id"].as_str().unwrap();
    assert!(secret.starts_with(&format!("cck_{}_", id.replace('-', ""))), "{id}");
    let list = app.get("/api/v1/keys").await;
    assert!(!list.text.contains(&secret[40..]));
    assert_eq!(listed(&app, id).await, *key);
    app.end().await;
}

#[tokio::test]
async fn a_key_that_makes_no_sense_is_refused_with_its_fields() {
    let app = TestApp::start().await;
    let long = "x".repeat(101);
    for (body, paths) in [
        (json!({ "name": "", "scopes": [] }), vec!["name", "scopes"]),
        (json!({ "name": long, "scopes": ["fed:read"], "owner": "" }), vec!["name", "owner"]),
        (json!({ "name": "a", "scopes": ["fed:reed"] }), vec!["scopes[0]"]),
        (json!({ "name": "a", "scopes": ["fed:read"], "admin": true }), vec!["admin"]),
        (json!({ "name": "a", "scopes": ["fed:read"], "project": "A B" }), vec!["project"]),
        (json!({ "name": "a", "scopes": ["fed:read"], "expires_at": "soon" }), vec!["expires_at"]),
        (
            json!({ "name": "a", "scopes": ["fed:read"], "expires_at": "2025-12-31T23:59:59Z" }),
            vec!["expires_at"],
        ),
        (json!({ "name": "a\u{0}b", "scopes": ["fed:read"] }), vec![""]),
    ] {
        let refused = app.post("/api/v1/keys", body.clone()).await;
        let paths = paths.into_iter().map(str::to_owned).collect();
        assert_eq!(refused.problem(), (422, paths), "{body}: {}", refused.text);
    }
    app.end().await;
}

#[tokio::test]
async fn nobody_gives_away_what_they_lack() {
    let app = TestApp::start().await;
    let (_, secret) = app.new_key(&["keys:write", "fed:read"]).await;
    let make = async |secret: &str, body: Value| {
        app.send(app.with_key(secret, Method::POST, "/api/v1/keys").json(&body)).await
    };
    let refused = make(&secret, json!({ "name": "a", "scopes": ["fed:read", "fed:write"] })).await;
    assert_eq!(refused.problem().0, 403);
    assert!(refused.text.contains("fed:write"), "{}", refused.text);
    let given = make(&secret, json!({ "name": "a", "scopes": ["fed:read", "keys:write"] })).await;
    assert_eq!(given.status, 201);

    let body = json!({ "name": "of atlas", "scopes": ["keys:write"], "project": "atlas" });
    let secret = app.post("/api/v1/keys", body).await.json()["secret"].as_str().unwrap().to_owned();
    for project in [Value::Null, json!("borealis")] {
        let body = json!({ "name": "a", "scopes": ["keys:write"], "project": project });
        assert_eq!(make(&secret, body).await.problem().0, 403, "{project}");
    }
    let body = json!({ "name": "a", "scopes": ["keys:write"], "project": "atlas" });
    assert_eq!(make(&secret, body).await.status, 201);
    app.end().await;
}

#[tokio::test]
async fn a_key_ends_when_its_time_has_come() {
    let app = TestApp::start().await;
    let body =
        json!({ "name": "a", "scopes": ["events:read"], "expires_at": "2026-01-01T00:01:00Z" });
    let secret = app.post("/api/v1/keys", body).await.json()["secret"].as_str().unwrap().to_owned();
    let request = app.with_key(&secret, Method::GET, "/api/v1/events/stream");
    let mut live = crate::testing::Live::open(request).await;
    app.advance(Duration::from_secs(59)).await;
    assert_eq!(app.get_as(&secret, "/api/v1/events").await.status, 200);
    app.advance(Duration::from_secs(1)).await;
    let refused = app.get_as(&secret, "/api/v1/events").await;
    assert_eq!(refused.problem().0, 403);
    assert!(refused.text.contains("expired"), "{}", refused.text);
    while live.next().await.is_some() {}
    app.end().await;
}

#[tokio::test]
async fn a_revoked_key_stops_at_once_and_its_streams_with_it() {
    let app = TestApp::start().await;
    let (id, secret) = app.new_key(&["events:read", "fed:read"]).await;
    let (_, other) = app.new_key(&["events:read"]).await;
    let open = async |key: &str, path: &str| {
        crate::testing::Live::open(app.with_key(key, Method::GET, path)).await
    };
    let mut events = open(&secret, "/api/v1/events/stream").await;
    let mut projects = open(&secret, "/api/fed/stream").await;
    let mut others = open(&other, "/api/v1/events/stream").await;
    assert_eq!(app.delete(&format!("/api/v1/keys/{id}")).await.status, 204);
    let refused = app.get_as(&secret, "/api/v1/events").await;
    assert_eq!(refused.problem().0, 403);
    assert!(refused.text.contains("revoked"), "{}", refused.text);
    app.register("atlas").await;
    let mut seen = vec![];
    while let Some(event) = events.next().await {
        seen.push(event.kind);
    }
    assert!(!seen.contains(&"federation.project_registered".to_owned()), "{seen:?}");
    assert_eq!(projects.next().await, None);
    assert_eq!(others.next().await.unwrap().kind, "access.key_revoked");
    assert_eq!(others.next().await.unwrap().kind, "federation.project_registered");
    // Twice is once.
    assert_eq!(app.delete(&format!("/api/v1/keys/{id}")).await.status, 204);
    assert!(listed(&app, &id).await["revoked_at"].is_string());
    assert_eq!(app.delete("/api/v1/keys/nonsense").await.problem().0, 404);
    app.end().await;
}

#[tokio::test]
async fn another_replica_knows_a_new_key_and_a_revocation() {
    let app = TestApp::start().await;
    app.advance(Duration::from_secs(2)).await;
    let other = app.start_replica().await;
    let address = other.address(Service::Federation).unwrap();
    let there = async |secret: &str| {
        let url = format!("http://{address}/api/fed/projects");
        let answer = reqwest::Client::new().get(url).header("x-api-key", secret).send().await;
        answer.unwrap().status().as_u16()
    };
    let (id, secret) = app.new_key(&["fed:read"]).await;
    assert_eq!(there(&secret).await, 200);
    assert_eq!(app.delete(&format!("/api/v1/keys/{id}")).await.status, 204);
    app.eventually("the other replica refuses the key", async |app| {
        app.clock.advance(Duration::from_millis(100));
        there(&secret).await == 403
    })
    .await;
    // The event told it, long before it would have looked by itself.
    assert!(app.clock.now().micros() < 1_767_225_600_000_000 + 25_000_000);
    other.stop().await;
    app.end().await;
}

#[tokio::test]
async fn when_a_key_was_last_used_is_shown() {
    let mut app = TestApp::start().await;
    let (id, secret) = app.new_key(&["fed:read"]).await;
    assert_eq!(listed(&app, &id).await["last_used_at"], Value::Null);
    app.advance(Duration::from_secs(5)).await;
    app.get_as(&secret, "/api/fed/projects").await;
    app.eventually("it is written", async |app| {
        app.advance(Duration::from_secs(10)).await;
        listed(app, &id).await["last_used_at"] == "2026-01-01T00:00:05Z"
    })
    .await;
    app.stop().await;
    app.start_again().await;
    assert_eq!(listed(&app, &id).await["last_used_at"], "2026-01-01T00:00:05Z");
    assert_eq!(app.get_as(&secret, "/api/fed/projects").await.status, 200);
    app.end().await;
}

#[tokio::test]
async fn the_list_of_keys_is_paged() {
    let app = TestApp::start().await;
    for _ in 0..5 {
        app.new_key(&["fed:read"]).await;
    }
    let all = app.get("/api/v1/keys").await.json();
    let mut paged = vec![];
    let mut path = "/api/v1/keys?limit=2".to_owned();
    loop {
        let page = app.get(&path).await;
        let next = page.header("link").split(['<', '>']).nth(1).map(str::to_owned);
        paged.extend(page.json().as_array().unwrap().clone());
        let Some(next) = next else { break };
        assert!(next.starts_with("/api/v1/keys?limit=2&cursor="), "{next}");
        path = next;
    }
    assert_eq!(Value::Array(paged), all);
    app.end().await;
}
