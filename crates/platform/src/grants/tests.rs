//! Projects that talk, through HTTP on one side and the bus on the other.

use std::time::Duration;

use futures::StreamExt;
use mesh::{Headers, Subscription};
use reqwest::Method;
use serde_json::{Value, json};

use crate::config::Config;
use crate::lifecycle::{Extras, Running};
use crate::service::Service;
use crate::testing::{Answer, Stack, TestApp};

const PATIENCE: Duration = Duration::from_secs(5);

/// The federation with `atlas` and `borealis` in its catalog, on a mesh that others reach.
async fn with_projects() -> TestApp {
    let open: &[_] = match Stack::chosen() {
        Stack::Embedded => &[("mesh.listen", "127.0.0.1:0")],
        Stack::Distributed => &[],
    };
    let app = TestApp::with(open).await;
    app.register("atlas").await;
    app.register("borealis").await;
    app
}

/// The configuration of an instance that serves `borealis`.
async fn serving(app: &TestApp) -> Config {
    let key = app.get("/api/fed/identity").await.json()["verify_key"].as_str().unwrap().to_owned();
    let mut config = app.config();
    config.mesh.listen = None;
    config.instance.projects = vec!["borealis".parse().unwrap()];
    config.instance.federation_key = Some(key);
    config
}

async fn start(app: &TestApp, config: Config) -> Running {
    let mesh = app.bus.shared().filter(|_| config.mesh.url.is_none());
    let extras = Extras { clock: Some(app.clock.clone()), key: None, mesh };
    let instance = Running::start(config, &[Service::Instance], extras).await.unwrap();
    // What hears beats hears messages: both subscribe before the first beat is judged.
    app.until_status("borealis", "online").await;
    app.eventually("the instance listens", async |app| {
        let subject = "hub.borealis.mesh.ping".parse().unwrap();
        let asked = app.bus.client().request(&subject, Headers::new(), "{}".into(), PATIENCE);
        asked.await.is_ok()
    })
    .await;
    instance
}

async fn with_instance() -> (TestApp, Running) {
    let app = with_projects().await;
    let instance = start(&app, serving(&app).await).await;
    (app, instance)
}

async fn end(app: TestApp, instance: Running) {
    instance.stop().await;
    app.end().await;
}

async fn grant(app: &TestApp, subjects: &[&str]) -> String {
    let body = json!({ "from": "atlas", "to": "borealis", "subjects": subjects });
    app.post("/api/v1/grants", body).await.json()["id"].as_str().unwrap().to_owned()
}

async fn request(app: &TestApp, subject: &str, payload: Value) -> Answer {
    let body = json!({ "from": "atlas", "to": "borealis", "subject": subject, "payload": payload });
    app.post("/api/v1/mesh/request", body).await
}

/// The details of the audit records of that action, oldest first.
async fn audited(app: &TestApp, action: &str) -> Vec<Value> {
    let records = app.get("/api/v1/audit?limit=1000").await.json();
    let records = records.as_array().unwrap().iter().filter(|it| it["action"] == action);
    records.map(|it| it["detail"].clone()).collect()
}

/// Hears what the federation sends to `borealis`, as an eavesdropper does.
async fn eavesdrop(app: &TestApp) -> Subscription {
    let everything = "hub.borealis.mesh.>".parse().unwrap();
    app.bus.client().subscribe(&everything, None).await.unwrap()
}

async fn caught(heard: &mut Subscription) -> Value {
    let message = tokio::time::timeout(PATIENCE, heard.next()).await.unwrap().unwrap();
    serde_json::from_slice(&message.payload).unwrap()
}

/// Says `call` on the bus, as anyone on it can.
async fn say(app: &TestApp, subject: &str, call: &Value) -> Value {
    let subject = format!("hub.borealis.mesh.{subject}").parse().unwrap();
    let asked =
        app.bus.client().request(&subject, Headers::new(), call.to_string().into(), PATIENCE);
    serde_json::from_slice(&asked.await.unwrap().payload).unwrap()
}

