//! Slugs that beat but are in no catalog.

use serde_json::json;

use crate::testing::TestApp;

#[tokio::test]
async fn an_unknown_slug_is_a_newcomer_until_it_is_admitted() {
    let app = TestApp::start().await;
    app.beat("nova", json!({ "hub_url": "https://nova.example", "version": "3" })).await;
    app.eventually("nova is seen", async |app| {
        app.get("/api/fed/newcomers").await.json().as_array().unwrap().len() == 1
    })
    .await;
    let newcomer = app.get("/api/fed/newcomers").await.json()[0].clone();
    assert_eq!(newcomer["slug"], "nova");
    assert_eq!(newcomer["hub_url"], "https://nova.example");
    assert!(app.metric("federation_heartbeat_messages_total", &["unknown_project"]).await >= 1.0);

    let admitted = app.post("/api/fed/newcomers/nova/admit", json!({ "tags": ["ml"] })).await;
    assert_eq!(admitted.status, 201);
    assert_eq!(app.get("/api/fed/newcomers").await.json(), json!([]));
    app.beat("nova", json!({ "hub_url": "https://nova.example" })).await;
    let project = app.until_status("nova", "online").await;
    assert_eq!(project["tags"], json!(["ml"]));
    app.end().await;
}

#[tokio::test]
async fn a_newcomer_that_names_no_address_needs_one_to_be_admitted() {
    let app = TestApp::start().await;
    app.beat("nova", json!({})).await;
    app.eventually("nova is seen", async |app| {
        app.get("/api/fed/newcomers").await.json() != json!([])
    })
    .await;
    let refused = app.post("/api/fed/newcomers/nova/admit", json!({})).await;
    assert_eq!(refused.problem(), (422, vec!["hub_url".to_owned()]));
    let body = json!({ "hub_url": "https://nova.example" });
    assert_eq!(app.post("/api/fed/newcomers/nova/admit", body).await.status, 201);
    app.end().await;
}

#[tokio::test]
async fn nobody_is_admitted_who_did_not_beat() {
    let app = TestApp::start().await;
    let refused = app.post("/api/fed/newcomers/ghost/admit", json!({})).await;
    assert_eq!(refused.problem().0, 404);
    app.end().await;
}

#[tokio::test]
async fn a_thousand_strangers_add_one_series_and_are_bounded() {
    let app = TestApp::with(&[("federation.max_newcomers", "100")]).await;
    let series = async || {
        let text = app.get("/metrics").await.text;
        text.lines().filter(|line| line.starts_with("federation_")).count()
    };
    app.beat("first", json!({})).await;
    app.eventually("the first is seen", async |app| {
        app.get("/api/fed/newcomers").await.json() != json!([])
    })
    .await;
    let before = series().await;
    for number in 0..1_000 {
        let slug = format!("s{number}");
        let subject = format!("hub.presence.{slug}").parse().unwrap();
        let payload = json!({ "project_slug": slug }).to_string().into();
        app.bus.client().publish(&subject, mesh::Headers::new(), payload).await.unwrap();
    }
    app.bus.client().flush().await.unwrap();
    app.eventually("all are counted", async |app| {
        app.metric("federation_heartbeat_messages_total", &["unknown_project"]).await >= 1_001.0
    })
    .await;
    assert!(series().await <= before + 1);
    assert!(app.get("/api/fed/newcomers").await.json().as_array().unwrap().len() <= 100);
    app.end().await;
}
