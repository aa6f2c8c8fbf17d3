//! A hub, and what its instances leave behind.

use std::path::{Path, PathBuf};

use reqwest::Method;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use serde_json::{Value, json};

use crate::service::Service;
use crate::testing::{Stack, TestApp};

pub(super) struct Rig {
    // Dropped first: the processes of a failed test must not stay.
    _leftovers: Leftovers,
    pub app: TestApp,
}

/// Ends every keeper of a folder when dropped.
pub(super) struct Leftovers(PathBuf);

impl Leftovers {
    pub(super) fn of(app: &TestApp) -> Self {
        Self(app.folder.path().join("instances"))
    }
}

impl Drop for Leftovers {
    fn drop(&mut self) {
        for entry in std::fs::read_dir(&self.0).into_iter().flatten().flatten() {
            let text = std::fs::read_to_string(entry.path().join("kept.json")).unwrap_or_default();
            let kept: Value = serde_json::from_str(&text).unwrap_or_default();
            for path in ["/keeper/pid", "/child/pid"] {
                if let Some(pid) = kept.pointer(path).and_then(Value::as_i64).and_then(pid_of) {
                    kill_process(pid, Signal::KILL).ok();
                }
            }
        }
    }
}

fn pid_of(number: i64) -> Option<Pid> {
    Pid::from_raw(i32::try_from(number).ok()?)
}

pub(super) fn is_alive(number: &Value) -> bool {
    pid_of(number.as_i64().unwrap()).is_some_and(|pid| test_kill_process(pid).is_ok())
}

pub(super) fn kill(number: &Value) {
    kill_process(pid_of(number.as_i64().unwrap()).unwrap(), Signal::KILL).unwrap();
}

/// Ports of this test alone: tests run side by side, and what is free now may not be in a moment.
pub(super) fn ports() -> [(&'static str, String); 2] {
    let first = 10_000 + std::process::id() % 220 * 100;
    [("instances.first_port", first.to_string()), ("instances.last_port", (first + 99).to_string())]
}

impl Rig {
    /// A hub that may run any command, with the project `atlas`.
    pub(super) async fn start() -> Self {
        Self::with(&[("instances.allow_commands", "true")]).await
    }

    /// Its instances beat often, and reach its mesh.
    pub(super) async fn beating() -> Self {
        let mut settings = vec![("instance.beat_interval", "1s")];
        if Stack::chosen() == Stack::Embedded {
            settings.push(("mesh.listen", "127.0.0.1:0"));
        }
        Self::with(&settings).await
    }

    pub(super) async fn with(settings: &[(&str, &str)]) -> Self {
        let ports = ports();
        let ports = ports.iter().map(|(key, value)| (*key, value.as_str()));
        let settings: Vec<(&str, &str)> = ports.chain(settings.iter().copied()).collect();
        let app =
            TestApp::in_real_time(&[Service::Hub, Service::Federation, Service::Worker], &settings)
                .await;
        app.register("atlas").await;
        Self { _leftovers: Leftovers::of(&app), app }
    }

    /// Asks for an instance of `atlas` with these fields.
    pub(super) async fn create(&self, mut fields: Value) -> Value {
        fields["project"] = json!("atlas");
        let answer = self.app.post("/api/v1/instances", fields).await;
        assert_eq!(answer.status, 202, "{}", answer.text);
        answer.json()
    }

    pub(super) async fn ask(&self, instance: &Value, verb: &str) -> Value {
        let path = format!("{}/{verb}", path(instance));
        let answer = self.app.post(&path, json!({})).await;
        assert_eq!(answer.status, 202, "{}", answer.text);
        answer.json()
    }

    pub(super) async fn read(&self, instance: &Value) -> Value {
        self.app.get(&path(instance)).await.json()
    }

    /// Waits until it is in that state.
    pub(super) async fn until(&self, instance: &Value, state: &str) -> Value {
        let path = path(instance);
        let what = format!("{} is {state}", instance["name"]);
        let is_it = async |app: &TestApp| app.get(&path).await.json()["state"] == state;
        self.app.eventually(&what, is_it).await;
        self.read(instance).await
    }

    pub(super) async fn log(&self, instance: &Value) -> Vec<String> {
        let path = format!("{}/logs?tail=100", path(instance));
        let mut live = self.app.follow(&path, None).await;
        let mut lines = Vec::new();
        while let Some(event) = live.next().await {
            assert_eq!(event.kind, "line");
            let text = |field: &str| event.data[field].as_str().unwrap().to_owned();
            lines.push(format!("{}: {}", text("stream"), text("text")));
        }
        lines
    }

    pub(super) fn folder(&self, instance: &Value) -> PathBuf {
        self.app.folder.path().join("instances").join(instance["id"].as_str().unwrap())
    }

    pub(super) async fn remove(&self, instance: &Value) -> u16 {
        let request = self.app.request(Method::DELETE, &path(instance));
        self.app.send(request).await.status
    }

    pub(super) async fn end(self) {
        self.app.end().await;
    }
}

pub(super) fn path(instance: &Value) -> String {
    format!("/api/v1/instances/{}", instance["id"].as_str().unwrap())
}

pub(super) fn shell(script: &str) -> Value {
    json!(["/bin/sh", "-c", script])
}

/// How many processes have `NAME=value` in their environment.
pub(super) fn processes_with(variable: &str) -> usize {
    let has_it = |path: &Path| {
        let environment = std::fs::read(path.join("environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|it| it == variable.as_bytes())
    };
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    all.filter(|entry| has_it(&entry.path())).count()
}
