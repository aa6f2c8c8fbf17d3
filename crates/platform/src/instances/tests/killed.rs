//! A real hub, killed again and again at any moment of a start or a stop.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::rig::{Leftovers, ports, processes_with, shell};
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
    async fn start(app: &TestApp, (address, key): (&str, &str), settings: &[(&str, &str)]) -> Self {
        let mut command = Command::new(program::path().unwrap());
        command.args(["serve", "--services", "hub", "--hub", address]).env_clear();
        let config = app.config();
        command.env("COMMANDCENTER_DATA", &config.data);
        command.env("COMMANDCENTER_INSTANCES__ALLOW_COMMANDS", "true");
        let ports = ports();
        let ports = ports.iter().map(|(name, value)| (*name, value.as_str()));
        for (name, value) in ports.chain(settings.iter().copied()) {
            let name = name.replace('.', "__").to_uppercase();
            command.env(format!("COMMANDCENTER_{name}"), value);
        }
        if let Some(url) = &config.database.url {
            command.env("DATABASE_URL", url.expose_secret());
        }
        if let Some(url) = &config.mesh.url {
            command.env("NATS_URL", url);
        }
        let log = config.data.join("hub.log");
        let log = std::fs::File::options().create(true).append(true).open(log).unwrap();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let process = command.spawn().unwrap();
        let (url, key) = (format!("http://{address}"), key.to_owned());
        let hub = Self { process, url, key, http: reqwest::Client::new() };
        let is_up =
            async |_: &TestApp| hub.http.get(format!("{}/livez", hub.url)).send().await.is_ok();
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

/// Starts, restarts and stops the instance of `body` with hubs that are killed at any moment; then
/// has it run, and stops it. `alive` counts what is there of it.
pub(super) async fn churn(
    app: &TestApp,
    (kills, settings): (u64, &[(&str, &str)]),
    body: &Value,
    alive: impl AsyncFn() -> usize,
) {
    let (_, key) = app.new_key(&["instances:read", "instances:write"]).await;
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap().to_string();
    drop(free);
    let start = async || Hub::start(app, (&address, &key), settings).await;
    let mut moment = u64::from(std::process::id());
    let mut path = String::new();
    for round in 0..kills {
        let hub = start().await;
        let made = hub.post("/api/v1/instances", body.clone()).await;
        path = format!("/api/v1/instances/{}", made["id"].as_str().unwrap());
        moment = moment.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let wait = Duration::from_millis((moment >> 33) % 300);
        match round % 3 {
            0 => {}
            1 => drop(hub.post(&format!("{path}/restart"), json!({})).await),
            _ => drop(hub.post(&format!("{path}/stop"), json!({})).await),
        }
        tokio::time::sleep(wait).await;
        drop(hub);
        let count = alive().await;
        assert!(count <= 1, "{count} are there in round {round} after {wait:?}");
    }

    let hub = start().await;
    hub.post("/api/v1/instances", body.clone()).await;
    let runs = async |_: &TestApp| hub.get(&path).await["state"] == "running";
    app.eventually("it runs", runs).await;
    assert_eq!(alive().await, 1);
    assert_eq!(hub.get("/api/v1/instances").await.as_array().unwrap().len(), 1);

    hub.post(&format!("{path}/stop"), json!({})).await;
    drop(hub);
    // Killed right after it was asked: the next one ends what this one began.
    let hub = start().await;
    let stopped = async |_: &TestApp| hub.get(&path).await["state"] == "stopped";
    app.eventually("it is stopped", stopped).await;
    assert_eq!(alive().await, 0);
}

#[tokio::test]
async fn no_kill_of_the_hub_loses_an_instance_or_doubles_it() {
    let app = TestApp::in_real_time(&[Service::Federation], &[]).await;
    app.register("atlas").await;
    let _leftovers = Leftovers::of(&app);
    let value = app.address.to_string();
    let body = json!({
        "project": "atlas", "name": "one", "command": shell("exec sleep 300"),
        "environment": { "KILLED": value },
    });
    let mark = format!("KILLED={value}");
    churn(&app, (KILLS, &[]), &body, async || processes_with(&mark)).await;
    app.end().await;
}
