//! What is asked and answered, before anything runs.

use std::collections::HashSet;
use std::os::unix::fs::PermissionsExt;

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use super::rig::{Rig, path, ports, shell};
use crate::testing::TestApp;

fn first_port() -> u16 {
    ports()[0].1.parse().unwrap()
}

async fn all(app: &TestApp) -> Vec<Value> {
    app.get("/api/v1/instances").await.json().as_array().unwrap().clone()
}

#[tokio::test]
async fn a_plan_says_what_would_happen_and_changes_nothing() {
    let rig = Rig::start().await;
    let plan = rig.app.post("/api/v1/instances/plan", json!({ "project": "atlas" })).await.json();
    let port = plan["instance"]["port"].as_u64().unwrap();
    assert_eq!(plan["instance"]["name"], "atlas-1");
    assert_eq!(plan["instance"]["restart"], "always");
    let steps = plan["steps"].to_string();
    for part in [&format!("reserve port {port}"), "make a folder", "commandcenter serve", "/readyz"]
    {
        assert!(steps.contains(part), "{part}: {steps}");
    }
    assert_eq!(plan["conflicts"], json!([]));
    assert!(all(&rig.app).await.is_empty());
    assert!(!rig.app.get("/api/v1/jobs").await.text.contains("instances."));

    let unknown = rig.app.post("/api/v1/instances/plan", json!({ "project": "nemo" })).await;
    assert_eq!(unknown.problem().0, 404);
    rig.end().await;
}

#[tokio::test]
async fn conflicts_are_told_before_and_refused_after() {
    let rig = Rig::start().await;
    let port = first_port() + 7;
    let held = rig.create(json!({ "command": shell("sleep 60"), "port": port })).await;
    let again = json!({ "project": "atlas", "command": ["true"], "port": port, "name": "other" });
    let plan = rig.app.post("/api/v1/instances/plan", again.clone()).await.json();
    let words = format!("port {port} belongs to the instance atlas-1");
    assert_eq!(plan["conflicts"], json!([words]));
    let refused = rig.app.post("/api/v1/instances", again).await;
    assert_eq!(refused.problem().0, 409);
    assert!(refused.text.contains(&words));

    let listener = std::net::TcpListener::bind(("127.0.0.1", port + 1)).unwrap();
    let taken = json!({ "project": "atlas", "command": ["true"], "port": port + 1 });
    let refused = rig.app.post("/api/v1/instances", taken).await;
    assert_eq!(refused.problem().0, 409);
    assert!(refused.text.contains("something else listens"), "{}", refused.text);
    drop(listener);

    let renamed = json!({ "project": "atlas", "command": ["false"], "name": "atlas-1" });
    assert_eq!(rig.app.post("/api/v1/instances", renamed).await.problem().0, 409);
    rig.ask(&held, "stop").await;
    rig.until(&held, "stopped").await;
    rig.end().await;
}

#[tokio::test]
async fn other_programs_need_the_setting() {
    let rig = Rig::with(&[]).await;
    for path in ["/api/v1/instances", "/api/v1/instances/plan"] {
        let body = json!({ "project": "atlas", "command": ["true"] });
        let refused = rig.app.post(path, body).await;
        assert_eq!(refused.problem().0, 403);
        assert!(refused.text.contains("instances.allow_commands"), "{}", refused.text);
    }
    assert!(all(&rig.app).await.is_empty());
    rig.end().await;
}

#[tokio::test]
async fn the_same_asked_twice_is_one_instance() {
    let rig = Rig::start().await;
    let body = json!({ "project": "atlas", "name": "one", "command": shell("sleep 60") });
    let ask = async || rig.app.post("/api/v1/instances", body.clone()).await.json();
    let answers = join_all((0..4).map(|_| ask())).await;
    let ids: HashSet<String> = answers.iter().map(|it| it["id"].to_string()).collect();
    assert_eq!(ids.len(), 1);

    let unnamed = json!({ "project": "atlas", "command": shell("sleep 60") });
    let request = rig.app.request(Method::POST, "/api/v1/instances").json(&unnamed);
    let request = request.header("idempotency-key", "k");
    let first = rig.app.send(request.try_clone().unwrap()).await.json();
    let second = rig.app.send(request).await.json();
    assert_eq!(first["id"], second["id"]);
    assert_eq!(all(&rig.app).await.len(), 2);

    let running = rig.until(&answers[0], "running").await;
    let again = rig.ask(&answers[0], "start").await;
    assert_eq!((&again["handle"], &again["job"]), (&running["handle"], &running["job"]));
    rig.end().await;
}

