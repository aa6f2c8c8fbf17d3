//! Two keys at once while one takes over from the other; never three.

use std::time::Duration;

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::testing::{Answer, TestApp};

async fn rotate(app: &TestApp, old: &Value, expires_at: Option<&str>) -> Answer {
    let mut body = json!({ "name": "next", "scopes": ["fed:read"], "rotates": old });
    if let Some(expires_at) = expires_at {
        body["expires_at"] = json!(expires_at);
    }
    app.insist(app.request(Method::POST, "/api/v1/keys").json(&body)).await
}

#[tokio::test]
async fn two_keys_of_a_rotation_work_and_a_third_is_refused() {
    let app = TestApp::start().await;
    let (first, old) = app.new_key(&["fed:read"]).await;
    let made = rotate(&app, &json!(first), None).await.json();
    let (second, new) = (&made["key"]["id"], made["secret"].as_str().unwrap());
    for secret in [old.as_str(), new] {
        assert_eq!(app.get_as(secret, "/api/fed/projects").await.status, 200);
    }
    // Neither beside the second nor behind it.
    assert_eq!(rotate(&app, &json!(first), None).await.problem().0, 409);
    assert_eq!(rotate(&app, second, None).await.problem().0, 409);
    app.delete(&format!("/api/v1/keys/{first}")).await;
    assert_eq!(app.get_as(&old, "/api/fed/projects").await.status, 403);
    assert_eq!(app.get_as(new, "/api/fed/projects").await.status, 200);
    assert_eq!(rotate(&app, second, None).await.status, 201);
    assert_eq!(
        rotate(&app, &json!(first), None).await.problem(),
        (422, vec!["rotates".to_owned()])
    );
    app.end().await;
}

#[tokio::test]
async fn a_successor_that_ended_makes_place_for_another() {
    let app = TestApp::start().await;
    let (first, _) = app.new_key(&["fed:read"]).await;
    let soon = rotate(&app, &json!(first), Some("2026-01-01T00:00:10Z")).await;
    let soon = soon.json()["key"]["id"].clone();
    assert_eq!(rotate(&app, &json!(first), None).await.problem().0, 409);
    app.advance(Duration::from_secs(11)).await;
    assert_eq!(rotate(&app, &soon, None).await.problem(), (422, vec!["rotates".to_owned()]));
    assert_eq!(rotate(&app, &json!(first), None).await.status, 201);
    let nobody = json!("01997e3c-6d5a-7b1c-8d3e-000000000001");
    assert_eq!(rotate(&app, &nobody, None).await.problem(), (422, vec!["rotates".to_owned()]));
    app.end().await;
}

#[tokio::test]
async fn of_ten_who_rotate_a_key_at_once_one_does() {
    let app = TestApp::start().await;
    let (first, _) = app.new_key(&["fed:read"]).await;
    let first = json!(first);
    let made = join_all((0..10).map(|_| rotate(&app, &first, None))).await;
    let mut statuses: Vec<u16> = made.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [[201].as_slice(), &[409; 9]].concat());
    app.end().await;
}

#[tokio::test]
async fn with_no_keys_at_all_nobody_gets_in() {
    let app = TestApp::start().await;
    // The tests' own key is of no list; without it there would be nobody.
    let keys = app.get("/api/v1/keys").await.json();
    for key in keys.as_array().unwrap() {
        app.delete(&format!("/api/v1/keys/{}", key["id"].as_str().unwrap())).await;
    }
    let ring = crate::access::KeyRing::open(app.app(), None).await.unwrap();
    assert!(ring.is_empty());
    assert!(ring.accept("").await.is_err());
    assert!(ring.accept(app.key()).await.is_err());
    let request = app.anonymous(Method::GET, "/api/fed/projects");
    assert_eq!(app.send(request).await.status, 401);
    app.end().await;
}
