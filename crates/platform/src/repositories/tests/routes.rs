use reqwest::Method;
use serde_json::{Value, json};

use super::{ADA, Made, REPOSITORIES, Registered, start};

#[tokio::test]
async fn what_cannot_be_registered_is_told_by_field() {
    let app = start().await;
    let own = app.folder.path().to_str().unwrap().to_owned();
    let there = "https://example.org/atlas.git";
    for (body, field) in [
        (json!({ "location": "git@example.org:atlas.git" }), "location"),
        (json!({ "location": "ssh://example.org/atlas.git" }), "location"),
        (json!({ "location": "https://user:secret@example.org/atlas.git" }), "location"),
        (json!({ "location": "/no/such/folder" }), "location"),
        (json!({ "location": own }), "location"),
        (json!({ "location": there, "every": 59 }), "every"),
        (json!({ "location": there, "branch": "a..b" }), "branch"),
        (json!({ "location": there, "token": "a\nb" }), "token"),
        (json!({ "location": there, "token": "" }), "token"),
        (json!({ "location": there, "user": "ada" }), "user"),
        (json!({ "location": there, "token": "a", "user": "a:b" }), "user"),
        (json!({ "location": "http://example.org/atlas.git", "token": "a" }), "token"),
        (json!({ "location": there, "more": 1 }), "more"),
    ] {
        let answer = app.post(REPOSITORIES, body.clone()).await;
        assert_eq!(answer.status, 422, "{body}: {}", answer.text);
        let problem: Value = serde_json::from_str(&answer.text).unwrap();
        assert_eq!(problem["errors"][0]["path"], field, "{body}: {problem}");
    }
    assert_eq!(app.get(REPOSITORIES).await.json(), json!([]));
    app.end().await;
}

#[tokio::test]
async fn a_project_has_a_repository_once_and_another_project_does_not_see_it() {
    let app = start().await;
    app.register("borealis").await;
    let made = Made::new();
    made.commit(ADA, "one", &["a.rs"]);
    let location = made.path().to_str().unwrap();
    let repository = Registered::add(&app, location, json!({})).await;
    let again = app.post(REPOSITORIES, json!({ "location": location })).await;
    assert_eq!(again.problem().0, 409);
    assert_eq!(app.get(REPOSITORIES).await.json().as_array().unwrap().len(), 1);

    let theirs = "/api/v1/projects/borealis/repositories";
    assert_eq!(app.get(theirs).await.json(), json!([]));
    let foreign = format!("{theirs}/{}", repository.id);
    assert_eq!(app.get(&foreign).await.problem().0, 404);
    assert_eq!(app.delete(&foreign).await.problem().0, 404);
    let fetch = app.post(&format!("{foreign}/fetch"), json!({})).await;
    assert_eq!(fetch.problem().0, 404);
    assert_eq!(app.get("/api/v1/projects/nobody/repositories").await.problem().0, 404);
    app.end().await;
}

#[tokio::test]
async fn who_may_read_may_not_write() {
    let app = start().await;
    let (_, key) = app.new_key(&["repositories:read"]).await;
    assert_eq!(app.get_as(&key, REPOSITORIES).await.status, 200);
    let body = json!({ "location": "https://example.org/atlas.git" });
    let request = app.with_key(&key, Method::POST, REPOSITORIES).json(&body);
    assert_eq!(app.send(request).await.problem().0, 403);
    app.end().await;
}

#[tokio::test]
async fn the_secret_of_a_webhook_is_not_shown_to_a_repeat() {
    let app = start().await;
    let made = Made::new();
    let body = json!({ "location": made.path().to_str().unwrap() });
    let ask = || {
        let request = app.request(Method::POST, REPOSITORIES).header("idempotency-key", "one");
        app.send(request.json(&body))
    };
    let secret = ask().await.json()["webhook"]["secret"].as_str().unwrap().to_owned();
    let repeat = ask().await;
    assert_eq!(repeat.status, 409);
    assert!(!repeat.text.contains(&secret));
    app.end().await;
}
