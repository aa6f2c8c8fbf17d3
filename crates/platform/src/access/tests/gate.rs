//! Who gets in and who does not.

use reqwest::Method;
use serde_json::{Value, json};

use super::operations;
use crate::service::Service;
use crate::testing::TestApp;

/// What anyone may ask, as the document says it and as the server does it.
const PUBLIC: [&str; 3] = ["/livez", "/metrics", "/readyz"];
/// What a forge may send that signs it, whatever else it sends.
const SIGNED: &str = "/api/v1/repositories/01997e3c-6d5a-7b1c-8d3e-000000000001/webhook";

fn detail(text: &str) -> String {
    let problem: Value = serde_json::from_str(text).unwrap();
    problem["detail"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn without_a_key_the_answer_is_401_and_says_how() {
    let app = TestApp::start().await;
    for request in [
        app.anonymous(Method::GET, "/api/v1/keys"),
        app.anonymous(Method::GET, "/api/v1/keys").header("authorization", "Basic YTpi"),
        app.anonymous(Method::GET, "/api/v1/keys").header("cookie", "commandcenter_session=x"),
    ] {
        let answer = app.send(request).await;
        assert_eq!(answer.problem().0, 401);
        assert_eq!(answer.header("www-authenticate"), "ApiKey");
        assert!(detail(&answer.text).contains("X-API-Key"), "{}", answer.text);
    }
    app.end().await;
}

#[tokio::test]
async fn a_key_that_is_none_or_mistyped_is_403() {
    let app = TestApp::start().await;
    let (_, secret) = app.new_key(&["fed:read"]).await;
    let last = if secret.ends_with('0') { '1' } else { '0' };
    let mistyped = format!("{}{last}", &secret[..secret.len() - 1]);
    for key in ["", "x", "cck_", mistyped.as_str(), &secret.to_uppercase(), &app.key()[1..]] {
        let answer = app.get_as(key, "/api/fed/projects").await;
        assert_eq!(answer.problem().0, 403, "{key:?}");
        assert_eq!(detail(&answer.text), "this key is not known");
    }
    let bytes = reqwest::header::HeaderValue::from_bytes(b"cck_\xff").unwrap();
    let request = app.anonymous(Method::GET, "/api/fed/projects").header("x-api-key", bytes);
    assert_eq!(app.send(request).await.problem().0, 403);
    assert_eq!(app.get_as(&secret, "/api/fed/projects").await.status, 200);
    app.end().await;
}

#[tokio::test]
async fn a_key_may_come_as_a_bearer_token() {
    let app = TestApp::start().await;
    let (_, secret) = app.new_key(&["fed:read"]).await;
    for value in [format!("Bearer {secret}"), format!("bearer  {secret} ")] {
        let request = app.anonymous(Method::GET, "/api/fed/projects");
        assert_eq!(app.send(request.header("authorization", &value)).await.status, 200, "{value}");
    }
    app.end().await;
}

#[tokio::test]
async fn every_documented_route_but_the_public_ones_asks_who_calls() {
    for services in [
        &[Service::Federation, Service::Worker][..],
        &[Service::Hub, Service::Federation, Service::Worker],
        &[Service::Hub, Service::Worker],
        &[Service::Instance, Service::Worker],
    ] {
        let app = TestApp::of(services, &[]).await;
        let mut public = Vec::new();
        for (method, path, operation) in operations(&app).await {
            let answer = app.send(app.anonymous(method.clone(), &path)).await;
            if path == SIGNED {
                assert_eq!(answer.problem().0, 401);
                let keyed = app.send(app.request(method, &path)).await;
                assert_eq!(keyed.problem().0, 401, "a key is no signature");
            } else if operation["security"] == json!([{}]) {
                assert_eq!(answer.status, 200, "{services:?}: {method} {path}: {}", answer.text);
                public.push(path);
            } else {
                assert_eq!(answer.problem().0, 401, "{services:?}: {method} {path}");
                let wrong = app.send(app.with_key("cck_no", method.clone(), &path)).await;
                assert_eq!(wrong.problem().0, 403, "{services:?}: {method} {path}");
            }
        }
        public.sort_unstable();
        assert_eq!(public, PUBLIC);
        for path in ["/openapi.json", "/docs/"] {
            assert_eq!(app.send(app.anonymous(Method::GET, path)).await.problem().0, 401, "{path}");
            assert_eq!(app.get(path).await.status, 200, "{path}");
        }
        assert_eq!(app.send(app.anonymous(Method::GET, "/health")).await.status, 200);
        app.end().await;
    }
}

#[tokio::test]
async fn every_route_names_the_scope_a_key_lacks() {
    let app = TestApp::start().await;
    let (_, secret) = app.new_key(&["jobs:read"]).await;
    let mut refused = 0;
    for (method, path, operation) in operations(&app).await {
        if operation["security"] == json!([{}]) || ["/api/v1/jobs", "/api/v1/me"].contains(&&*path)
        {
            continue;
        }
        let answer = app.send(app.with_key(&secret, method.clone(), &path)).await;
        assert_eq!(answer.problem().0, 403, "{method} {path}: {}", answer.text);
        let words = detail(&answer.text);
        let scope = words.strip_prefix("this needs the scope ").unwrap_or_default();
        assert!(scope.parse::<wire::access::Permission>().is_ok(), "{method} {path}: {words}");
        refused += 1;
    }
    assert!(refused >= 20, "only {refused} routes are documented");
    assert_eq!(app.get_as(&secret, "/api/v1/jobs").await.status, 200);
    app.end().await;
}

#[tokio::test]
async fn configured_keys_hold_the_federation_scopes_and_no_others() {
    let app = TestApp::with(&[("access.seed_keys", r#"["seed-one", "seed-two"]"#)]).await;
    for key in ["seed-one", "seed-two"] {
        assert_eq!(app.get_as(key, "/api/fed/projects").await.status, 200);
        let body = json!({ "slug": key, "name": key, "hub_url": "http://127.0.0.1:1" });
        let request = app.with_key(key, Method::POST, "/api/fed/projects").json(&body);
        assert_eq!(app.send(request).await.status, 201);
        assert_eq!(app.get_as(key, "/api/v1/keys").await.problem().0, 403);
    }
    assert_eq!(app.get_as("seed-three", "/api/fed/projects").await.problem().0, 403);
    app.end().await;
}

#[tokio::test]
async fn the_metrics_can_be_closed_to_the_public() {
    let app = TestApp::with(&[("http.public_metrics", "false")]).await;
    assert_eq!(app.send(app.anonymous(Method::GET, "/metrics")).await.problem().0, 401);
    assert_eq!(app.get("/metrics").await.status, 200);
    app.end().await;
}
