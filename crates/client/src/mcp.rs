//! Messages of the Model Context Protocol, passed on as they are.

use std::time::Duration;

use reqwest::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use crate::Client;
use crate::error::{Error, Result};
use crate::request::refused;

/// The tools take longer than other answers where they measure.
const TIMEOUT: Duration = Duration::from_mins(5);

const PROTOCOL_VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");
const METHOD: HeaderName = HeaderName::from_static("mcp-method");
const NAME: HeaderName = HeaderName::from_static("mcp-name");

/// Where a message of the versions without a handshake carries its version.
const VERSION_OF_MESSAGE: &str = "/params/_meta/io.modelcontextprotocol~1protocolVersion";

impl Client {
    /// Sends one message, and gives the one that answers it; a notification has no answer.
    /// `version` is what the handshake agreed on, where there was one.
    ///
    /// # Errors
    /// When what came back is no message of the protocol.
    pub async fn mcp(&self, message: &Value, version: Option<&str>) -> Result<Option<Value>> {
        let url = self.url(&["mcp"]);
        let headers = headers(message, version);
        let request = || {
            let bare = self.http.post(url.clone()).timeout(TIMEOUT);
            bare.headers(headers.clone()).json(message)
        };
        // Every tool may be called twice: what is there already is not added again.
        let response = self.send_twice(&url, request).await?;
        let status = response.status();
        let bytes = response.bytes().await.map_err(|source| Error::unavailable(&url, source))?;
        // A refusal of the protocol's own comes with the status of a failure.
        let answer = serde_json::from_slice::<Value>(&bytes).ok();
        if let Some(answer) = answer.filter(|answer| answer.get("jsonrpc").is_some()) {
            return Ok(Some(answer));
        }
        if status.is_success() { Ok(None) } else { Err(refused(status, &bytes)) }
    }
}

/// What the server wants to know of a message without reading it.
fn headers(message: &Value, version: Option<&str>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json, text/event-stream"));
    let text = |path| message.pointer(path).and_then(Value::as_str);
    let method = text("/method");
    let name = match method {
        Some("tools/call" | "prompts/get") => text("/params/name"),
        Some("resources/read") => text("/params/uri"),
        _ => None,
    };
    let version = if method == Some("initialize") { None } else { version };
    let version = text(VERSION_OF_MESSAGE).or(version);
    for (header, value) in [(PROTOCOL_VERSION, version), (METHOD, method), (NAME, name)] {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
            headers.insert(header, value);
        }
    }
    headers
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{Answer, Server};

    #[tokio::test]
    async fn a_refusal_of_the_protocol_is_an_answer_and_one_of_the_server_is_an_error() {
        let refusal = r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no"}}"#;
        let answers = vec![
            Answer::status(404, refusal),
            Answer::status(202, ""),
            Answer::status(403, r#"{"type":"x","title":"Forbidden","status":403}"#),
        ];
        let server = Server::start(answers).await;
        let client = server.client();
        let message = json!({ "jsonrpc": "2.0", "id": 1, "method": "x" });
        let answer = client.mcp(&message, None).await.unwrap().unwrap();
        assert_eq!(answer["error"]["code"], -32601);
        assert_eq!(client.mcp(&message, None).await.unwrap(), None);
        let error = client.mcp(&message, None).await.unwrap_err();
        assert!(matches!(error, Error::NotAllowed(_)), "{error:?}");
    }

    #[test]
    fn the_headers_repeat_what_the_message_says() {
        let meta = json!({ "io.modelcontextprotocol/protocolVersion": "2026-07-28" });
        let params = json!({ "name": "search", "_meta": meta });
        let call = headers(&json!({ "method": "tools/call", "params": params }), None);
        assert_eq!(call["mcp-protocol-version"], "2026-07-28");
        assert_eq!(call["mcp-method"], "tools/call");
        assert_eq!(call["mcp-name"], "search");

        let list = headers(&json!({ "method": "tools/list" }), Some("2025-11-25"));
        assert_eq!(list["mcp-protocol-version"], "2025-11-25");
        let first = headers(&json!({ "method": "initialize" }), Some("2025-11-25"));
        assert!(!first.contains_key("mcp-protocol-version"));
    }
}
