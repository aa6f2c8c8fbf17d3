//! One action to many projects.

use std::time::Duration;

use serde_json::{Value, json};

use crate::lifecycle::{Extras, Running};
use crate::service::Service;
use crate::testing::TestApp;

/// An instance beside the federation that serves `atlas` and `borealis`.
async fn with_instance() -> (TestApp, Running) {
    let app = TestApp::start().await;
    let key = app.get("/api/fed/identity").await.json()["verify_key"].as_str().unwrap().to_owned();
    for (slug, allow) in [("atlas", json!(["*"])), ("borealis", json!(["cygnus"]))] {
        let body = json!({ "slug": slug, "name": slug, "hub_url": "http://x.example", "allow_fanout": allow });
        app.post("/api/fed/projects", body).await.json();
    }
    let mut config = app.config();
    config.instance.projects = vec!["atlas".parse().unwrap(), "borealis".parse().unwrap()];
    config.instance.federation_key = Some(key);
    let extras = Extras { clock: Some(app.clock.clone()), key: None, mesh: app.bus.shared() };
    let instance = Running::start(config, &[Service::Instance], extras).await.unwrap();
    app.until_status("atlas", "online").await;
    app.until_status("borealis", "online").await;
    (app, instance)
}

fn outcomes(fanout: &Value) -> Vec<(&str, &str)> {
    let results = fanout["results"].as_array().unwrap();
    results
        .iter()
        .map(|it| (it["project"].as_str().unwrap(), it["outcome"].as_str().unwrap()))
        .collect()
}

async fn key_of(app: &TestApp, project: &str) -> String {
    let new = json!({ "name": project, "scopes": ["fed:fanout"], "project": project });
    app.post("/api/v1/keys", new).await.json()["secret"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn only_projects_that_name_the_sender_are_reached() {
    let (app, instance) = with_instance().await;
    app.register("delphi").await;
    let body = json!({ "action": "ping", "projects": ["atlas", "borealis", "delphi", "nobody"] });
    let fanout = app.post("/api/fed/fanout", body.clone()).await.json();
    assert_eq!(
        outcomes(&fanout),
        [
            ("atlas", "answered"),
            ("borealis", "denied"),
            ("delphi", "denied"),
            ("nobody", "not_found")
        ]
    );
    let key = key_of(&app, "cygnus").await;
    let request = app.anonymous(reqwest::Method::POST, "/api/fed/fanout").header("x-api-key", key);
    let fanout = app.send(request.json(&body)).await.json();
    assert_eq!(outcomes(&fanout)[..2], [("atlas", "answered"), ("borealis", "answered")]);
    assert!(fanout["results"][0]["answer"]["instance_id"].is_string());
    instance.stop().await;
    app.end().await;
}

#[tokio::test]
async fn who_does_not_answer_is_named() {
    let app = TestApp::start().await;
    let body =
        json!({ "slug": "mute", "name": "m", "hub_url": "http://x.example", "allow_fanout": "*" });
    app.post("/api/fed/projects", body).await.json();
    let body = json!({ "action": "ping", "projects": ["mute"], "deadline_ms": 200 });
    let fanout = app.post("/api/fed/fanout", body).await.json();
    assert_eq!(outcomes(&fanout), [("mute", "no_answer")]);
    app.end().await;
}

#[tokio::test]
async fn a_fanout_is_in_the_audit_trail() {
    let (app, instance) = with_instance().await;
    app.post("/api/fed/fanout", json!({ "action": "report", "projects": ["atlas"] })).await.json();
    let records = app.get("/api/v1/audit?limit=1000").await.json();
    let is_it = |record: &&Value| record["action"] == "federation.fanned_out";
    let record = records.as_array().unwrap().iter().find(is_it).unwrap().clone();
    assert_eq!(record["detail"]["projects"], json!(["atlas"]));
    instance.stop().await;
    app.end().await;
}

#[tokio::test]
async fn an_instance_obeys_only_its_federation() {
    let (app, instance) = with_instance().await;
    let forged = json!({
        "id": wire::FanoutId::new(), "action": "ping", "to": "atlas",
        "issued_at": app.clock.now(), "signature": "AAAA",
    });
    let subject = "hub.atlas.fanout".parse().unwrap();
    let payload = forged.to_string().into();
    let patience = Duration::from_secs(5);
    let reply =
        app.bus.client().request(&subject, mesh::Headers::new(), payload, patience).await.unwrap();
    let reply: Value = serde_json::from_slice(&reply.payload).unwrap();
    assert_eq!(reply, json!({ "error": "not signed by the federation" }));
    instance.stop().await;
    app.end().await;
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_by_field() {
    let app = TestApp::start().await;
    let body = json!({ "action": "format", "projects": [], "deadline_ms": 60_000 });
    let refused = app.post("/api/fed/fanout", body).await;
    let fields = ["action", "projects", "deadline_ms"].map(str::to_owned).to_vec();
    assert_eq!(refused.problem(), (422, fields));
    app.end().await;
}

#[tokio::test]
async fn an_instance_says_goodbye_when_it_stops() {
    let (app, instance) = with_instance().await;
    app.advance(Duration::from_secs(1)).await;
    instance.stop().await;
    let project = app.until_status("atlas", "offline").await;
    assert_eq!(project["status_reasons"], json!(["stopped"]));
    app.end().await;
}