#[tokio::test]
async fn a_request_under_a_grant_is_answered_with_a_receipt() {
    let (app, instance) = with_instance().await;
    let id = grant(&app, &["ping", "report"]).await;
    let answered = request(&app, "ping", Value::Null).await.json();
    let receipt = &answered["receipt"];
    assert_eq!(
        (&receipt["from"], &receipt["to"], &receipt["subject"]),
        (&json!("atlas"), &json!("borealis"), &json!("ping"))
    );
    assert_eq!(receipt["instance_id"], answered["answer"]["instance_id"]);
    assert_eq!(receipt["delivered_at"], json!(app.clock.now()));
    let report = request(&app, "report", Value::Null).await.json();
    assert_eq!(report["answer"]["project_slug"], "borealis");

    for action in ["grants.message_sent", "grants.message_received"] {
        let found = audited(&app, action).await;
        assert_eq!(found.len(), 2, "{action}");
        assert_eq!((&found[0]["grant"], &found[0]["subject"]), (&json!(id), &json!("ping")));
    }
    end(app, instance).await;
}

#[tokio::test]
async fn the_knowledge_of_another_project_is_searched_under_a_grant() {
    let (app, instance) = with_instance().await;
    grant(&app, &["knowledge.*"]).await;
    let path = "/api/v1/projects/borealis/knowledge/documents";
    let request_of = app.request(Method::POST, path).json(&json!({
        "documents": [{ "path": "orbit.md", "text": "The transfer orbit takes nine months." }]
    }));
    let added = app.send(request_of).await;
    assert!(added.status < 300, "{}", added.text);
    app.eventually("the document is found", async |app| {
        let question = json!({ "query": "transfer orbit", "limit": 1, "mode": "keyword" });
        let answered = request(app, "knowledge.search", question).await.json();
        answered["answer"]["hits"].as_array().is_some_and(|hits| hits.len() == 1)
    })
    .await;
    let wrong = request(&app, "knowledge.search", json!({ "query": "" })).await.json();
    assert!(wrong["error"].as_str().unwrap().contains("query: must not be empty"), "{wrong}");
    let wrong = request(&app, "knowledge.search", json!({ "sql": "x" })).await.json();
    assert!(wrong["error"].as_str().unwrap().contains("payload: unknown field"), "{wrong}");
    end(app, instance).await;
}

#[tokio::test]
async fn a_subject_without_a_handler_is_delivered_and_answered_with_an_error() {
    let (app, instance) = with_instance().await;
    grant(&app, &[">"]).await;
    let answered = request(&app, "make.coffee", Value::Null).await.json();
    assert_eq!(answered["error"], "a handler of make.coffee does not exist");
    assert!(answered["receipt"]["id"].is_string() && answered.get("answer").is_none());
    end(app, instance).await;
}

#[tokio::test]
async fn what_is_published_becomes_an_event_of_the_receiving_project() {
    let (app, instance) = with_instance().await;
    grant(&app, &["news.>"]).await;
    let body = json!({
        "from": "atlas", "to": "borealis", "subject": "news.launch", "payload": { "at": "dawn" },
    });
    let delivered = app.post("/api/v1/mesh/publish", body).await.json();
    let events = app.get("/api/v1/events?limit=1000").await.json();
    let is_it = |event: &&Value| event["type"] == "grants.message_published";
    let event = events.as_array().unwrap().iter().find(is_it).unwrap();
    assert_eq!(event["subject"], "cc.default.borealis.grants.message_published");
    assert_eq!(event["data"]["payload"], json!({ "at": "dawn" }));
    let received = audited(&app, "grants.message_received").await;
    assert_eq!((received.len(), received[0].get("payload")), (1, None));
    assert_eq!(delivered["receipt"]["subject"], "news.launch");
    end(app, instance).await;
}

#[tokio::test]
async fn without_a_grant_nothing_is_sent_and_the_attempt_is_recorded() {
    let (app, instance) = with_instance().await;
    let mut heard = eavesdrop(&app).await;
    for path in ["request", "publish"] {
        let body = json!({ "from": "atlas", "to": "borealis", "subject": "ping" });
        let refused = app.post(&format!("/api/v1/mesh/{path}"), body).await;
        assert_eq!(refused.status, 403);
        assert!(refused.text.contains("no grant lets atlas send ping to borealis"));
    }
    // A grant of the other direction is none.
    let body = json!({ "from": "borealis", "to": "atlas", "subjects": [">"] });
    app.post("/api/v1/grants", body).await.json();
    assert_eq!(request(&app, "ping", Value::Null).await.status, 403);

    let refused = audited(&app, "grants.message_refused").await;
    assert_eq!(refused.len(), 3);
    assert_eq!(refused[0]["reason"], "no grant lets atlas send ping to borealis");
    app.publish("hub.borealis.mesh.end", b"{}").await;
    assert_eq!(caught(&mut heard).await, json!({}), "something was sent");
    end(app, instance).await;
}

