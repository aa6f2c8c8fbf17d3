//! A hub whose federation is in another process, and goes away.

use std::time::Duration;

use serde_json::{Value, json};

use crate::lifecycle::Running;
use crate::service::Service;
use crate::testing::TestApp;

/// A federation, and a hub of its own process; requests go to the hub.
async fn apart() -> (TestApp, Running) {
    let mut app = TestApp::start().await;
    let (_, secret) = app.new_key(&["fed:read"]).await;
    let federation = app.address;
    app.set("federation.listen", &federation.to_string());
    let settings = [
        ("hub.federation_url", format!("http://{federation}")),
        ("hub.federation_api_key", secret),
    ];
    let hub = app.start_beside(&[Service::Hub], &settings).await;
    app.address = hub.address(Service::Hub).unwrap();
    (app, hub)
}

async fn projects(app: &TestApp) -> Value {
    app.clock.advance(Duration::from_millis(700));
    app.get("/api/v1/projects").await.json()
}

async fn until_stale(app: &TestApp, stale: bool) {
    app.eventually(&format!("stale is {stale}"), async |app| projects(app).await["stale"] == stale)
        .await;
}

#[tokio::test]
async fn the_hub_shows_the_projects_of_a_federation_elsewhere() {
    let (app, hub) = apart().await;
    // Written through the hub, by the federation.
    app.register("atlas").await;
    app.eventually("the copy has it", async |app| {
        projects(app).await["projects"][0]["slug"] == "atlas"
    })
    .await;
    let view = app.get("/api/v1/projects/atlas").await.json();
    assert_eq!((&view["stale"], &view["project"]["name"]), (&json!(false), &json!("atlas")));
    assert_eq!(app.get("/api/v1/projects/borealis").await.problem().0, 404);
    assert_eq!(app.get("/api/fed/projects/borealis").await.problem().0, 404);
    assert_eq!(app.get("/api/fed/uptime?hours=2").await.json()[0]["hours"][1]["worst"], "unknown");
    let request = app.anonymous(reqwest::Method::GET, "/api/fed/projects");
    assert_eq!(app.send(request).await.problem().0, 401);
    hub.stop().await;
    app.end().await;
}

#[tokio::test]
async fn the_copy_is_as_new_as_what_the_stream_told() {
    let (app, hub) = apart().await;
    let mut live = app.follow("/api/v1/stream", None).await;
    for slug in ["atlas", "borealis", "cygnus", "draco"] {
        app.register(slug).await;
        loop {
            let message = live.next().await.unwrap();
            if message.kind == "project.changed" && message.data["slug"] == slug {
                break;
            }
        }
        let list = app.get("/api/v1/projects").await.json();
        let projects = list["projects"].as_array().unwrap();
        assert!(projects.iter().any(|it| it["slug"] == slug), "{slug} is not in {list}");
    }
    hub.stop().await;
    app.end().await;
}

#[tokio::test]
async fn while_the_federation_is_away_the_last_good_copy_is_shown_and_marked() {
    let (mut app, hub) = apart().await;
    app.register("atlas").await;
    app.eventually("the copy has it", async |app| {
        projects(app).await["projects"].as_array().unwrap().len() == 1
    })
    .await;
    let mut live = app.follow("/api/v1/stream", None).await;
    let hub_address = app.address;
    app.stop().await;

    until_stale(&app, true).await;
    let list = projects(&app).await;
    assert_eq!(list["projects"][0]["slug"], "atlas");
    assert!(list["reason"].as_str().unwrap().len() > 10, "{list}");
    assert!(list["as_of"].as_str() < Some(app.clock.now().to_string().as_str()));
    let refused = app.post("/api/fed/projects", json!({})).await;
    assert_eq!(refused.problem().0, 503);
    assert!(!refused.header("retry-after").is_empty());
    let ready = app.get("/readyz?verbose").await;
    assert_eq!(ready.status, 200, "the hub goes on without it");
    assert_eq!(ready.json()["checks"]["federation"]["status"], "fail");

    app.start_again().await;
    app.address = hub_address;
    until_stale(&app, false).await;
    app.eventually("writes pass again", async |app| {
        app.clock.advance(Duration::from_secs(1));
        app.get("/api/fed/projects").await.status == 200
    })
    .await;
    let mut told = Vec::new();
    while told.len() < 3 {
        let message = live.next().await.unwrap();
        if message.kind == "federation" {
            told.push(message.data["stale"] == true);
        }
    }
    assert_eq!(told, [false, true, false]);
    hub.stop().await;
    app.end().await;
}

#[tokio::test]
async fn a_hub_that_never_reached_its_federation_says_so() {
    let mut app = TestApp::start().await;
    let nobody = ("hub.federation_url", "http://127.0.0.1:9".to_owned());
    let hub = app.start_beside(&[Service::Hub], &[nobody]).await;
    app.address = hub.address(Service::Hub).unwrap();
    assert_eq!(app.get("/api/v1/projects").await.problem().0, 503);
    hub.stop().await;
    app.end().await;
}
