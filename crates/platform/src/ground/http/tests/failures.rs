//! What goes wrong inside is not told outside.

use axum::Router;
use axum::middleware::from_fn;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use serde_json::Value;
use sqlx::query;
use tower_http::catch_panic::CatchPanicLayer;

use crate::ground::error::{Error, Result};
use crate::ground::http::observe::{Observed, describe, observe};
use crate::ground::http::serve::{self, Serving};
use crate::testing::{Answer, TestApp};

async fn panics() -> &'static str {
    panic!("hunter2 was the password")
}

async fn fails() -> Result<&'static str> {
    Err(Error::Internal(anyhow::anyhow!("hunter2 was the password").context("and this is why")))
}

/// What `path` of a server with routes that fail answers.
async fn ask(app: &TestApp, path: &str) -> Answer {
    let observed = Observed { app: app.app().clone(), service: "test" };
    // As the roof lays them.
    let router = Router::new()
        .route("/panics", get(panics))
        .route("/fails", get(fails))
        .layer(CatchPanicLayer::new())
        .layer(from_fn(describe))
        .layer(from_fn_with_state(observed, observe));
    let socket = serve::bind(&app.app().config, ([127, 0, 0, 1], 0).into()).await.unwrap();
    let address = socket.listener.local_addr().unwrap();
    let serving = serve::serve(app.app().clone(), Serving { socket, router });
    let url = format!("http://{address}{path}");
    let client = reqwest::Client::new();
    tokio::select! {
        () = serving => panic!("the server ended"),
        answer = app.send(client.get(url)) => answer,
    }
}

#[tokio::test]
async fn neither_a_panic_nor_a_cause_is_told() {
    let app = TestApp::start().await;
    for path in ["/panics", "/fails", "/panics"] {
        let answer = ask(&app, path).await;
        assert_eq!(answer.problem().0, 500, "{path}");
        assert!(
            !answer.text.contains("hunter2") && !answer.text.contains("why"),
            "{}",
            answer.text
        );
        let problem: Value = serde_json::from_str(&answer.text).unwrap();
        assert_eq!(problem["title"], "Internal Server Error");
        assert_eq!(problem["detail"], Value::Null);
        assert_eq!(problem["request_id"], answer.header("x-request-id"));
    }
    app.end().await;
}

#[tokio::test]
async fn a_broken_database_is_not_told_either() {
    let app = TestApp::start().await;
    let scope = app.app().service_scope("test");
    let mut tx = app.app().db.write(&scope).await.unwrap();
    db::run!(tx, execute, query("alter table job rename to gone")).unwrap();
    tx.commit().await.unwrap();
    let answer = app.get("/api/v1/jobs").await;
    assert_eq!(answer.problem().0, 500);
    for word in ["job", "gone", "table", "select", "sqlite", "postgres"] {
        assert!(!answer.text.contains(word), "{word}: {}", answer.text);
    }
    assert_eq!(app.get("/api/v1/keys").await.status, 200);
    app.end().await;
}

#[tokio::test]
async fn a_database_that_is_away_is_503_and_says_when_to_come_back() {
    let app = TestApp::start().await;
    app.app().db.close().await;
    let answer = app.get("/api/v1/jobs").await;
    assert_eq!(answer.problem().0, 503);
    assert!(answer.header("retry-after").parse::<u64>().unwrap() >= 1);
    assert_eq!(app.get("/livez").await.status, 200);
    app.eventually("the service says that it is not ready", async |app| {
        let ready = app.get("/readyz").await;
        ready.status == 503 && ready.text.contains("\"database\":{\"status\":\"fail\"")
    })
    .await;
    app.end().await;
}
