//! Requests that cannot be used, each with the problem it gets.

use reqwest::Method;
use serde_json::{Value, json};

use crate::testing::{Answer, TestApp};

async fn post_text(app: &TestApp, kind: Option<&str>, body: impl Into<reqwest::Body>) -> Answer {
    let mut request = app.request(Method::POST, "/api/v1/keys").body(body);
    if let Some(kind) = kind {
        request = request.header("content-type", kind);
    }
    app.send(request).await
}

#[tokio::test]
async fn a_wrong_body_names_the_fields() {
    let app = TestApp::start().await;
    for (body, path) in [
        (json!({ "name": "a", "scopes": ["fed:read"], "nonsense": 1 }), "nonsense"),
        (json!({ "name": 5, "scopes": ["fed:read"] }), "name"),
        (json!({ "name": "a", "scopes": "fed:read" }), "scopes"),
        (json!({ "name": "a", "scopes": ["fed:read", 1] }), "scopes[1]"),
        (json!({ "name": "a" }), "scopes"),
        (json!([]), ""),
        (json!(null), ""),
    ] {
        let refused = app.post("/api/v1/keys", body.clone()).await;
        assert_eq!(refused.problem(), (422, vec![path.to_owned()]), "{body}: {}", refused.text);
    }
    app.end().await;
}

#[tokio::test]
async fn what_is_no_json_is_400() {
    let app = TestApp::start().await;
    let json = Some("application/json");
    for body in [&b""[..], b"{", b"{} {}", b"name=a", b"{\"name\":\"\xff\"}", b"\xef\xbb\xbf{}"] {
        let refused = post_text(&app, json, body.to_vec()).await;
        assert_eq!(refused.problem().0, 400, "{body:?}: {}", refused.text);
    }
    app.end().await;
}

#[tokio::test]
async fn another_content_type_is_415() {
    let app = TestApp::start().await;
    let body = r#"{"name":"a","scopes":["fed:read"]}"#;
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", "json"] {
        assert_eq!(post_text(&app, Some(kind), body).await.problem().0, 415, "{kind}");
    }
    for kind in [None, Some("application/json"), Some("Application/JSON; charset=utf-8")] {
        assert_eq!(post_text(&app, kind, body).await.status, 201, "{kind:?}");
    }
    app.end().await;
}

#[tokio::test]
async fn a_body_past_the_limit_is_413() {
    let app = TestApp::with(&[("http.max_body", "1000")]).await;
    let body = json!({ "name": "a", "scopes": ["fed:read"], "owner": "x".repeat(2_000) });
    for path in ["/api/v1/keys", "/api/fed/projects"] {
        assert_eq!(app.post(path, body.clone()).await.problem().0, 413, "{path}");
    }
    let with_key = app.request(Method::POST, "/api/v1/keys").header("idempotency-key", "a");
    assert_eq!(app.send(with_key.json(&body)).await.problem().0, 413);
    // Nor when the length is not told beforehand.
    let pieces = (0..100).map(|_| Ok::<_, std::io::Error>(vec![b' '; 100]));
    let stream = reqwest::Body::wrap_stream(futures::stream::iter(pieces));
    let refused = post_text(&app, Some("application/json"), stream).await;
    assert_eq!(refused.problem().0, 413);
    app.end().await;
}

#[tokio::test]
async fn every_route_refuses_a_query_parameter_it_does_not_know() {
    let app = TestApp::start().await;
    app.register("atlas").await;
    let document = app.get("/openapi.json").await.json();
    for (path, item) in document["paths"].as_object().unwrap() {
        let path = path.replace("{slug}", "atlas").replace("{id}", "x");
        for method in item.as_object().unwrap().keys() {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let request = app.request(method.clone(), &format!("{path}?nonsense=1"));
            let refused = app.send(request).await;
            let expected = (422, vec!["nonsense".to_owned()]);
            assert_eq!(refused.problem(), expected, "{method} {path}: {}", refused.text);
        }
    }
    app.end().await;
}