#[tokio::test]
async fn many_at_once_get_ports_of_their_own() {
    let rig = Rig::start().await;
    let ask = async |number: usize| {
        let body = json!({ "project": "atlas", "name": format!("it-{number}") });
        let plan = json!({ "project": "atlas" });
        rig.app.post("/api/v1/instances/plan", plan).await.json();
        let request = rig.app.request(Method::POST, "/api/v1/instances").json(&body);
        rig.app.insist(request).await.json()
    };
    let made = join_all((0..6).map(ask)).await;
    let ports: HashSet<u64> = made.iter().map(|it| it["port"].as_u64().unwrap()).collect();
    assert_eq!(ports.len(), 6);
    for instance in &made {
        rig.ask(instance, "stop").await;
        rig.until(instance, "stopped").await;
    }
    // Stopped, it keeps its port; removed, it gives it back.
    let port = made[0]["port"].clone();
    let body = json!({ "project": "atlas", "command": ["true"], "port": port });
    assert_eq!(rig.app.post("/api/v1/instances", body.clone()).await.status, 409);
    assert_eq!(rig.remove(&made[0]).await, 204);
    assert_eq!(rig.app.post("/api/v1/instances", body).await.status, 202);
    rig.end().await;
}

#[tokio::test]
async fn lists_are_narrowed_and_paged() {
    let rig = Rig::start().await;
    rig.app.register("borealis").await;
    for _ in 0..3 {
        let made = rig.create(json!({ "command": ["true"], "one_shot": true })).await;
        rig.until(&made, "completed").await;
    }
    let body = json!({ "project": "borealis", "command": shell("sleep 60") });
    let other = rig.app.post("/api/v1/instances", body).await.json();
    rig.until(&other, "running").await;
    let names = async |query: &str| {
        let found = rig.app.get(&format!("/api/v1/instances?{query}")).await.json();
        let name = |it: &Value| it["name"].as_str().unwrap().to_owned();
        found.as_array().unwrap().iter().map(name).collect::<Vec<_>>()
    };
    assert_eq!(names("project=borealis").await, ["borealis-1"]);
    assert_eq!(names("state=running").await, ["borealis-1"]);
    assert_eq!(names("project=atlas&limit=2").await, ["atlas-1", "atlas-2"]);
    let page = rig.app.get("/api/v1/instances?project=atlas&limit=2").await;
    let link = page.header("link").to_owned();
    let next = link.split(['<', '>']).nth(1).unwrap();
    assert_eq!(rig.app.get(next).await.json()[0]["name"], "atlas-3");
    assert_eq!(rig.app.get("/api/v1/instances?state=gone").await.status, 422);
    assert_eq!(rig.remove(&other).await, 409);
    rig.end().await;
}

#[tokio::test]
async fn what_sounds_secret_is_shown_nowhere() {
    let rig = Rig::start().await;
    let environment = json!({ "API_TOKEN": "hush-hush", "COLOUR": "blue" });
    let command = shell("sleep 60");
    let made = rig.create(json!({ "command": command, "environment": environment })).await;
    rig.until(&made, "running").await;
    assert_eq!(made["environment"]["COLOUR"], "blue");
    for path in
        [&path(&made), "/api/v1/instances", "/api/v1/events", "/api/v1/audit", "/api/v1/jobs"]
    {
        let answer = rig.app.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        assert!(!answer.text.contains("hush-hush"), "{path}");
    }
    let events = rig.app.get("/api/v1/events").await.text;
    assert!(events.contains("instances.changed") && events.contains("instances.started"));
    let permissions = std::fs::metadata(rig.folder(&made)).unwrap().permissions();
    assert_eq!(permissions.mode() & 0o777, 0o700);
    rig.end().await;
}
