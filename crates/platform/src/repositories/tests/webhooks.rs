use reqwest::Method;
use ring::hmac;
use serde_json::json;

use super::{ADA, Made, Registered, start};
use crate::ground::hex;

fn signature(secret: &str, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    hex::encode(hmac::sign(&key, body.as_bytes()).as_ref())
}

fn push(branch: &str, number: u32) -> String {
    json!({ "ref": format!("refs/heads/{branch}"), "number": number }).to_string()
}

impl Registered<'_> {
    async fn deliver(&self, headers: &[(&str, &str)], body: &str) -> u16 {
        self.deliver_to(&self.webhook(), headers, body).await
    }

    async fn deliver_to(&self, path: &str, headers: &[(&str, &str)], body: &str) -> u16 {
        let mut request = self.app.anonymous(Method::POST, path).body(body.to_owned());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = self.app.send(request).await;
        if answer.status == 401 {
            assert!(answer.text.contains("the signature is wrong"), "{}", answer.text);
        }
        answer.status
    }
}

#[tokio::test]
async fn a_push_that_a_forge_signed_is_fetched() {
    let app = start().await;
    let made = Made::new();
    made.commit(ADA, "one", &["a.rs"]);
    let repository = Registered::add(&app, made.path().to_str().unwrap(), json!({})).await;
    for (number, forge) in (0..).zip(["github", "a form of github", "gitea", "gitlab"]) {
        let head = made.commit(ADA, forge, &["a.rs"]);
        let mut body = push("main", number);
        if forge == "a form of github" {
            let form = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("payload", &body)
                .finish();
            body = form;
        }
        let digits = signature(&repository.secret, &body);
        let hub = format!("sha256={digits}");
        let header = match forge {
            "gitea" => ("x-gitea-signature", digits.as_str()),
            "gitlab" => ("x-gitlab-token", repository.secret.as_str()),
            _ => ("x-hub-signature-256", hub.as_str()),
        };
        let before = repository.fetched_at().await;
        assert_eq!(repository.deliver(&[header], &body).await, 202, "{forge}");
        repository.until_looked_at(before).await;
        assert_eq!(repository.show().await["head"], json!(head), "{forge}");
    }
    app.end().await;
}

#[tokio::test]
async fn a_wrong_signature_is_refused_whether_or_not_there_is_such_a_repository() {
    let app = start().await;
    let made = Made::new();
    made.commit(ADA, "one", &["a.rs"]);
    let repository = Registered::add(&app, made.path().to_str().unwrap(), json!({})).await;
    let body = push("main", 0);
    let right = format!("sha256={}", signature(&repository.secret, &body));
    let wrong = format!("sha256={}", signature("another", &body));
    for headers in [
        &[][..],
        &[("x-hub-signature-256", wrong.as_str())],
        &[("x-hub-signature-256", &right[7..])],
        &[("x-gitlab-token", "another")],
        &[("x-gitea-signature", &wrong[7..])],
        &[("x-api-key", app.key())],
    ] {
        assert_eq!(repository.deliver(headers, &body).await, 401, "{headers:?}");
    }
    let changed = push("main", 1);
    assert_eq!(repository.deliver(&[("x-hub-signature-256", &right)], &changed).await, 401);
    let nowhere = format!("/api/v1/repositories/{}/webhook", wire::RepositoryId::new());
    let headers = [("x-hub-signature-256", right.as_str())];
    assert_eq!(repository.deliver_to(&nowhere, &headers, &body).await, 401);
    app.end().await;
}

#[tokio::test]
async fn a_delivery_counts_once_and_only_for_the_branch_that_is_followed() {
    let app = start().await;
    let made = Made::new();
    made.commit(ADA, "one", &["a.rs"]);
    let repository = Registered::add(&app, made.path().to_str().unwrap(), json!({})).await;
    let deliver = async |body: &str, number: &str| {
        let right = format!("sha256={}", signature(&repository.secret, body));
        let headers = [("x-hub-signature-256", right.as_str()), ("x-github-delivery", number)];
        repository.deliver(&headers, body).await
    };
    for other in [push("side", 0), json!({ "zen": "ping" }).to_string(), "no json".to_owned()] {
        assert_eq!(deliver(&other, "1").await, 204, "{other}");
    }
    assert_eq!(deliver(&push("main", 0), "2").await, 202);
    // Nobody signed the number beside it.
    assert_eq!(deliver(&push("main", 0), "3").await, 204);
    assert_eq!(deliver(&push("main", 1), "4").await, 202);

    let token = ("x-gitlab-token", repository.secret.as_str());
    for (uuid, expected) in [("a", 202), ("a", 204), ("b", 202)] {
        let headers = [token, ("x-gitlab-event-uuid", uuid)];
        assert_eq!(repository.deliver(&headers, &push("main", 2)).await, expected);
    }
    app.end().await;
}

#[tokio::test]
async fn a_delivery_that_is_too_large_is_not_read() {
    let app = start().await;
    let made = Made::new();
    let repository = Registered::add(&app, made.path().to_str().unwrap(), json!({})).await;
    let body = " ".repeat((8 << 20) + 1);
    assert_eq!(repository.deliver(&[], &body).await, 413);
    app.end().await;
}
