//! The page as the hub serves it. `make web` builds it.

use reqwest::Method;

use crate::service::Service;
use crate::testing::{Answer, TestApp};

async fn hub() -> TestApp {
    TestApp::of(&[Service::Hub, Service::Federation, Service::Worker], &[]).await
}

async fn visit(app: &TestApp, path: &str) -> Answer {
    app.send(app.anonymous(Method::GET, path)).await
}

#[tokio::test]
async fn every_view_of_the_page_is_the_page_and_nothing_from_elsewhere_runs_in_it() {
    let app = hub().await;
    for path in ["/", "/sign-in?token=1", "/projects/atlas?tab=events", "/search"] {
        let answer = visit(&app, path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.text.starts_with("<!doctype html>"), "{path}: {}", answer.text);
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'self'"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("cache-control"), "no-cache", "{path}");
    }
    app.end().await;
}

#[tokio::test]
async fn what_the_page_loads_is_kept_for_ever_and_sent_small() {
    let app = hub().await;
    let page = visit(&app, "/").await.text;
    let names = page.split('"').filter(|it| it.starts_with("/assets/"));
    let names: Vec<_> = names.collect();
    assert!(names.len() >= 2, "{page}");
    for name in names {
        let request = app.anonymous(Method::GET, name).header("accept-encoding", "gzip");
        let answer = app.send(request).await;
        assert_eq!(answer.status, 200, "{name}");
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(answer.header("content-encoding"), "gzip", "{name}");
    }
    app.end().await;
}

#[tokio::test]
async fn an_address_that_means_nothing_is_not_the_page() {
    let app = hub().await;
    for path in ["/api/v1/nothing", "/assets/nothing.js", "/api/fed/nothing"] {
        assert_eq!(visit(&app, path).await.problem().0, 404, "{path}");
    }
    app.end().await;
}
