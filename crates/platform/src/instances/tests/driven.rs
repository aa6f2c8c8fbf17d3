//! Real processes: started, stopped, restarted, ended by themselves, left alone by a hub that goes.

use std::time::Duration;

use db::run;
use serde_json::{Value, json};
use sqlx::query;

use super::rig::{Rig, is_alive, kill, path, processes_with, shell};
use crate::service::Service;
use crate::testing::TestApp;

#[tokio::test]
async fn an_instance_of_our_own_program_lives_and_ends() {
    let rig = Rig::beating().await;
    let made = rig.create(json!({})).await;
    assert_eq!((&made["state"], &made["wanted"]), (&json!("starting"), &json!("running")));
    let running = rig.until(&made, "running").await;
    assert_eq!(running["health"], "healthy");
    assert!(running.get("reason").is_none(), "{running}");
    let ready = format!("{}/readyz", running["url"].as_str().unwrap());
    let readiness: Value = reqwest::get(&ready).await.unwrap().json().await.unwrap();
    assert_eq!(readiness["service"], "instance");
    // It reaches the mesh, so the federation hears the project.
    let project = rig.app.until_status("atlas", "online").await;
    assert_eq!(project["status_reasons"], json!([]));
    let first = running["handle"]["pid"].clone();

    rig.ask(&made, "restart").await;
    let is_another = async |app: &TestApp| {
        let now = app.get(&path(&made)).await.json();
        now["state"] == "running" && now["handle"]["pid"] != first
    };
    rig.app.eventually("another process runs", is_another).await;
    assert!(!is_alive(&first));

    assert_eq!(rig.remove(&made).await, 409);
    rig.ask(&made, "stop").await;
    let stopped = rig.until(&made, "stopped").await;
    assert!(stopped.get("handle").is_none() && stopped.get("reason").is_none(), "{stopped}");
    let jobs = async |app: &TestApp| {
        let jobs = app.get("/api/v1/jobs").await.json();
        let ours = jobs.as_array().unwrap().iter().filter(|it| it["name"] == "instances.settle");
        ours.filter(|it| it["state"] == "done").count() == 3
    };
    rig.app.eventually("three jobs are done", jobs).await;
    let folder = rig.folder(&made);
    assert!(folder.is_dir());
    assert_eq!(rig.remove(&made).await, 204);
    assert_eq!(rig.app.get(&path(&made)).await.status, 404);
    assert!(!folder.exists());
    let audit = rig.app.get("/api/v1/audit").await.text;
    for action in ["started", "restarted", "stopped", "removed"] {
        assert!(audit.contains(&format!("instances.{action}")), "{action}: {audit}");
    }
    rig.end().await;
}

#[tokio::test]
async fn a_failure_has_its_code_and_its_last_words() {
    let rig = Rig::start().await;
    let command = shell("echo hello; echo oops >&2; sleep 0.2; exit 3");
    let made = rig.create(json!({ "command": command, "restart": "never" })).await;
    let failed = rig.until(&made, "failed").await;
    assert_eq!(failed["exit_code"], 3);
    let reason = failed["reason"].as_str().unwrap();
    assert!(reason.starts_with("exited with code 3; it said last: "), "{reason}");
    assert!(reason.contains("oops"), "{reason}");
    let mut log = rig.log(&made).await;
    log.sort();
    assert_eq!(log, ["stderr: oops", "stdout: hello"]);

    let missing = rig.create(json!({ "command": ["/no/such/program"], "restart": "never" })).await;
    let failed = rig.until(&missing, "failed").await;
    let reason = failed["reason"].as_str().unwrap();
    assert!(reason.contains("/no/such/program"), "{reason}");
    rig.end().await;
}

#[tokio::test]
async fn one_shot_work_that_ends_well_is_completed() {
    let rig = Rig::start().await;
    let made = rig.create(json!({ "command": shell("echo done"), "one_shot": true })).await;
    let completed = rig.until(&made, "completed").await;
    assert_eq!(completed["exit_code"], 0);
    assert!(completed.get("reason").is_none());
    assert_eq!(rig.app.get("/readyz").await.status, 200);
    let is_counted = async |app: &TestApp| app.metric("instances", &["completed"]).await > 0.5;
    rig.app.eventually("it is counted", is_counted).await;
    // Asked again, it is done again.
    rig.ask(&made, "start").await;
    rig.app.eventually("it ran twice", async |_| rig.log(&made).await.len() == 2).await;
    assert_eq!(rig.remove(&rig.until(&made, "completed").await).await, 204);
    rig.end().await;
}

#[tokio::test]
async fn who_fails_is_started_again_until_somebody_stops_it() {
    let rig = Rig::start().await;
    let made = rig.create(json!({ "command": shell("exit 1") })).await;
    let tried =
        async |app: &TestApp| app.get(&path(&made)).await.json()["restarts"].as_u64().unwrap() >= 2;
    rig.app.eventually("it was started again twice", tried).await;
    rig.ask(&made, "stop").await;
    rig.until(&made, "stopped").await;
    // Longer than the pause it was in.
    tokio::time::sleep(Duration::from_secs(5)).await;
    let after = rig.read(&made).await;
    assert_eq!((&after["state"], &after["wanted"]), (&json!("stopped"), &json!("stopped")));
    rig.end().await;
}

