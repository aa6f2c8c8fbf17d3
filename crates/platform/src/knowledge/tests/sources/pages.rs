//! A web server whose pages a test changes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::extract::{OriginalUri, State};
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio_util::task::TaskTracker;

#[derive(Clone)]
pub(super) struct Pages {
    pub url: String,
    by_path: Arc<Mutex<HashMap<String, Page>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

#[derive(Clone)]
enum Page {
    Body(&'static str, String),
    Moved(String),
    Broken,
}

impl Pages {
    pub(super) async fn serve() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let pages = Self { url, by_path: Arc::default(), asked: Arc::default() };
        let router = axum::Router::new().fallback(answer).with_state(pages.clone());
        TaskTracker::new().spawn(async move { axum::serve(listener, router).await });
        pages
    }

    pub(super) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    pub(super) fn html(&self, path: &str, body: &str) {
        let page = format!("<!doctype html><html><body>{body}</body></html>");
        self.put(path, "text/html; charset=utf-8", &page);
    }

    pub(super) fn put(&self, path: &str, kind: &'static str, body: &str) {
        self.set(path, Page::Body(kind, body.to_owned()));
    }

    pub(super) fn redirect(&self, path: &str, to: &str) {
        self.set(path, Page::Moved(to.to_owned()));
    }

    pub(super) fn break_down(&self, path: &str) {
        self.set(path, Page::Broken);
    }

    pub(super) fn remove(&self, path: &str) {
        self.by_path.lock().unwrap().remove(path);
    }

    fn set(&self, path: &str, page: Page) {
        self.by_path.lock().unwrap().insert(path.to_owned(), page);
    }

    /// The paths that were asked for, in order, since this was last called.
    pub(super) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

async fn answer(
    State(pages): State<Pages>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Response {
    let path = uri.path_and_query().unwrap().to_string();
    let agent = headers["user-agent"].to_str().unwrap();
    assert!(agent.starts_with("CommandCenter/") && agent.ends_with(" (+knowledge)"), "{agent}");
    pages.asked.lock().unwrap().push(path.clone());
    let page = pages.by_path.lock().unwrap().get(&path).cloned();
    match page {
        Some(Page::Body(kind, body)) => ([(CONTENT_TYPE, kind)], body).into_response(),
        Some(Page::Moved(to)) => (StatusCode::FOUND, [(LOCATION, to)]).into_response(),
        Some(Page::Broken) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