#[tokio::test]
async fn a_grant_covers_its_subjects_until_it_expires_or_is_revoked() {
    let (app, instance) = with_instance().await;
    let ends = app.clock.now() + Duration::from_secs(30);
    let body =
        json!({ "from": "atlas", "to": "borealis", "subjects": ["ping"], "expires_at": ends });
    app.post("/api/v1/grants", body).await.json();
    assert_eq!(request(&app, "ping", Value::Null).await.status, 200);
    assert_eq!(request(&app, "report", Value::Null).await.status, 403);
    app.advance(Duration::from_secs(30)).await;
    assert_eq!(request(&app, "ping", Value::Null).await.status, 403);

    let id = grant(&app, &["ping"]).await;
    assert_eq!(request(&app, "ping", Value::Null).await.status, 200);
    for _ in 0..2 {
        assert_eq!(app.delete(&format!("/api/v1/grants/{id}")).await.status, 204);
    }
    assert_eq!(request(&app, "ping", Value::Null).await.status, 403);
    assert_eq!(audited(&app, "grants.revoked").await.len(), 1);
    end(app, instance).await;
}

#[tokio::test]
async fn a_grant_revoked_on_the_way_is_refused_by_the_receiver_and_recorded() {
    let app = with_projects().await;
    let id = grant(&app, &["ping"]).await;
    let mut heard = eavesdrop(&app).await;
    let body = json!({ "from": "atlas", "to": "borealis", "subject": "ping", "deadline_ms": 50 });
    assert_eq!(app.post("/api/v1/mesh/request", body).await.status, 503);
    let call = caught(&mut heard).await;
    drop(heard);
    app.delete(&format!("/api/v1/grants/{id}")).await;

    let instance = start(&app, serving(&app).await).await;
    assert_eq!(say(&app, "ping", &call).await, json!({ "refused": "the grant was revoked" }));
    let refused = audited(&app, "grants.message_refused").await;
    assert_eq!(refused.len(), 1);
    assert_eq!(
        (&refused[0]["grant"], &refused[0]["reason"]),
        (&json!(id), &json!("the grant was revoked"))
    );
    end(app, instance).await;
}

#[tokio::test]
async fn a_forged_a_stale_a_misdirected_and_a_repeated_call_are_refused() {
    let (app, instance) = with_instance().await;
    grant(&app, &["ping", "report"]).await;
    let mut heard = eavesdrop(&app).await;
    request(&app, "ping", Value::Null).await.json();
    let call = caught(&mut heard).await;
    drop(heard);

    let refused = |reason: &str| json!({ "refused": reason });
    assert_eq!(say(&app, "ping", &call).await, refused("delivered before"));
    let mut forged = call.clone();
    forged["id"] = json!(wire::MessageId::new());
    assert_eq!(say(&app, "ping", &forged).await, refused("not signed by the federation"));
    let mut widened = call.clone();
    widened["grant"]["subjects"] = json!([">"]);
    assert_eq!(say(&app, "ping", &widened).await, refused("not signed by the federation"));
    let misdirected = say(&app, "report", &call).await;
    assert_eq!(misdirected, refused("meant for another project or subject"));
    assert_eq!(say(&app, "ping", &json!({})).await, refused("not a call"));
    app.advance(Duration::from_secs(61)).await;
    assert_eq!(say(&app, "ping", &call).await, refused("issued too long ago"));
    assert_eq!(audited(&app, "grants.message_received").await.len(), 1);
    end(app, instance).await;
}

#[tokio::test]
async fn no_instance_is_503() {
    let app = with_projects().await;
    grant(&app, &[">"]).await;
    for path in ["request", "publish"] {
        let body = json!({ "from": "atlas", "to": "borealis", "subject": "ping" });
        let answer = app.post(&format!("/api/v1/mesh/{path}"), body).await;
        assert_eq!(answer.problem().0, 503, "{path}");
    }
    app.end().await;
}

