//! Beats on `hub.presence.<slug>`: what counts, and why what does not.

use std::time::Duration;

use serde_json::{Value, json};

use super::{settle, with_project};
use crate::ground::signing::SigningKey;
use crate::testing::TestApp;

const SUBJECT: &str = "hub.presence.commandcenter";

/// Publishes `payload` and says what became of it: the status, or the reason of the refusal.
async fn judge(app: &TestApp, subject: &str, payload: &[u8]) -> String {
    let refused = "federation_heartbeat_rejected_total";
    let accepted = "federation_heartbeat_messages_total";
    let before = (app.metric(refused, &[]).await, app.metric(accepted, &["success"]).await);
    app.publish(subject, payload).await;
    app.eventually("the message is judged", async |app| {
        (app.metric(refused, &[]).await, app.metric(accepted, &["success"]).await) != before
    })
    .await;
    if app.metric(accepted, &["success"]).await > before.1 {
        return "counted".to_owned();
    }
    let text = app.get("/metrics").await.text;
    let series = text.lines().filter(|line| line.starts_with(refused));
    let reason = |line: &str| line.split('"').nth(1).map(str::to_owned);
    series.filter_map(reason).next_back().unwrap_or_default()
}

/// A fresh application per case: no case may lean on the one before.
async fn check(subject: &str, payload: &[u8], expected: &str) {
    let app = with_project("commandcenter").await;
    let found = judge(&app, subject, payload).await;
    assert_eq!(found, expected, "{subject} {}", String::from_utf8_lossy(payload));
    let status = app.project("commandcenter").await["status"].clone();
    assert_eq!(status == "unknown", expected != "counted", "{status}");
    app.end().await;
}

async fn check_json(beat: Value, expected: &str) {
    check(SUBJECT, beat.to_string().as_bytes(), expected).await;
}

#[tokio::test]
async fn the_slug_alone_is_enough() {
    check_json(json!({ "project_slug": "commandcenter" }), "counted").await;
}

#[tokio::test]
async fn upper_case_is_folded() {
    check_json(json!({ "project_slug": "CommandCenter" }), "counted").await;
}

#[tokio::test]
async fn a_namespace_of_null_is_none() {
    check_json(json!({ "project_slug": "commandcenter", "mesh_namespace": null }), "counted").await;
}

#[tokio::test]
async fn another_namespace_is_refused() {
    let beat = json!({ "project_slug": "commandcenter", "mesh_namespace": "hub.other" });
    check_json(beat, "namespace_mismatch").await;
}

