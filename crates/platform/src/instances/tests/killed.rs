//! A real hub, killed again and again at any moment of a start or a stop.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::rig::{Leftovers, is_alive, ports, processes_with, shell};
use crate::ground::program;
use crate::service::Service;
use crate::testing::TestApp;

const KILLS: u64 = 15;

/// The process of a hub, on the data of a test.
struct Hub {
    process: Child,
    url: String,
    key: String,
    http: reqwest::Client,
}

impl Drop for Hub {
    fn drop(&mut self) {
        // SIGKILL.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

impl Hub {
    async fn start(app: &TestApp, address: &str, key: &str) -> Self {
        let mut command = Command::new(program::path().unwrap());
        command.args(["serve", "--services", "hub", "--hub", address]).env_clear();
        command.env("COMMANDCENTER_DATA", app.folder.path());
        command.env("COMMANDCENTER_INSTANCES__ALLOW_COMMANDS", "true");
        for (name, value) in ports() {
            let name = name.replace('.', "__").to_uppercase();
            command.env(format!("COMMANDCENTER_{name}"), value);
        }
        let config = app.config();
        if let Some(url) = &config.database.url {
            command.env("DATABASE_URL", url.expose_secret());
        }
        if let Some(url) = &config.mesh.url {
            command.env("NATS_URL", url);
        }
        let log = app.folder.path().join("hub.log");
        let log = std::fs::File::options().create(true).append(true).open(log).unwrap();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let process = command.spawn().unwrap();
        let (url, key) = (format!("http://{address}"), key.to_owned());
        let hub = Self { process, url, key, http: reqwest::Client::new() };
        let is_up = async |_: &TestApp| hub.http.get(format!("{}/livez", hub.url)).send().await.is_ok();
        app.eventually("the hub listens", is_up).await;
        hub
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let request = self.http.post(format!("{}{path}", self.url)).header("x-api-key", &self.key);
        let answer = request.json(&body).send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert_eq!(status, 202, "{text}");
        serde_json::from_str(&text).unwrap()
    }

    async fn get(&self, path: &str) -> Value {
        let request = self.http.get(format!("{}{path}", self.url)).header("x-api-key", &self.key);
        request.send().await.unwrap().json().await.unwrap()
    }
}

#[tokio::test]
async fn no_kill_of_the_hub_loses_an_instance_or_doubles_it() {
    let app = TestApp::in_real_time(&[Service::Federation], &[]).await;
    app.register("atlas").await;
    let _leftovers = Leftovers::of(&app);
    let (_, key) = app.new_key(&["instances:read", "instances:write"]).await;
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap().to_string();
    drop(free);
    let mark = format!("KILLED={address}");
    let body = json!({
        "project": "atlas", "name": "one", "command": shell("exec sleep 300"),
        "environment": { "KILLED": address },
    });
    let mut moment = u64::from(std::process::id());
    let mut last = Value::Null;
    for round in 0..KILLS {
        let hub = Hub::start(&app, &address, &key).await;
        let made = hub.post("/api/v1/instances", body.clone()).await;
        let path = format!("/api/v1/instances/{}", made["id"].as_str().unwrap());
        moment = moment.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let wait = Duration::from_millis((moment >> 33) % 300);
        match round % 3 {
            0 => {}
            1 => drop(hub.post(&format!("{path}/restart"), json!({})).await),
            _ => drop(hub.post(&format!("{path}/stop"), json!({})).await),
        }
        tokio::time::sleep(wait).await;
        drop(hub);
        let alive = processes_with(&mark);
        assert!(alive <= 1, "{alive} processes in round {round} after {wait:?}");
        last = made;
    }

    let hub = Hub::start(&app, &address, &key).await;
    hub.post("/api/v1/instances", body).await;
    let path = format!("/api/v1/instances/{}", last["id"].as_str().unwrap());
    let runs = async |_: &TestApp| hub.get(&path).await["state"] == "running";
    app.eventually("it runs", runs).await;
    assert_eq!(processes_with(&mark), 1);
    assert!(is_alive(&hub.get(&path).await["handle"]["pid"]));
    assert_eq!(hub.get("/api/v1/instances").await.as_array().unwrap().len(), 1);

    hub.post(&format!("{path}/stop"), json!({})).await;
    drop(hub);
    // Killed right after it was asked: the next one ends what this one began.
    let hub = Hub::start(&app, &address, &key).await;
    let stopped = async |_: &TestApp| hub.get(&path).await["state"] == "stopped";
    app.eventually("it is stopped", stopped).await;
    assert_eq!(processes_with(&mark), 0);
    drop(hub);
    app.end().await;
}