#[tokio::test]
async fn a_wrong_query_parameter_is_named() {
    let app = TestApp::start().await;
    for (path, name) in [
        ("/api/v1/keys?limit=0", "limit"),
        ("/api/v1/keys?limit=1001", "limit"),
        ("/api/v1/keys?limit=-1", "limit"),
        ("/api/v1/keys?limit=many", "limit"),
        ("/api/v1/keys?cursor=nonsense", "cursor"),
        ("/api/v1/keys?cursor=%21", "cursor"),
        ("/api/v1/audit?cursor=YWJj", "cursor"),
        ("/api/v1/jobs?state=lost", "state"),
        ("/api/v1/events?since=yesterday", "since"),
        ("/api/v1/events?subject=a..b", "subject"),
        ("/api/v1/events?correlation=%00", "correlation"),
        ("/api/fed/projects?limit=0", "limit"),
        ("/api/fed/projects?status=gone", "status"),
        ("/api/fed/projects?q=%ff", "q"),
        ("/api/fed/projects?cursor=%21", "cursor"),
    ] {
        let refused = app.get(path).await;
        assert_eq!(refused.problem(), (422, vec![name.to_owned()]), "{path}: {}", refused.text);
    }
    for path in ["/api/v1/keys?limit=1", "/api/v1/keys?limit=1000", "/api/fed/projects?q=%c3%a9"] {
        assert_eq!(app.get(path).await.status, 200, "{path}");
    }
    app.end().await;
}

#[tokio::test]
async fn what_does_not_exist_and_what_takes_no_such_method_are_problems_with_an_id() {
    let app = TestApp::start().await;
    for (method, path, status) in [
        (Method::GET, "/nowhere", 404),
        (Method::GET, "/api/fed/projects/atlas", 404),
        (Method::GET, "/api/fed/projects/%ff", 404),
        (Method::GET, "/api/fed/projects/A%20B", 404),
        (Method::DELETE, "/api/v1/keys/01997e3c-6d5a-7b1c-8d3e-000000000001", 404),
        (Method::PUT, "/api/v1/keys", 405),
        (Method::POST, "/livez", 405),
        (Method::from_bytes(b"BREW").unwrap(), "/livez", 405),
    ] {
        let request = app.request(method.clone(), path).header("x-request-id", "my-request-7");
        let refused = app.send(request).await;
        assert_eq!(refused.problem().0, status, "{method} {path}");
        let problem: Value = serde_json::from_str(&refused.text).unwrap();
        assert_eq!(problem["request_id"], "my-request-7");
        assert_eq!(refused.header("x-request-id"), "my-request-7");
    }
    app.end().await;
}

#[tokio::test]
async fn a_request_has_an_id_the_callers_when_it_is_one() {
    let app = TestApp::start().await;
    for (sent, is_kept) in [
        ("0123-abcd-EFGH", true),
        ("short", false),
        ("with space", false),
        ("<script>alert(1)</script>", false),
        (&"x".repeat(65), false),
    ] {
        let request = app.anonymous(Method::GET, "/livez").header("x-request-id", sent);
        let answer = app.send(request).await;
        let id = answer.header("x-request-id");
        assert_eq!(id == sent, is_kept, "{sent}: {id}");
        assert!((8..=64).contains(&id.len()), "{id}");
    }
    let (one, two) = (app.get("/livez").await, app.get("/livez").await);
    assert_ne!(one.header("x-request-id"), two.header("x-request-id"));
    app.end().await;
}

#[tokio::test]
async fn what_did_not_change_is_not_sent_again() {
    let app = TestApp::start().await;
    app.register("atlas").await;
    for path in ["/api/fed/projects", "/api/fed/projects/atlas"] {
        let first = app.get(path).await;
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with('"'), "{path}: {tag}");
        let ask = async |tags: &str| {
            app.send(app.request(Method::GET, path).header("if-none-match", tags)).await
        };
        for tags in [tag.as_str(), &format!("\"x\", {tag}"), &format!("W/{tag}"), "*"] {
            let same = ask(tags).await;
            assert_eq!((same.status, same.text.as_str()), (304, ""), "{path}: {tags}");
            assert_eq!(same.header("etag"), tag);
        }
        assert_eq!(ask("\"x\"").await.status, 200);
        app.patch("/api/fed/projects/atlas", json!({ "owner": path })).await.json();
        assert_eq!(ask(&tag).await.status, 200, "{path}");
    }
    app.end().await;
}
