//! Vectors from a server that speaks `POST /v1/embeddings` as `OpenAI` describes it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::future::BoxFuture;
use reqwest::header::RETRY_AFTER;
use reqwest::{Client, Response, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::{EmbedError, ModelId};

/// Before the second attempt at most; twice as long before each further one.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// A server that wants to be left alone for longer is an error now, not a task that hangs.
const LONGEST_WAIT: Duration = Duration::from_mins(1);
const MAX_MESSAGE_CHARS: usize = 300;

/// What is asked, and how patiently.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// With the version, e.g. `https://api.openai.com/v1`.
    pub base: Url,
    /// `name` is what the server calls its model.
    pub model: ModelId,
    pub key: Option<SecretString>,
    /// Texts of one request.
    pub batch: usize,
    /// Of one request, from its first byte to the last of its answer.
    pub timeout: Duration,
    /// Of one batch, the first included; there is always a first.
    pub attempts: u32,
    pub budget: Budget,
}

/// What one [`Http`] may spend in its life. `None` is without end.
#[derive(Debug, Clone, Copy, Default)]
pub struct Budget {
    /// Attempts count, failed ones too.
    pub requests: Option<u64>,
    /// As the server counts them: the request that exceeds this is still answered, none after it is sent.
    pub tokens: Option<u64>,
}

/// How [`Http`] waits before it tries again.
type Wait = Box<dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync>;

/// An embeddings endpoint and what was spent on it.
pub struct Http {
    client: Client,
    endpoint: Endpoint,
    wait: Wait,
    requests: AtomicU64,
    tokens: AtomicU64,
}

impl Http {
    pub fn new(client: Client, endpoint: Endpoint) -> Self {
        Self::waiting(client, endpoint, |duration| Box::pin(tokio::time::sleep(duration)))
    }

    /// As [`Self::new`] with another way to let time pass.
    pub fn waiting(
        client: Client,
        endpoint: Endpoint,
        wait: impl Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync + 'static,
    ) -> Self {
        let (requests, tokens) = Default::default();
        Self { client, endpoint, wait: Box::new(wait), requests, tokens }
    }

    pub fn model(&self) -> &ModelId {
        &self.endpoint.model
    }

    /// A vector of length 1 for each text, in the order of the texts.
    pub async fn embed<T: AsRef<str> + Sync>(
        &self,
        texts: &[T],
        cancel: &CancellationToken,
    ) -> Result<Vec<Vec<f32>>, EmbedError> {
        let mut vectors = Vec::with_capacity(texts.len());
        for batch in texts.chunks(self.endpoint.batch.max(1)) {
            let batch: Vec<&str> = batch.iter().map(AsRef::as_ref).collect();
            let answer = cancel.run_until_cancelled(self.patiently(&batch));
            vectors.extend(answer.await.ok_or(EmbedError::Cancelled)??);
        }
        Ok(vectors)
    }

    async fn patiently(&self, batch: &[&str]) -> Result<Vec<Vec<f32>>, EmbedError> {
        let mut longest = FIRST_WAIT;
        for _ in 1..self.endpoint.attempts {
            let failure = match self.once(batch).await {
                Ok(vectors) => return Ok(vectors),
                Err(failure) => failure,
            };
            let wait = match failure.retry {
                Retry::Never => return Err(failure.error),
                Retry::After(wait) if wait > LONGEST_WAIT => return Err(failure.error),
                Retry::After(wait) => wait,
                // Full jitter, so that clients that failed together do not come back together.
                Retry::Later => longest.mul_f64(fastrand::f64()),
            };
            (self.wait)(wait).await;
            longest = (longest * 2).min(LONGEST_WAIT);
        }
        self.once(batch).await.map_err(|failure| failure.error)
    }

