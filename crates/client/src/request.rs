//! One request, one answer.

use std::time::Duration;

use reqwest::header::{ETAG, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;
use wire::Problem;

use crate::Client;
use crate::error::{Error, Result};

/// From the first byte sent to the last one read. Streams have no such end.
pub(crate) const WHOLE_TIMEOUT: Duration = Duration::from_secs(30);

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

impl Client {
    /// The address of `segments` below the base, each escaped.
    pub(crate) fn url(&self, segments: &[&str]) -> Url {
        let mut url = self.base.clone();
        url.set_query(None);
        url.set_fragment(None);
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, segments: &[&str]) -> Result<T> {
        self.get_with(segments, &()).await
    }

    pub(crate) async fn get_with<T: DeserializeOwned>(
        &self,
        segments: &[&str],
        query: &impl Serialize,
    ) -> Result<T> {
        let url = with_query(self.url(segments), query)?;
        json(&url, self.read(&url).await?).await
    }

    pub(crate) async fn get_text(&self, segments: &[&str]) -> Result<String> {
        let url = self.url(segments);
        let response = self.read(&url).await?;
        response.text().await.map_err(|source| Error::unavailable(&url, source))
    }

    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        segments: &[&str],
        body: &impl Serialize,
    ) -> Result<T> {
        let url = self.url(segments);
        json(&url, self.write(Method::POST, &url, |it| it.json(body)).await?).await
    }

    /// A read. Asked once more when the connection breaks under it.
    pub(crate) async fn read(&self, url: &Url) -> Result<Response> {
        let request = || self.http.get(url.clone()).timeout(WHOLE_TIMEOUT);
        succeed(url, self.send_twice(url, request).await?).await
    }

    /// A write, under an idempotency key of its own, so that asking once more when the connection
    /// breaks does it once.
    pub(crate) async fn write(
        &self,
        method: Method,
        url: &Url,
        fill: impl Fn(RequestBuilder) -> RequestBuilder,
    ) -> Result<Response> {
        let key = idempotency_key();
        let request = || {
            let bare = self.http.request(method.clone(), url.clone()).timeout(WHOLE_TIMEOUT);
            fill(bare.header(IDEMPOTENCY_KEY, &key))
        };
        succeed(url, self.send_twice(url, request).await?).await
    }

    /// A question too long for an address, or a write that may be done twice: nothing has to be
    /// remembered of it.
    pub(crate) async fn ask<T: DeserializeOwned>(
        &self,
        url: &Url,
        timeout: Duration,
        body: &impl Serialize,
    ) -> Result<T> {
        let request = || self.http.post(url.clone()).timeout(timeout).json(body);
        json(url, succeed(url, self.send_twice(url, request).await?).await?).await
    }

    /// The answer whatever its status, for those that mean something beside success.
    pub(crate) async fn answer(&self, url: &Url) -> Result<Response> {
        self.send_twice(url, || self.http.get(url.clone()).timeout(WHOLE_TIMEOUT)).await
    }

    pub(crate) async fn send_twice(
        &self,
        url: &Url,
        request: impl Fn() -> RequestBuilder,
    ) -> Result<Response> {
        match request().send().await {
            Err(error) if is_broken_connection(&error) => request().send().await,
            first => first,
        }
        .map_err(|source| Error::unavailable(url, source))
    }
}

/// A connection that was there and broke: a server that restarted, a kept-alive socket that the
/// other side had closed.
fn is_broken_connection(error: &reqwest::Error) -> bool {
    error.is_request() && !error.is_connect() && !error.is_timeout()
}

#[expect(clippy::disallowed_methods, reason = "names an attempt, not a thing with an id type")]
fn idempotency_key() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// `url` with the fields of `query` that are there.
pub(crate) fn with_query(mut url: Url, query: &impl Serialize) -> Result<Url> {
    let fields = serde_json::to_value(query).map_err(|error| Error::decode(&url, error))?;
    for (name, value) in fields.as_object().into_iter().flatten() {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        if !value.is_null() {
            url.query_pairs_mut().append_pair(name, &text);
        }
    }
    Ok(url)
}

