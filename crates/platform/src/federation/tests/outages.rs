//! The bus, the database, the process itself away: nobody is said to be offline for that.

use std::time::Duration;

use secrecy::SecretString;
use serde_json::json;

use super::{transitions, until_listening, until_recorded, with_project};
use crate::lifecycle::{Extras, Running};
use crate::service::Service;

#[tokio::test]
async fn a_restart_grants_one_full_threshold() {
    let mut app = with_project("atlas").await;
    app.beat("atlas", json!({})).await;
    until_recorded(&app, &["online"]).await;
    app.stop().await;
    app.clock.advance(Duration::from_mins(5));
    app.start_again().await;
    assert_eq!(app.project("atlas").await["status"], "online");
    app.advance(Duration::from_secs(89)).await;
    app.until_status("atlas", "degraded").await;
    app.advance(Duration::from_secs(2)).await;
    app.until_status("atlas", "offline").await;
    app.end().await;
}

#[tokio::test]
async fn a_restart_is_not_a_transition() {
    let mut app = with_project("atlas").await;
    app.advance(Duration::from_secs(1)).await;
    app.beat("atlas", json!({})).await;
    until_recorded(&app, &["online"]).await;
    let since = app.project("atlas").await["status_since"].clone();
    app.stop().await;
    app.clock.advance(Duration::from_secs(20));
    app.start_again().await;
    app.beat("atlas", json!({})).await;
    app.advance(Duration::from_secs(3)).await;
    let project = app.until_status("atlas", "online").await;
    assert_eq!(project["status_since"], since);
    assert_eq!(transitions(&app, "atlas").await, ["online"]);
    app.end().await;
}

