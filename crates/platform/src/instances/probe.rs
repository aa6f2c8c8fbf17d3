//! Asking an instance whether it is ready.

use std::time::Duration;

use reqwest::StatusCode;
use wire::health::{CheckStatus, Readiness};

use super::shown::url;

const PATIENCE: Duration = Duration::from_secs(1);
/// More of an answer than this is not read.
const LONGEST_ANSWER: usize = 64 << 10;

/// Asks instances of this machine.
#[derive(Clone)]
pub(super) struct Prober(reqwest::Client);

impl Prober {
    pub(super) fn new() -> anyhow::Result<Self> {
        let client = reqwest::Client::builder()
            .no_proxy()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            // A connection that is kept would answer for a process that is gone.
            .pool_max_idle_per_host(0);
        Ok(Self(client.build()?))
    }

    /// What is wrong, in words, when it is not ready.
    pub(super) async fn ask(&self, port: u16) -> Result<(), String> {
        let answered = self.0.get(format!("{}/readyz", url(port))).send().await;
        let mut response = answered.map_err(|error| failure(&error).to_owned())?;
        let status = response.status();
        if status.is_success() {
            return Ok(());
        }
        let mut body = Vec::new();
        while let Ok(Some(chunk)) = response.chunk().await {
            body.extend_from_slice(&chunk);
            if body.len() > LONGEST_ANSWER {
                break;
            }
        }
        Err(refusal(status, &body))
    }
}

fn failure(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "/readyz does not answer within a second"
    } else if error.is_connect() {
        "nothing listens on its port"
    } else {
        "/readyz breaks the connection"
    }
}

fn refusal(status: StatusCode, body: &[u8]) -> String {
    let status = status.as_u16();
    let readiness = serde_json::from_slice::<Readiness>(body);
    let checks = readiness.map(|readiness| readiness.checks).unwrap_or_default();
    let failed: Vec<String> = checks
        .iter()
        .filter(|(_, check)| check.required && check.status == CheckStatus::Fail)
        .map(|(name, check)| format!("{name} {}", check.error.as_deref().unwrap_or("fails")))
        .collect();
    if failed.is_empty() {
        return format!("/readyz answers {status}");
    }
    format!("/readyz answers {status}: {}", failed.join(", "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_refusal_names_what_fails() {
        let check = |status: &str, required: bool| {
            json!({ "status": status, "required": required, "latency_ms": 1.0,
                    "since": "2026-01-01T00:00:00Z", "error": "does not answer" })
        };
        let body = json!({ "status": "fail", "service": "instance", "version": "0", "checks": {
            "database": check("fail", true), "model": check("fail", false),
        }});
        let words = refusal(StatusCode::SERVICE_UNAVAILABLE, body.to_string().as_bytes());
        assert_eq!(words, "/readyz answers 503: database does not answer");
        assert_eq!(refusal(StatusCode::NOT_FOUND, b"<html>"), "/readyz answers 404");
    }
}
