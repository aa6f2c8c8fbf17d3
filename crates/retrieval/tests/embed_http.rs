//! The client of an embeddings endpoint against a server that misbehaves as told.
#![cfg(test)]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;
use axum::routing::post;
use retrieval::embed::{Budget, EmbedError, Embedder, Endpoint, Http, ModelId};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// One answer the server will give.
enum Answer {
    Status(u16, &'static str),
    RetryAfter(&'static str),
    Json(Value),
    /// A unit vector of three dimensions per text, last text first.
    Vectors,
    Silence,
}

#[derive(Default)]
struct Script {
    answers: Mutex<VecDeque<Answer>>,
    requests: Mutex<Vec<Value>>,
}

async fn answer(State(script): State<Arc<Script>>, request: Request) -> Response<Body> {
    let status = |code| Response::builder().status(code);
    let key = request.headers().get("authorization").and_then(|key| key.to_str().ok());
    if key != Some("Bearer right") {
        return status(401).body("{\"error\": \"no such key\"}".into()).unwrap();
    }
    let body = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap();
    let body: Value = serde_json::from_slice(&body).unwrap();
    let texts = body["input"].as_array().unwrap().len();
    script.requests.lock().unwrap().push(body);
    let next = script.answers.lock().unwrap().pop_front();
    match next.unwrap_or(Answer::Vectors) {
        Answer::Status(code, text) => status(code).body(text.into()).unwrap(),
        Answer::RetryAfter(after) => {
            status(429).header("retry-after", after).body("slow down".into()).unwrap()
        }
        Answer::Json(value) => Response::new(value.to_string().into()),
        Answer::Vectors => {
            let row = |index| json!({"index": index, "embedding": [0.0, 2.0, index]});
            let rows: Vec<_> = (0..texts).rev().map(row).collect();
            let usage = json!({"prompt_tokens": 5, "total_tokens": 5});
            Response::new(json!({"data": rows, "usage": usage}).to_string().into())
        }
        Answer::Silence => std::future::pending().await,
    }
}

/// A client of a server with this script, and how long it would have waited.
struct Setting {
    http: Http,
    script: Arc<Script>,
    waits: Arc<Mutex<Vec<Duration>>>,
}

impl Setting {
    async fn new(answers: impl Into<VecDeque<Answer>>) -> Self {
        Self::with(answers, |_| ()).await
    }

    async fn with(
        answers: impl Into<VecDeque<Answer>>,
        change: impl FnOnce(&mut Endpoint),
    ) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let script = Arc::new(Script { answers: Mutex::new(answers.into()), ..Script::default() });
        let router =
            Router::new().route("/v1/embeddings", post(answer)).with_state(Arc::clone(&script));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/v1/", listener.local_addr().unwrap()).parse().unwrap();
        #[expect(clippy::disallowed_methods, reason = "ends with the test's runtime")]
        tokio::spawn(async { axum::serve(listener, router).await });
        let mut endpoint = Endpoint {
            base,
            model: ModelId { name: "small".to_owned(), dimensions: 3 },
            key: Some("right".into()),
            batch: 2,
            timeout: Duration::from_secs(30),
            attempts: 4,
            budget: Budget::default(),
        };
        change(&mut endpoint);
        let waits = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&waits);
        let http = Http::waiting(reqwest::Client::new(), endpoint, move |wait| {
            noted.lock().unwrap().push(wait);
            Box::pin(std::future::ready(()))
        });
        Self { http, script, waits }
    }

    async fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EmbedError> {
        self.http.embed(texts, &CancellationToken::new()).await
    }

    fn requests(&self) -> usize {
        self.script.requests.lock().unwrap().len()
    }
}

#[tokio::test]
async fn texts_go_in_batches_and_vectors_come_back_in_order_and_normalised() {
    let setting = Setting::new([]).await;
    let found = setting.embed(&["a", "b", "c"]).await.unwrap();
    assert_eq!(found[0], [0.0, 1.0, 0.0]);
    assert!((found[1][2] - 5.0_f32.sqrt().recip()).abs() < 1e-6);
    assert_eq!(found[2], [0.0, 1.0, 0.0]);
    let requests = setting.script.requests.lock().unwrap();
    assert_eq!(
        requests[0],
        json!({"model": "small", "input": ["a", "b"], "encoding_format": "float"})
    );
    assert_eq!(requests[1]["input"], json!(["c"]));
}

#[tokio::test]
async fn too_many_requests_are_repeated_after_the_time_asked_for() {
    let setting = Setting::new([Answer::RetryAfter("7")]).await;
    assert_eq!(setting.embed(&["a"]).await.unwrap().len(), 1);
    assert_eq!(*setting.waits.lock().unwrap(), [Duration::from_secs(7)]);
}

