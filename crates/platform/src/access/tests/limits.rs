//! Each key has a budget a minute, for reads and for writes apart.

use reqwest::Method;
use serde_json::json;

use crate::testing::TestApp;

#[tokio::test]
async fn past_its_budget_a_key_is_told_when_to_come_back() {
    let limits = [("http.reads_per_minute", "4"), ("http.writes_per_minute", "3")];
    let app = TestApp::with(&limits).await;
    let (_, one) = app.new_key(&["fed:read", "fed:write"]).await;
    let (_, two) = app.new_key(&["fed:read", "fed:write"]).await;
    let read = async |key: &str| app.get_as(key, "/api/fed/projects").await;
    let write = async |key: &str| {
        let body = json!({ "slug": "atlas", "name": "a", "hub_url": "http://127.0.0.1:1" });
        app.send(app.with_key(key, Method::POST, "/api/fed/projects").json(&body)).await
    };
    for _ in 0..4 {
        assert_eq!(read(&one).await.status, 200);
    }
    let refused = read(&one).await;
    assert_eq!(refused.problem().0, 429);
    let seconds: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=15).contains(&seconds), "{seconds}");
    // Another key, and what the same key writes, are not touched by it.
    assert_eq!(read(&two).await.status, 200);
    for _ in 0..3 {
        assert!(write(&one).await.status < 300);
    }
    let refused = write(&one).await;
    assert_eq!(refused.problem().0, 429);
    assert!(refused.header("retry-after").parse::<u64>().unwrap() >= 1);
    assert!(write(&two).await.status < 300);
    // Health is nobody's budget.
    for _ in 0..10 {
        assert_eq!(app.get_as(&one, "/livez").await.status, 200);
    }
    app.end().await;
}

#[tokio::test]
async fn wrong_keys_take_nothing_of_a_right_ones_budget() {
    let app = TestApp::with(&[("http.reads_per_minute", "4")]).await;
    let (_, secret) = app.new_key(&["fed:read"]).await;
    let (id, rest) = secret.split_at(40);
    for _ in 0..10 {
        let wrong = format!("{id}{}", rest.chars().rev().collect::<String>());
        assert_eq!(app.get_as(&wrong, "/api/fed/projects").await.status, 403);
    }
    assert_eq!(app.get_as(&secret, "/api/fed/projects").await.status, 200);
    app.end().await;
}