#[tokio::test]
async fn a_slug_on_the_subject_of_another_is_refused() {
    check("hub.presence.p1", br#"{"project_slug":"commandcenter"}"#, "subject_mismatch").await;
}

#[tokio::test]
async fn what_is_no_presence_subject_is_counted_and_ignored() {
    check("hub.presence.a.b", br#"{"project_slug":"commandcenter"}"#, "foreign_subject").await;
}

#[tokio::test]
async fn wrong_fields_are_refused_each_under_its_reason() {
    let cases = [
        (json!({ "timestamp": "banana" }), "bad_timestamp"),
        (json!({ "timestamp": 1_732_000_000 }), "bad_type"),
        (json!({ "hub_url": "ftp://x" }), "bad_url"),
        (json!({ "hub_url": 5 }), "bad_type"),
        (json!({ "seq": -1 }), "bad_type"),
        (json!({ "status": "splendid" }), "bad_type"),
        (json!({ "counts": { "a": "many" } }), "bad_type"),
        (json!({ "reasons": "tired" }), "bad_type"),
        (json!({ "project_slug": "" }), "bad_slug"),
        (json!({ "project_slug": 5 }), "bad_slug"),
        (json!({ "project_slug": "a".repeat(51) }), "bad_slug"),
        (json!({ "project_slug": "command_center" }), "bad_slug"),
        (json!({ "project_slug": "é" }), "bad_slug"),
        (json!({ "project_slug": "command center" }), "bad_slug"),
    ];
    for (fields, expected) in cases {
        let mut beat = json!({ "project_slug": "commandcenter" });
        beat.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        check_json(beat, expected).await;
    }
}

#[tokio::test]
async fn what_is_no_flat_object_is_refused() {
    let too_large =
        format!(r#"{{"project_slug":"commandcenter","x":"{}"}}"#, "x".repeat(65 * 1024));
    let nested = "[".repeat(10_000);
    let cases: [(&[u8], &str); 12] = [
        (b"[]", "bad_type"),
        (b"null", "bad_type"),
        (br#""x""#, "bad_type"),
        (b"{}", "bad_type"),
        (b"", "not_json"),
        (b"\xef\xbb\xbf{\"project_slug\":\"commandcenter\"}", "not_json"),
        (b"{\"project_slug\":\"\xff\"}", "not_json"),
        (br#"{"project_slug":"commandcenter","x":NaN}"#, "not_json"),
        (br#"{"project_slug":"commandcenter","project_slug":"commandcenter"}"#, "not_json"),
        (br#"{"project_slug":"commandcenter","x":{"a":1,"a":2}}"#, "not_json"),
        (too_large.as_bytes(), "too_large"),
        (nested.as_bytes(), "bad_type"),
    ];
    for (payload, expected) in cases {
        check(SUBJECT, payload, expected).await;
    }
}

#[tokio::test]
async fn an_envelope_is_refused() {
    let beat = json!({ "payload": { "project_slug": "commandcenter" }, "correlation_id": "1" });
    check_json(beat, "bad_type").await;
}

#[tokio::test]
async fn unknown_fields_are_kept() {
    let app = with_project("atlas").await;
    app.beat("atlas", json!({ "gpu": { "count": 4 }, "version": "2.1", "counts": { "tasks": 3 } }))
        .await;
    let project = app.until_status("atlas", "online").await;
    assert_eq!(project["report"]["extra"], json!({ "gpu": { "count": 4 } }));
    assert_eq!(project["report"]["version"], "2.1");
    assert_eq!(project["report"]["counts"], json!({ "tasks": 3 }));
    app.end().await;
}

#[tokio::test]
async fn an_old_clock_counts_once_with_its_reason_and_then_is_a_replay() {
    let app = with_project("atlas").await;
    let beat = json!({ "project_slug": "atlas", "timestamp": "1999-01-01T00:00:00Z" }).to_string();
    assert_eq!(judge(&app, "hub.presence.atlas", beat.as_bytes()).await, "counted");
    let project = app.until_status("atlas", "degraded").await;
    assert_eq!(project["status_reasons"], json!(["clock_skew"]));
    assert_eq!(judge(&app, "hub.presence.atlas", beat.as_bytes()).await, "replay");
    app.end().await;
}

#[tokio::test]
async fn a_clock_within_the_allowance_is_right() {
    let app = with_project("atlas").await;
    let late = app.clock.now() - Duration::from_secs(299);
    app.beat("atlas", json!({ "timestamp": late })).await;
    app.until_status("atlas", "online").await;
    app.end().await;
}

#[tokio::test]
async fn a_number_that_does_not_advance_is_a_replay_within_one_instance() {
    let app = with_project("atlas").await;
    let send = async |instance: &str, seq: u64| {
        let beat = json!({ "project_slug": "atlas", "instance_id": instance, "seq": seq });
        judge(&app, "hub.presence.atlas", beat.to_string().as_bytes()).await
    };
    assert_eq!(send("a", 7).await, "counted");
    assert_eq!(send("a", 7).await, "replay");
    assert_eq!(send("a", 6).await, "replay");
    assert_eq!(send("b", 1).await, "counted");
    assert_eq!(send("a", 8).await, "counted");
    app.end().await;
}

#[tokio::test]
async fn another_address_is_reported_beside_the_registered_one() {
    let app = with_project("atlas").await;
    app.beat("atlas", json!({ "hub_url": "https://elsewhere.example" })).await;
    let project = app.until_status("atlas", "online").await;
    assert_eq!(project["status_reasons"], json!(["url_differs"]));
    assert_eq!(project["hub_url"], "http://127.0.0.1:1");
    assert_eq!(project["report"]["hub_url"], "https://elsewhere.example");
    app.end().await;
}

#[tokio::test]
async fn a_project_that_says_so_is_degraded() {
    let app = with_project("atlas").await;
    app.beat("atlas", json!({ "status": "degraded", "reasons": ["disk full"] })).await;
    let project = app.until_status("atlas", "degraded").await;
    assert_eq!(project["status_reasons"], json!(["self_reported"]));
    assert_eq!(project["report"]["reasons"], json!(["disk full"]));
    app.beat("atlas", json!({ "status": "ok" })).await;
    app.until_status("atlas", "online").await;
    app.end().await;
}

#[tokio::test]
async fn a_goodbye_is_offline_at_once() {
    let app = with_project("atlas").await;
    app.beat("atlas", json!({})).await;
    app.until_status("atlas", "online").await;
    app.beat("atlas", json!({ "status": "stopping" })).await;
    let project = app.until_status("atlas", "offline").await;
    assert_eq!(project["status_reasons"], json!(["stopped"]));
    app.end().await;
}

#[tokio::test]
async fn a_goodbye_of_one_of_two_instances_leaves_the_project_online() {
    let app = with_project("atlas").await;
    app.beat("atlas", json!({ "instance_id": "a" })).await;
    app.beat("atlas", json!({ "instance_id": "b" })).await;
    app.beat("atlas", json!({ "instance_id": "a", "status": "stopping" })).await;
    settle(&app).await;
    app.until_status("atlas", "online").await;
    app.beat("atlas", json!({ "instance_id": "b", "status": "stopping" })).await;
    app.until_status("atlas", "offline").await;
    app.end().await;
}

#[tokio::test]
async fn with_a_registered_key_only_beats_signed_by_it_count() {
    let app = with_project("atlas").await;
    let (key, _) = SigningKey::generate().unwrap();
    let (other, _) = SigningKey::generate().unwrap();
    app.patch("/api/fed/projects/atlas", json!({ "verify_key": key.verify_key() })).await.json();

    let mut beat = json!({ "project_slug": "atlas", "seq": 1, "gpu": { "b": 1, "a": [2.5, "é"] } });
    let unsigned = beat.to_string();
    assert_eq!(judge(&app, "hub.presence.atlas", unsigned.as_bytes()).await, "bad_signature");
    beat["signature"] = json!(other.sign(&beat).unwrap());
    assert_eq!(
        judge(&app, "hub.presence.atlas", beat.to_string().as_bytes()).await,
        "bad_signature"
    );
    beat["signature"] = json!(key.sign(&beat).unwrap());
    assert_eq!(judge(&app, "hub.presence.atlas", beat.to_string().as_bytes()).await, "counted");
    beat["seq"] = json!(2);
    assert_eq!(
        judge(&app, "hub.presence.atlas", beat.to_string().as_bytes()).await,
        "bad_signature"
    );
    app.end().await;
}
