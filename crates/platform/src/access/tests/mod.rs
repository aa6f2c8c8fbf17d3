//! Keys, sessions and their limits, through HTTP.

mod attempts;
mod gate;
mod keys;
mod limits;
mod rotation;
mod secrets;
mod sign_in;

use reqwest::Method;
use serde_json::Value;

use crate::testing::TestApp;

/// Every documented operation: method, path with its parameters filled in, and what the document
/// says of it.
async fn operations(app: &TestApp) -> Vec<(Method, String, Value)> {
    let document = app.get("/openapi.json").await.json();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let path = path.replace("{slug}", "atlas").replace("{project}", "atlas");
        let path = path.replace("{name}", "documents");
        let path = path.replace("{id}", "01997e3c-6d5a-7b1c-8d3e-000000000001");
        assert!(!path.contains('{'), "{path}: what is a good example?");
        for (method, operation) in item.as_object().unwrap() {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            found.push((method, path.clone(), operation.clone()));
        }
    }
    found
}