#[tokio::test]
async fn a_stop_is_a_word_first_and_force_after_ten_seconds() {
    let rig = Rig::start().await;
    let polite = "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.1; done";
    let polite = rig.create(json!({ "command": shell(polite) })).await;
    let deaf = "trap '' TERM; echo up; sleep 60 & while :; do sleep 0.1; done";
    let environment = json!({ "DEAF": rig.app.address.port().to_string() });
    let deaf = rig.create(json!({ "command": shell(deaf), "environment": environment })).await;
    for instance in [&polite, &deaf] {
        let is_up = async |_: &_| rig.log(instance).await.contains(&"stdout: up".to_owned());
        rig.app.eventually("it is up", is_up).await;
    }
    let begin = std::time::Instant::now();
    rig.ask(&deaf, "stop").await;
    rig.ask(&polite, "stop").await;
    rig.until(&polite, "stopped").await;
    assert!(rig.log(&polite).await.contains(&"stdout: bye".to_owned()));
    assert_eq!(rig.read(&deaf).await["state"], "stopping");
    rig.until(&deaf, "stopped").await;
    assert!(begin.elapsed() >= Duration::from_secs(10));
    // Its children went with it.
    assert_eq!(processes_with(&format!("DEAF={}", rig.app.address.port())), 0);
    rig.end().await;
}

#[tokio::test]
async fn a_hub_that_goes_leaves_its_instances_and_finds_them_again() {
    let mut rig = Rig::start().await;
    let made = rig.create(json!({ "command": shell("exec sleep 60"), "restart": "never" })).await;
    let before = rig.until(&made, "running").await;
    let pid = before["handle"]["pid"].clone();
    rig.app.stop().await;
    assert!(is_alive(&pid));
    rig.app.start_again().await;
    let after = rig.until(&made, "running").await;
    assert_eq!((&after["handle"], &after["since"]), (&before["handle"], &before["since"]));

    // It ends while nobody looks, and how it did is known.
    rig.app.stop().await;
    kill(&pid);
    rig.app.start_again().await;
    let failed = rig.until(&made, "failed").await;
    assert_eq!(failed["exit_code"], 137);
    assert_eq!(failed["reason"], "was ended by signal 9");
    rig.end().await;
}

#[tokio::test]
async fn an_instance_beats_on_when_the_hub_with_its_mesh_comes_back() {
    let mut rig = Rig::beating().await;
    let made = rig.create(json!({})).await;
    rig.until(&made, "running").await;
    rig.app.until_status("atlas", "online").await;
    rig.app.stop().await;
    rig.app.start_again().await;
    rig.app.until_status("atlas", "online").await;
    rig.ask(&made, "stop").await;
    rig.until(&made, "stopped").await;
    rig.end().await;
}

#[tokio::test]
async fn what_has_lost_its_row_is_adopted() {
    let rig = Rig::start().await;
    let fields = json!({ "command": shell("exec sleep 60"), "environment": { "A": "b" } });
    let made = rig.create(fields).await;
    let before = rig.until(&made, "running").await;
    let app = rig.app.app();
    let mut tx = app.db.write(&app.service_scope("test")).await.unwrap();
    run!(tx, execute, query("delete from instance")).unwrap();
    tx.commit().await.unwrap();
    assert_eq!(rig.app.get(&path(&made)).await.status, 404);

    let adopted = rig.app.post("/api/v1/instances/adopt", json!({})).await.json();
    assert_eq!(adopted.as_array().unwrap().len(), 1);
    let after = rig.until(&made, "running").await;
    for field in ["id", "name", "handle", "command", "environment"] {
        assert_eq!(after[field], before[field], "{field}");
    }
    let again = rig.app.post("/api/v1/instances/adopt", json!({})).await.json();
    assert_eq!(again, json!([]));
    rig.ask(&made, "stop").await;
    rig.until(&made, "stopped").await;
    rig.end().await;
}

#[tokio::test]
async fn one_hub_of_a_machine_drives_and_others_only_ask() {
    let rig = Rig::start().await;
    let second = rig.app.start_replica().await;
    let address = second.address(Service::Hub).unwrap();
    let variable = format!("TWICE={address}");
    let environment = json!({ "TWICE": address.to_string() });
    let command = shell("exec sleep 60");
    let body = json!({ "project": "atlas", "command": command, "environment": environment });
    let request = reqwest::Client::new().post(format!("http://{address}/api/v1/instances"));
    let made = rig.app.send(request.header("x-api-key", rig.app.key()).json(&body)).await.json();
    rig.until(&made, "running").await;
    assert_eq!(processes_with(&variable), 1);
    second.stop().await;
    rig.ask(&made, "stop").await;
    rig.until(&made, "stopped").await;
    assert_eq!(processes_with(&variable), 0);
    rig.end().await;
}

#[tokio::test]
async fn a_log_is_followed_through_its_files() {
    let rig = Rig::with(&[
        ("instances.allow_commands", "true"),
        ("instances.log_size", "400"),
        ("instances.log_files", "2"),
    ])
    .await;
    let script =
        "i=0; while [ $i -lt 40 ]; do echo line $i; i=$((i+1)); sleep 0.02; done; sleep 60";
    let made = rig.create(json!({ "command": shell(script) })).await;
    rig.until(&made, "running").await;
    let path = format!("{}/logs?tail=100&follow=true", path(&made));
    let mut live = rig.app.follow(&path, None).await;
    let mut texts = Vec::new();
    while texts.last().is_none_or(|last| last != "line 39") {
        let event = live.next().await.unwrap();
        texts.push(event.data["text"].as_str().unwrap().to_owned());
    }
    let first: usize = texts[0].trim_start_matches("line ").parse().unwrap();
    let expected: Vec<String> = (first..40).map(|number| format!("line {number}")).collect();
    assert_eq!(texts, expected);
    let log = rig.folder(&made).join("log");
    assert!(std::fs::metadata(&log).unwrap().len() <= 400);
    assert!(!log.with_extension("2").exists());
    rig.end().await;
}
