//! The protocol over HTTP, message by message. A client of another language drives the same tools
//! in the tests of `cli`.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::service::Service;
use crate::testing::{Answer, TestApp};

fn framed(request: RequestBuilder, message: &Value) -> RequestBuilder {
    request.header("accept", "application/json, text/event-stream").json(message)
}

fn request(method: &str, params: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params })
}

async fn send(app: &TestApp, message: &Value) -> Answer {
    app.send(framed(app.request(Method::POST, "/mcp"), message)).await
}

/// The result of a tool that `key` calls: whether it is an error, and its text.
async fn call_as(app: &TestApp, key: &str, tool: &str, arguments: Value) -> (bool, String) {
    let message = request("tools/call", &json!({ "name": tool, "arguments": arguments }));
    let answer = app.send(framed(app.with_key(key, Method::POST, "/mcp"), &message)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let result = &answer.json()["result"];
    let text = result["content"][0]["text"].as_str().unwrap().to_owned();
    (result["isError"] == true, text)
}

#[tokio::test]
async fn every_service_answers_who_has_a_key_and_nobody_else() {
    for service in [Service::Federation, Service::Hub, Service::Instance] {
        let app = TestApp::of(&[service, Service::Worker], &[]).await;
        let list = request("tools/list", &json!({}));
        let nobody = framed(app.anonymous(Method::POST, "/mcp"), &list);
        assert_eq!(app.send(nobody).await.problem().0, 401, "{service}");
        let wrong = framed(app.with_key("cck_no", Method::POST, "/mcp"), &list);
        assert_eq!(app.send(wrong).await.problem().0, 403, "{service}");
        let bearer = format!("Bearer {}", app.key());
        let bearer = app.anonymous(Method::POST, "/mcp").header("authorization", bearer);
        let tools = app.send(framed(bearer, &list)).await.json();
        assert_eq!(tools["result"]["tools"].as_array().unwrap().len(), 5, "{service}");
        app.end().await;
    }
}

#[tokio::test]
async fn the_current_version_and_those_before_it_are_spoken() {
    let app = TestApp::start().await;
    for (asked, agreed) in
        [("2025-11-25", "2025-11-25"), ("2025-06-18", "2025-06-18"), ("2099-01-01", "2025-11-25")]
    {
        let client = json!({ "name": "test", "version": "1" });
        let hello = json!({ "protocolVersion": asked, "capabilities": {}, "clientInfo": client });
        let answer = send(&app, &request("initialize", &hello)).await;
        let result = &answer.json()["result"];
        assert_eq!(result["protocolVersion"], agreed);
        assert_eq!(result["serverInfo"]["name"], "commandcenter");
    }
    let current = |method: &str| {
        let meta = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
            "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
        });
        let bare = app.request(Method::POST, "/mcp").header("mcp-protocol-version", "2026-07-28");
        framed(bare.header("mcp-method", method), &request(method, &json!({ "_meta": meta })))
    };
    let versions = app.send(current("server/discover")).await.json();
    let versions = versions["result"]["supportedVersions"].clone();
    assert!(versions.as_array().unwrap().contains(&json!("2026-07-28")), "{versions}");
    let unknown = app.send(current("no/such")).await;
    let refusal: Value = serde_json::from_str(&unknown.text).unwrap();
    assert_eq!((unknown.status, &refusal["error"]["code"]), (404, &json!(-32_601)));
    app.end().await;
}

#[tokio::test]
async fn a_page_of_another_origin_is_refused() {
    let app = TestApp::start().await;
    for (origin, status) in [
        ("http://rebound.example:8001", 403),
        ("https://localhost.example", 403),
        ("null", 403),
        ("http://localhost:6274", 200),
        ("http://127.0.0.1", 200),
    ] {
        let asked = app.request(Method::POST, "/mcp").header("origin", origin);
        let answer = app.send(framed(asked, &request("tools/list", &json!({})))).await;
        assert_eq!(answer.status, status, "{origin}: {}", answer.text);
    }
    app.end().await;
}

#[tokio::test]
async fn nothing_is_kept_between_messages() {
    let app = TestApp::start().await;
    let (id, secret) = app.new_key(&["knowledge:read"]).await;
    app.register("atlas").await;
    let project = json!({ "project": "atlas" });
    let (_, text) = call_as(&app, &secret, "list_collections", project).await;
    assert_eq!(text, "no collections yet; add_document makes one");
    for method in [Method::GET, Method::DELETE] {
        let answer = app.send(app.request(method, "/mcp")).await;
        assert_eq!(answer.status, 405);
    }
    app.delete(&format!("/api/v1/keys/{id}")).await;
    let list = framed(app.with_key(&secret, Method::POST, "/mcp"), &request("ping", &json!({})));
    assert_eq!(app.send(list).await.problem().0, 403);
    app.end().await;
}

#[tokio::test]
async fn a_message_has_a_largest_size() {
    let app = TestApp::start().await;
    let text = "x".repeat(super::LARGEST_MESSAGE);
    let answer = send(&app, &request("tools/call", &json!({ "name": text }))).await;
    assert_eq!(answer.status, 413);
    app.end().await;
}

#[tokio::test]
async fn a_tool_needs_its_scope() {
    let app = TestApp::start().await;
    app.register("atlas").await;
    let (_, reader) = app.new_key(&["knowledge:read"]).await;
    let (_, writer) = app.new_key(&["knowledge:write"]).await;
    let note = json!({ "project": "atlas", "path": "a.md", "text": "A key is rotated." });
    let refused = (true, "this needs the scope knowledge:write".to_owned());
    assert_eq!(call_as(&app, &reader, "add_document", note.clone()).await, refused);
    let added = (false, "added a.md to documents, 1 chunks".to_owned());
    assert_eq!(call_as(&app, &writer, "add_document", note).await, added);

    let project = json!({ "project": "atlas" });
    let search = json!({ "project": "atlas", "query": "rotated key", "mode": "keyword" });
    let id = "0198c0de-7a11-7000-8000-000000000001";
    let document = json!({ "project": "atlas", "document": id });
    let queries = json!([{ "text": "key", "relevant": ["a.md"] }]);
    let evaluate = json!({ "project": "atlas", "queries": queries });
    for (tool, arguments) in [
        ("list_collections", project),
        ("search", search),
        ("read_document", document),
        ("evaluate", evaluate),
    ] {
        let refused = (true, "this needs the scope knowledge:read".to_owned());
        assert_eq!(call_as(&app, &writer, tool, arguments.clone()).await, refused, "{tool}");
        let (is_error, text) = call_as(&app, &reader, tool, arguments).await;
        assert_eq!(is_error, tool == "read_document", "{tool}: {text}");
        if is_error {
            assert_eq!(text, format!("the document {id} does not exist"));
        }
    }
    app.end().await;
}