#[tokio::test]
async fn who_speaks_for_a_project_speaks_as_no_other_and_opens_no_other() {
    let (app, instance) = with_instance().await;
    grant(&app, &["ping"]).await;
    let key = async |project: &str| {
        let scopes = ["mesh:send", "grants:write"];
        let new = json!({ "name": project, "scopes": scopes, "project": project });
        app.post("/api/v1/keys", new).await.json()["secret"].as_str().unwrap().to_owned()
    };
    let post = async |key: &str, path: &str, body: Value| {
        app.send(app.with_key(key, Method::POST, path).json(&body)).await.status
    };
    let (atlas, borealis) = (key("atlas").await, key("borealis").await);
    let ping = json!({ "from": "atlas", "to": "borealis", "subject": "ping" });
    assert_eq!(post(&atlas, "/api/v1/mesh/request", ping.clone()).await, 200);
    assert_eq!(post(&borealis, "/api/v1/mesh/request", ping).await, 403);
    let reason = &audited(&app, "grants.message_refused").await[0]["reason"];
    assert_eq!(*reason, "you speak for borealis, not for atlas");

    let open = json!({ "from": "atlas", "to": "borealis", "subjects": [">"] });
    assert_eq!(post(&atlas, "/api/v1/grants", open.clone()).await, 403);
    assert_eq!(post(&borealis, "/api/v1/grants", open).await, 201);
    let (_, reader) = app.new_key(&["grants:read"]).await;
    let body = json!({ "from": "atlas", "to": "borealis", "subject": "ping" });
    assert_eq!(post(&reader, "/api/v1/mesh/request", body).await, 403);
    end(app, instance).await;
}

#[tokio::test]
async fn an_instance_with_a_database_of_its_own_takes_the_word_of_the_federation() {
    let app = with_projects().await;
    grant(&app, &["ping"]).await;
    let folder = tempfile::tempdir().unwrap();
    let mut config = serving(&app).await;
    config.data = folder.path().to_owned();
    config.database.url = None;
    if let Some(door) = &app.app().mesh_door {
        config.mesh.url = Some(door.url.clone());
        config.mesh.token = Some(std::fs::read_to_string(&door.token_file).unwrap().trim().into());
    }
    let instance = start(&app, config).await;
    let mut heard = eavesdrop(&app).await;
    assert!(request(&app, "ping", Value::Null).await.json()["answer"].is_object());
    let call = caught(&mut heard).await;
    drop(heard);
    assert_eq!(say(&app, "ping", &call).await, json!({ "refused": "delivered before" }));
    assert_eq!(audited(&app, "grants.message_sent").await.len(), 1);
    assert_eq!(audited(&app, "grants.message_received").await.len(), 0);
    end(app, instance).await;
}

#[tokio::test]
async fn grants_are_listed_by_project_and_go_with_it() {
    let app = with_projects().await;
    app.register("cygnus").await;
    let id = grant(&app, &["ping", "knowledge.>"]).await;
    let body = json!({ "from": "cygnus", "to": "borealis", "subjects": ["ping"] });
    app.post("/api/v1/grants", body).await.json();
    let list = async |query: &str| app.get(&format!("/api/v1/grants{query}")).await.json();
    assert_eq!(list("").await.as_array().unwrap().len(), 2);
    let found = list("?from=atlas&to=borealis").await;
    assert_eq!((&found[0]["id"], found.as_array().unwrap().len()), (&json!(id), 1));
    assert_eq!(found[0]["subjects"], json!(["ping", "knowledge.>"]));
    assert_eq!(list("?to=atlas").await, json!([]));

    app.delete("/api/fed/projects/atlas").await;
    app.register("atlas").await;
    assert_eq!(list("?from=atlas").await, json!([]));
    app.end().await;
}

#[tokio::test]
async fn what_is_no_grant_is_refused_by_field() {
    let app = with_projects().await;
    let refused = |body: Value| app.post("/api/v1/grants", body);
    let body = json!({
        "from": "atlas", "to": "atlas", "subjects": ["a..b", "ok", "a.>.b"],
        "expires_at": "2000-01-01T00:00:00Z",
    });
    let fields = ["to", "subjects[0]", "subjects[2]", "expires_at"].map(str::to_owned).to_vec();
    assert_eq!(refused(body).await.problem(), (422, fields));
    let body = json!({ "from": "atlas", "to": "nobody", "subjects": ["ping"] });
    assert_eq!(refused(body).await.status, 404);
    let body = json!({ "from": "atlas", "to": "borealis", "subject": "ping.>" });
    let answer = app.post("/api/v1/mesh/request", body).await;
    assert_eq!(answer.problem(), (422, vec!["subject".to_owned()]));
    app.end().await;
}