#[tokio::test]
async fn a_server_that_wants_an_hour_is_an_error() {
    let setting = Setting::new([Answer::RetryAfter("3600")]).await;
    let error = setting.embed(&["a"]).await.unwrap_err();
    assert_eq!(error.to_string(), "the embeddings endpoint refused with 429: slow down");
    assert_eq!(setting.requests(), 1);
}

#[tokio::test]
async fn failures_are_repeated_with_growing_waits_until_one_succeeds() {
    let failure = || Answer::Status(500, "");
    let setting = Setting::new([failure(), failure(), failure()]).await;
    assert_eq!(setting.embed(&["a"]).await.unwrap().len(), 1);
    let waits = setting.waits.lock().unwrap();
    assert_eq!(waits.len(), 3);
    for (wait, most) in waits.iter().zip([500, 1_000, 2_000]) {
        assert!(*wait <= Duration::from_millis(most), "{wait:?}");
    }
}

#[tokio::test]
async fn the_last_failure_is_told() {
    let setting = Setting::new([500, 501, 502, 503].map(|code| Answer::Status(code, "down"))).await;
    let error = setting.embed(&["a"]).await.unwrap_err();
    assert_eq!(error.to_string(), "the embeddings endpoint refused with 503: down");
    assert_eq!(setting.requests(), 4);
}

#[tokio::test]
async fn a_wrong_key_is_refused_at_once_and_not_told() {
    let setting = Setting::with([], |endpoint| endpoint.key = Some("wrong".into())).await;
    let error = setting.embed(&["a"]).await.unwrap_err();
    assert!(matches!(error, EmbedError::Refused { status: 401, .. }));
    assert!(!format!("{error:?}").contains("wrong"));
    assert!(setting.waits.lock().unwrap().is_empty());
}

#[tokio::test]
async fn answers_that_do_not_fit_are_refused() {
    let row = |index: usize, embedding: Value| json!({"index": index, "embedding": embedding});
    for (rows, reason) in [
        (json!([]), "0 vectors for 1 texts"),
        (json!([row(1, json!([1, 0, 0]))]), "1 vectors for 1 texts"),
        (json!([row(0, json!([1, 0]))]), "a vector of 2 dimensions where 3 belong"),
        (json!([row(0, json!([0, 0, 0]))]), "a vector without a direction"),
    ] {
        let setting = Setting::new([Answer::Json(json!({"data": rows}))]).await;
        let error = setting.embed(&["a"]).await.unwrap_err().to_string();
        assert!(error.ends_with(reason), "{error}");
        assert_eq!(setting.requests(), 1);
    }
    let too_large = json!({"data": [row(0, json!([1e39, 0, 0]))]});
    let setting = Setting::new([Answer::Json(too_large)]).await;
    assert!(matches!(setting.embed(&["a"]).await, Err(EmbedError::Answer(_))));
    let setting = Setting::new([Answer::Status(200, "<html>")]).await;
    assert!(matches!(setting.embed(&["a"]).await, Err(EmbedError::Answer(_))));
}

#[tokio::test]
async fn a_slow_answer_is_given_up_and_asked_for_again() {
    let brief = |endpoint: &mut Endpoint| endpoint.timeout = Duration::from_millis(200);
    let setting = Setting::with([Answer::Silence], brief).await;
    assert_eq!(setting.embed(&["a"]).await.unwrap().len(), 1);
    assert_eq!(setting.requests(), 2);
}

#[tokio::test]
async fn a_spent_budget_of_requests_is_an_error() {
    let budget = Budget { requests: Some(2), tokens: None };
    let setting = Setting::with([], |endpoint| endpoint.budget = budget).await;
    let error = setting.embed(&["a", "b", "c", "d", "e"]).await.unwrap_err();
    assert_eq!(error.to_string(), "the budget of 2 requests is spent");
    assert_eq!(setting.requests(), 2);
}

#[tokio::test]
async fn a_spent_budget_of_tokens_is_an_error() {
    let budget = Budget { requests: None, tokens: Some(9) };
    let setting = Setting::with([], |endpoint| endpoint.budget = budget).await;
    assert!(setting.embed(&["a", "b", "c"]).await.is_ok());
    let error = setting.embed(&["d"]).await.unwrap_err();
    assert_eq!(error.to_string(), "the budget of 9 tokens is spent");
}

#[tokio::test]
async fn who_cancels_does_not_wait() {
    let Setting { http, .. } = Setting::new([Answer::Silence]).await;
    let cancel = CancellationToken::new();
    let embedder = Embedder::Http(Arc::new(http));
    let texts = ["a".to_owned()];
    let (found, ()) = tokio::join!(embedder.embed(&texts, &cancel), async { cancel.cancel() });
    assert!(matches!(found, Err(EmbedError::Cancelled)));
}