    async fn once(&self, batch: &[&str]) -> Result<Vec<Vec<f32>>, Failure> {
        self.spend_request().map_err(Failure::never)?;
        let model = &self.endpoint.model.name;
        let url = format!("{}/embeddings", self.endpoint.base.as_str().trim_end_matches('/'));
        let mut request = self.client.post(url).timeout(self.endpoint.timeout);
        if let Some(key) = &self.endpoint.key {
            request = request.bearer_auth(key.expose_secret());
        }
        let response = request
            .json(&Request { model, input: batch, encoding_format: "float" })
            .send()
            .await
            .map_err(Failure::unreachable)?;
        if !response.status().is_success() {
            return Err(Failure::refused(response).await);
        }
        let answer = response.bytes().await.map_err(Failure::unreachable)?;
        let answer: Answer = serde_json::from_slice(&answer)
            .map_err(|source| Failure::never(EmbedError::Answer(source.to_string())))?;
        let spent = answer.usage.map_or(0, |usage| usage.total_tokens);
        self.tokens.fetch_add(spent, Ordering::Relaxed);
        self.checked(answer.rows, batch.len())
            .map_err(|reason| Failure::never(EmbedError::Answer(reason)))
    }

    fn spend_request(&self) -> Result<(), EmbedError> {
        let Budget { requests, tokens } = self.endpoint.budget;
        if let Some(limit) = tokens.filter(|limit| self.tokens.load(Ordering::Relaxed) >= *limit) {
            return Err(EmbedError::Spent { limit, unit: "tokens" });
        }
        let before = self.requests.fetch_add(1, Ordering::Relaxed);
        match requests.filter(|limit| before >= *limit) {
            Some(limit) => Err(EmbedError::Spent { limit, unit: "requests" }),
            None => Ok(()),
        }
    }

    /// The vectors in the order of their texts, or what is wrong with them.
    fn checked(&self, mut rows: Vec<Row>, count: usize) -> Result<Vec<Vec<f32>>, String> {
        rows.sort_by_key(|row| row.index);
        if rows.len() != count || rows.iter().enumerate().any(|(place, row)| row.index != place) {
            return Err(format!("{} vectors for {count} texts", rows.len()));
        }
        rows.into_iter().map(|row| self.unit(row.embedding)).collect()
    }

    fn unit(&self, mut vector: Vec<f32>) -> Result<Vec<f32>, String> {
        let expected = self.endpoint.model.dimensions;
        if vector.len() != expected {
            return Err(format!("a vector of {} dimensions where {expected} belong", vector.len()));
        }
        let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
        if !length.is_normal() {
            return Err("a vector without a direction".to_owned());
        }
        for value in &mut vector {
            *value /= length;
        }
        Ok(vector)
    }
}

struct Failure {
    error: EmbedError,
    retry: Retry,
}

enum Retry {
    Never,
    Later,
    /// As the server asked.
    After(Duration),
}

impl Failure {
    fn never(error: EmbedError) -> Self {
        Self { error, retry: Retry::Never }
    }

    fn unreachable(source: reqwest::Error) -> Self {
        Self { error: EmbedError::Unreachable(source), retry: Retry::Later }
    }

    async fn refused(response: Response) -> Self {
        let status = response.status();
        let again = matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT)
            || status.is_server_error();
        // In seconds; the other form, a date, is answered with the usual wait.
        let after =
            response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let retry = match after.map(Duration::from_secs) {
            _ if !again => Retry::Never,
            Some(wait) => Retry::After(wait),
            None => Retry::Later,
        };
        let text = response.text().await.unwrap_or_default();
        let message = text.trim().chars().take(MAX_MESSAGE_CHARS).collect();
        Self { error: EmbedError::Refused { status: status.as_u16(), message }, retry }
    }
}

#[derive(Serialize)]
struct Request<'a> {
    model: &'a str,
    input: &'a [&'a str],
    encoding_format: &'a str,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "data")]
    rows: Vec<Row>,
    usage: Option<Usage>,
}

#[derive(Deserialize)]
struct Row {
    index: usize,
    embedding: Vec<f32>,
}

#[derive(Deserialize)]
struct Usage {
    total_tokens: u64,
}
