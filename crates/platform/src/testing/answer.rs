//! What a server answered, read whole.

use reqwest::header::HeaderMap;
use serde_json::Value;

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub(super) async fn of(response: reqwest::Response) -> Self {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let text = response.text().await.expect("the answer arrives whole");
        Self { status, headers, text }
    }

    /// The body of a success.
    pub fn json(self) -> Value {
        assert!((200..300).contains(&self.status), "{}: {}", self.status, self.text);
        serde_json::from_str(&self.text).expect("a JSON answer")
    }

    /// The problem of a failure: its status and the fields that were wrong.
    pub fn problem(&self) -> (u16, Vec<String>) {
        let kind = self.header("content-type");
        assert_eq!(kind, "application/problem+json", "{}: {}", self.status, self.text);
        let problem: wire::Problem = serde_json::from_str(&self.text).expect("a problem");
        assert_eq!(problem.status, self.status);
        assert!(problem.request_id.is_some());
        (self.status, problem.errors.into_iter().map(|error| error.path).collect())
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}