#[tokio::test]
async fn with_the_bus_away_nothing_is_known_and_nobody_is_offline() {
    let mut app = with_project("atlas").await;
    app.beat("atlas", json!({})).await;
    app.until_status("atlas", "online").await;
    // The mesh in one process cannot go away.
    let Some(server) = app.bus.server() else { return app.end().await };
    server.stop();
    app.eventually("the gauge falls", async |app| {
        app.metric("federation_nats_connection_status", &[]).await < 0.5
    })
    .await;
    app.advance(Duration::from_secs(140)).await;
    let project = app.until_status("atlas", "unknown").await;
    assert_eq!(project["status_reasons"], json!(["mesh_down"]));
    app.eventually("it is not ready", async |app| app.get("/readyz").await.status == 503).await;

    app.bus.server().unwrap().start_again().await;
    app.eventually("the gauge rises", async |app| {
        app.metric("federation_nats_connection_status", &[]).await > 0.5
    })
    .await;
    assert_eq!(app.project("atlas").await["status"], "unknown");
    app.eventually("a beat gets through", async |app| {
        let subject = "hub.presence.atlas".parse().unwrap();
        let payload = bytes::Bytes::from_static(br#"{"project_slug":"atlas"}"#);
        drop(app.bus.client().publish(&subject, mesh::Headers::new(), payload).await);
        app.project("atlas").await["status"] == "online"
    })
    .await;
    app.advance(Duration::from_secs(5)).await;
    app.eventually("online is recorded", async |app| {
        transitions(app, "atlas").await.last().is_some_and(|to| to == "online")
    })
    .await;
    assert!(!transitions(&app, "atlas").await.contains(&"offline".to_owned()));
    app.end().await;
}

#[tokio::test]
async fn after_the_bus_is_back_one_who_stays_silent_gets_one_full_threshold() {
    let mut app = with_project("atlas").await;
    app.beat("atlas", json!({})).await;
    app.until_status("atlas", "online").await;
    let Some(server) = app.bus.server() else { return app.end().await };
    server.stop();
    app.eventually("the gauge falls", async |app| {
        app.metric("federation_nats_connection_status", &[]).await < 0.5
    })
    .await;
    app.advance(Duration::from_secs(200)).await;
    app.until_status("atlas", "unknown").await;
    app.bus.server().unwrap().start_again().await;
    app.eventually("the gauge rises", async |app| {
        app.metric("federation_nats_connection_status", &[]).await > 0.5
    })
    .await;
    app.advance(Duration::from_secs(89)).await;
    assert_eq!(app.project("atlas").await["status"], "unknown");
    app.advance(Duration::from_secs(2)).await;
    app.until_status("atlas", "offline").await;
    app.end().await;
}

#[tokio::test]
async fn of_two_replicas_each_transition_is_recorded_once() {
    let mut app = with_project("atlas").await;
    let other = app.start_replica().await;
    let first = app.address;
    for address in [other.address(Service::Federation).unwrap(), first] {
        app.address = address;
        until_listening(&app).await;
    }
    app.beat("atlas", json!({})).await;
    until_recorded(&app, &["online"]).await;
    app.advance(Duration::from_secs(46)).await;
    until_recorded(&app, &["online", "degraded"]).await;
    app.advance(Duration::from_secs(46)).await;
    until_recorded(&app, &["online", "degraded", "offline"]).await;
    app.beat("atlas", json!({})).await;
    until_recorded(&app, &["online", "degraded", "offline", "online"]).await;
    let events =
        app.get("/api/v1/events?subject=cc.*.atlas.federation.status_changed").await.json();
    assert_eq!(events.as_array().unwrap().len(), 4);
    other.stop().await;
    app.end().await;
}

#[tokio::test]
async fn the_other_replica_records_when_the_first_is_gone() {
    let mut app = with_project("atlas").await;
    app.beat("atlas", json!({})).await;
    until_recorded(&app, &["online"]).await;
    let other = app.start_replica().await;
    app.beat("atlas", json!({})).await;
    app.stop().await;
    app.address = other.address(Service::Federation).unwrap();
    app.advance(Duration::from_secs(95)).await;
    app.until_status("atlas", "offline").await;
    app.eventually("offline is recorded", async |app| {
        app.advance(Duration::from_secs(1)).await;
        transitions(app, "atlas").await.last().is_some_and(|to| to == "offline")
    })
    .await;
    other.stop().await;
}

#[tokio::test]
async fn with_the_database_away_statuses_stay_true_and_the_writes_catch_up() {
    let app = with_project("atlas").await;
    app.beat("atlas", json!({})).await;
    until_recorded(&app, &["online"]).await;
    // A file does not go away.
    let Some(door) = app.database.door() else { return app.end().await };
    door.shut();
    app.eventually("it is not ready", async |app| app.get("/readyz").await.status == 503).await;
    app.advance(Duration::from_secs(50)).await;
    app.until_status("atlas", "degraded").await;
    app.beat("atlas", json!({})).await;
    let project = app.until_status("atlas", "online").await;
    assert_eq!(project["last_heartbeat_at"], json!(app.clock.now()));
    let refused = app.patch("/api/fed/projects/atlas", json!({ "name": "new" })).await;
    assert_eq!(refused.problem().0, 503);
    assert!(!refused.header("retry-after").is_empty());

    door.open();
    until_recorded(&app, &["online", "degraded", "online"]).await;
    app.end().await;
}

#[tokio::test]
async fn a_replica_that_missed_the_beat_holds_what_the_other_recorded() {
    let mut app = with_project("atlas").await;
    app.register("borealis").await;
    // On a bus of its own it hears nobody.
    let key = Some(SecretString::from(app.key().to_owned()));
    let extras = Extras { clock: Some(app.clock.clone()), key, mesh: Some(mesh::Mesh::local()) };
    let deaf = Running::start(app.config(), &[Service::Federation], extras).await.unwrap();
    app.beat("atlas", json!({})).await;
    until_recorded(&app, &["online"]).await;
    app.stop().await;

    app.address = deaf.address(Service::Federation).unwrap();
    app.eventually("the record is held", async |app| {
        app.advance(Duration::from_millis(100)).await;
        app.project("atlas").await["status"] == "online"
    })
    .await;
    app.advance(Duration::from_secs(91)).await;
    app.until_status("atlas", "offline").await;
    assert_eq!(app.project("borealis").await["status"], "unknown");
    deaf.stop().await;
}
