//! Silence, by the clock.

use std::time::Duration;

use serde_json::{Value, json};

use super::{until_recorded, with_project};
use crate::testing::TestApp;

async fn heard(slug: &str) -> TestApp {
    let app = with_project(slug).await;
    app.beat(slug, json!({})).await;
    app.until_status(slug, "online").await;
    app
}

fn statuses(history: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let transitions = history["transitions"].as_array().unwrap();
    transitions.iter().map(|it| (text(&it["from"]), text(&it["to"]))).collect()
}

#[tokio::test]
async fn silence_is_degraded_at_45_seconds_and_offline_at_90() {
    let app = heard("atlas").await;
    app.advance(Duration::from_secs(44)).await;
    assert_eq!(app.project("atlas").await["status"], "online");
    app.advance(Duration::from_secs(1)).await;
    let project = app.until_status("atlas", "degraded").await;
    assert_eq!(project["status_reasons"], json!(["silent"]));
    app.advance(Duration::from_secs(44)).await;
    assert_eq!(app.project("atlas").await["status"], "degraded");
    app.advance(Duration::from_secs(1)).await;
    app.until_status("atlas", "offline").await;
    app.end().await;
}

#[tokio::test]
async fn a_beat_brings_an_offline_project_back() {
    let app = heard("atlas").await;
    app.advance(Duration::from_secs(91)).await;
    app.until_status("atlas", "offline").await;
    app.beat("atlas", json!({})).await;
    let project = app.until_status("atlas", "online").await;
    assert_eq!(project["status_since"], json!(app.clock.now()));
    app.end().await;
}

#[tokio::test]
async fn one_that_was_never_heard_stays_unknown() {
    let app = with_project("atlas").await;
    app.advance(Duration::from_mins(10)).await;
    let project = app.project("atlas").await;
    assert_eq!(
        (&project["status"], &project["status_reasons"]),
        (&json!("unknown"), &json!(["never_heard"]))
    );
    app.end().await;
}

#[tokio::test]
async fn of_three_projects_the_silent_one_goes() {
    let app = TestApp::start().await;
    for slug in ["a", "b", "c"] {
        app.register(slug).await;
        app.beat(slug, json!({})).await;
        app.until_status(slug, "online").await;
    }
    for _ in 0..3 {
        app.advance(Duration::from_secs(31)).await;
        app.beat("a", json!({})).await;
        app.beat("b", json!({})).await;
        app.until_status("b", "online").await;
    }
    app.until_status("c", "offline").await;
    let list = app.get("/api/fed/projects?status=online").await.json();
    let slugs: Vec<&str> =
        list.as_array().unwrap().iter().map(|it| it["slug"].as_str().unwrap()).collect();
    assert_eq!(slugs, ["a", "b"]);
    app.end().await;
}

#[tokio::test]
async fn the_history_holds_each_transition_with_its_reason_and_the_uptime() {
    let app = heard("atlas").await;
    until_recorded(&app, &["online"]).await;
    app.advance(Duration::from_secs(44)).await;
    until_recorded(&app, &["online", "degraded"]).await;
    app.advance(Duration::from_secs(44)).await;
    until_recorded(&app, &["online", "degraded", "offline"]).await;
    let history = app.get("/api/fed/projects/atlas/history?days=1").await.json();
    let expected = [("degraded", "offline"), ("online", "degraded"), ("unknown", "online")];
    let expected = expected.map(|(from, to)| (from.to_owned(), to.to_owned()));
    assert_eq!(statuses(&history), expected);
    assert_eq!(history["transitions"][0]["reasons"], json!(["silent"]));
    assert_eq!(history["uptime"].as_array().unwrap().len(), 1);
    let seconds = history["uptime"][0]["degraded_seconds"].as_f64().unwrap();
    assert!((44.5..=46.0).contains(&seconds), "{seconds}");
    app.end().await;
}

#[tokio::test]
async fn the_last_beat_survives_a_clean_stop() {
    let mut app = heard("atlas").await;
    let at = app.project("atlas").await["last_heartbeat_at"].clone();
    app.stop().await;
    app.clock.advance(Duration::from_secs(20));
    app.start_again().await;
    assert_eq!(app.project("atlas").await["last_heartbeat_at"], at);
    app.end().await;
}

#[tokio::test]
async fn a_threshold_of_zero_is_refused_at_start() {
    for (key, value) in [
        ("federation.degraded_after", "0s"),
        ("federation.offline_after", "0s"),
        ("federation.flush_interval", "0s"),
        ("instance.beat_interval", "0s"),
    ] {
        let overrides =
            crate::config::Overrides { file: None, set: vec![(key.to_owned(), value.to_owned())] };
        let refused =
            crate::config::Config::load_with(&overrides, &std::collections::BTreeMap::new());
        assert!(refused.unwrap_err().to_string().contains(key));
    }
}