pub(crate) async fn json<T: DeserializeOwned>(url: &Url, response: Response) -> Result<T> {
    let bytes = response.bytes().await.map_err(|source| Error::unavailable(url, source))?;
    serde_json::from_slice(&bytes).map_err(|source| Error::decode(url, source))
}

pub(crate) fn etag(response: &Response) -> Option<HeaderValue> {
    response.headers().get(ETAG).cloned()
}

/// Turns every status but a success into the error it stands for.
pub(crate) async fn succeed(url: &Url, response: Response) -> Result<Response> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let after = retry_after(&response);
    let bytes = response.bytes().await.map_err(|source| Error::unavailable(url, source))?;
    Err(Error::refusal(problem(status, &bytes), after))
}

/// The error that a status other than success stands for.
pub(crate) fn refused(status: StatusCode, body: &[u8]) -> Error {
    Error::refusal(problem(status, body), None)
}

/// The server's own problem, or one made of the status when something in between answered.
fn problem(status: StatusCode, body: &[u8]) -> Problem {
    serde_json::from_slice(body).unwrap_or_else(|_| Problem {
        kind: "about:blank".to_owned(),
        title: status.canonical_reason().unwrap_or("unexpected status").to_owned(),
        status: status.as_u16(),
        detail: Some(format!("the server answered {status}")),
        errors: Vec::new(),
        request_id: None,
    })
}

fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Answer, Server};

    fn header<'a>(request: &'a str, name: &str) -> Option<&'a str> {
        request.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    #[tokio::test]
    async fn a_write_on_a_breaking_connection_is_sent_again_under_the_same_key() {
        let server = Server::start(vec![Answer::Reset, Answer::ok("5")]).await;
        let answer: u8 = server.client().post(&["w"], &1).await.unwrap();

        let keys: Vec<_> = server
            .requests()
            .iter()
            .map(|it| header(it, "idempotency-key").map(str::to_owned))
            .collect();
        assert_eq!((answer, keys.len()), (5, 2));
        assert!(keys[0].is_some() && keys[0] == keys[1]);
    }

    #[tokio::test]
    async fn a_connection_that_breaks_twice_is_an_error() {
        let server = Server::start(vec![Answer::Reset, Answer::Reset]).await;
        let error = server.client().get::<u8>(&["r"]).await.unwrap_err();
        assert!(matches!(error, Error::Unavailable { .. }), "{error:?}");
    }

    #[tokio::test]
    async fn each_status_is_its_own_error() {
        for (status, expected) in [
            (401, "NotAllowed"),
            (403, "NotAllowed"),
            (404, "NotFound"),
            (409, "Problem"),
            (413, "Invalid"),
            (422, "Invalid"),
            (429, "Later"),
            (500, "Problem"),
            (302, "Problem"),
        ] {
            let server = Server::start(vec![Answer::status(status, "<html>")]).await;
            let error = server.client().get::<u8>(&["r"]).await.unwrap_err();
            assert!(format!("{error:?}").starts_with(expected), "{status}: {error:?}");
            assert_eq!(error.problem().map(|it| it.status), Some(status));
        }
    }

    #[tokio::test]
    async fn a_server_that_is_busy_says_for_how_long() {
        let answer = Answer::status(503, "{}").header("retry-after", "7");
        let server = Server::start(vec![answer]).await;
        let error = server.client().get::<u8>(&["r"]).await.unwrap_err();
        let Error::Later { after, .. } = error else { panic!("{error:?}") };
        assert_eq!(after, Some(Duration::from_secs(7)));
    }

    #[tokio::test]
    async fn a_path_segment_cannot_leave_its_place() {
        let server = Server::start(vec![Answer::ok("1")]).await;
        server.client().get::<u8>(&["api", "../x?y"]).await.unwrap();
        assert_eq!(server.first_lines(), ["GET /api/..%2Fx%3Fy HTTP/1.1"]);
    }

    #[tokio::test]
    async fn nobody_there_is_unavailable_and_names_the_address() {
        let url: Url = "http://127.0.0.1:1/".parse().unwrap();
        let error = Client::new(url, None).unwrap().get::<u8>(&["r"]).await.unwrap_err();
        assert_eq!(error.to_string(), "no answer from http://127.0.0.1:1/r");
    }
}
