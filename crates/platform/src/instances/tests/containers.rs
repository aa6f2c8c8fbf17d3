//! Real containers, of images made from scratch with a static busybox. Run by `make test-docker`.

use std::process::Command;
use std::time::Duration;

use bollard::Docker;
use bollard::models::{ContainerCreateBody, ContainerInspectResponse};
use bollard::query_parameters::{
    BuildImageOptionsBuilder, CreateContainerOptionsBuilder, ListContainersOptionsBuilder,
    RemoveContainerOptionsBuilder,
};
use db::run;
use futures::StreamExt;
use serde_json::{Value, json};
use sqlx::query;

use super::killed::churn;
use super::rig::{Rig, path, ports};
use crate::service::Service;
use crate::testing::TestApp;

const HOST: &str = "commandcenter.host";

/// A hub with an engine. Instances have names of their own: the engine is everybody's.
struct Yard {
    rig: Rig,
    engine: Docker,
}

impl Drop for Yard {
    fn drop(&mut self) {
        let label = format!("label={HOST}={}", self.host());
        for (list, remove) in [
            (&["ps", "-aq", "--filter"][..], &["rm", "-fv"][..]),
            (&["volume", "ls", "-q", "--filter"], &["volume", "rm"]),
            (&["network", "ls", "-q", "--filter"], &["network", "rm"]),
        ] {
            let listed = docker(list).arg(&label).output().unwrap();
            for id in String::from_utf8(listed.stdout).unwrap().lines() {
                docker(remove).arg(id).output().ok();
            }
        }
        docker(&["image", "rm", "-f"]).arg(format!("cc-test-{}", self.host())).output().ok();
    }
}

#[expect(clippy::disallowed_methods, reason = "`make test-docker` says where the engine is")]
fn engine_host() -> String {
    std::env::var("TEST_DOCKER_HOST").expect("TEST_DOCKER_HOST is not set: run `make test-docker`")
}

fn docker(arguments: &[&str]) -> Command {
    let mut command = Command::new("docker");
    command.args(["--host", &engine_host()]).args(arguments);
    command
}

impl Yard {
    async fn start() -> Self {
        Self::with(&[]).await
    }

    async fn with(settings: &[(&str, &str)]) -> Self {
        let host = engine_host();
        let own = [("instances.allow_commands", "true"), ("instances.docker_host", host.as_str())];
        let rig = Rig::with(&[&own, settings].concat()).await;
        let engine = Docker::connect_with_host(&host).unwrap().negotiate_version().await.unwrap();
        Self { rig, engine }
    }

    fn host(&self) -> String {
        let id = std::fs::read_to_string(self.rig.app.folder.path().join("machine.id"));
        id.unwrap().trim().to_owned()
    }

    /// An image with busybox, `/www/readyz` and these lines in its Dockerfile.
    async fn image(&self, lines: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        std::fs::copy("/bin/busybox", folder.path().join("busybox"))
            .expect("a static busybox: apt-get install busybox-static");
        std::fs::create_dir(folder.path().join("www")).unwrap();
        std::fs::write(folder.path().join("www/readyz"), "ready").unwrap();
        let text = format!("FROM scratch\nCOPY busybox /bin/busybox\nCOPY www /www\n{lines}\n");
        std::fs::write(folder.path().join("Dockerfile"), text).unwrap();
        let tar = Command::new("tar").arg("-C").arg(folder.path()).args(["-cf", "-", "."]).output();
        let tag = format!("cc-test-{}", self.host());
        let options = BuildImageOptionsBuilder::default().t(&tag).rm(true).build();
        let body = bollard::body_full(tar.unwrap().stdout.into());
        let mut built = std::pin::pin!(self.engine.build_image(options, None, Some(body)));
        while let Some(step) = built.next().await {
            step.expect("the image is built");
        }
        tag
    }

    async fn create(&self, number: u32, mut fields: Value) -> Value {
        fields["name"] = json!(name_of(number));
        fields["driver"] = json!("docker");
        self.rig.create(fields).await
    }

    async fn container(&self, number: u32) -> ContainerInspectResponse {
        let name = format!("cc-{}", name_of(number));
        self.engine.inspect_container(&name, None).await.unwrap()
    }

    async fn is_there(&self, number: u32) -> bool {
        let name = format!("cc-{}", name_of(number));
        self.engine.inspect_container(&name, None).await.is_ok()
    }
}

/// Of this test alone.
fn name_of(number: u32) -> String {
    format!("t{}-{number}", std::process::id())
}

fn busybox(script: &str) -> Value {
    json!(["/bin/busybox", "sh", "-c", script])
}

fn server() -> Value {
    busybox("echo serving; trap 'exit 0' TERM; busybox httpd -f -p $PORT -h /www & wait")
}

#[tokio::test]
async fn a_container_lives_within_its_limits_and_leaves_nothing() {
    let yard = Yard::start().await;
    let image = yard.image("ENV PATH=/bin").await;
    let port: u16 = ports()[0].1.parse().unwrap();
    let limits = json!({ "memory_mb": 64, "cpus": 0.5, "pids": 20 });
    let fields = json!({ "image": image, "command": server(), "port": port, "limits": limits });
    let made = yard.create(1, fields).await;
    let running = yard.rig.until(&made, "running").await;
    assert_eq!((&running["health"], &running["port"]), (&json!("healthy"), &json!(port)));
    let first = running["handle"]["container_id"].clone();

    let container = yard.container(1).await;
    assert_eq!(container.id.as_deref(), first.as_str());
    let host = container.host_config.unwrap();
    assert_eq!((host.memory, host.nano_cpus), (Some(64 << 20), Some(500_000_000)));
    assert_eq!((host.memory_swap, host.pids_limit), (Some(64 << 20), Some(20)));
    assert_eq!(host.readonly_rootfs, Some(true));
    assert_eq!(host.cap_drop.unwrap(), ["ALL"]);
    assert_eq!(host.security_opt.unwrap(), ["no-new-privileges:true"]);
    assert_eq!(host.network_mode.as_deref(), Some("cc-atlas"));
    assert!(host.tmpfs.unwrap().contains_key("/tmp"));
    let bindings = host.port_bindings.unwrap();
    let binding = &bindings[&format!("{port}/tcp")].as_ref().unwrap()[0];
    assert_eq!(binding.host_ip.as_deref(), Some("127.0.0.1"));
    let mount = &container.mounts.unwrap()[0];
    assert_eq!(mount.destination.as_deref(), Some("/data"));
    assert_eq!(yard.rig.log(&made).await, ["stdout: serving"]);

    yard.rig.ask(&made, "stop").await;
    let stopped = yard.rig.until(&made, "stopped").await;
    assert!(stopped.get("handle").is_none());
    yard.rig.ask(&made, "start").await;
    let running = yard.rig.until(&made, "running").await;
    assert_ne!(running["handle"]["container_id"], first);
    yard.rig.ask(&made, "stop").await;
    yard.rig.until(&made, "stopped").await;
    assert_eq!(yard.rig.remove(&made).await, 204);
    assert!(!yard.is_there(1).await);
    let volume = format!("cc-{}", name_of(1));
    assert!(yard.engine.inspect_volume(&volume).await.is_err());
    assert!(yard.engine.inspect_network("cc-atlas", None).await.is_err());
    yard.rig.app.get("/readyz").await;
}

#[tokio::test]
async fn an_image_that_is_not_there_is_a_clear_failure() {
    let yard = Yard::start().await;
    let body = json!({ "project": "atlas", "driver": "docker", "image": "nobody/nothing:0" });
    let plan = yard.rig.app.post("/api/v1/instances/plan", body).await.json();
    let words = plan["conflicts"][0].as_str().unwrap();
    assert!(words.contains("there is no image nobody/nothing:0 on this machine"), "{words}");
    let fields = json!({ "image": "nobody/nothing:0", "restart": "never" });
    let failed = yard.rig.until(&yard.create(1, fields).await, "failed").await;
    let reason = failed["reason"].as_str().unwrap();
    assert!(reason.contains("there is no image nobody/nothing:0"), "{reason}");
}

#[tokio::test]
async fn without_an_engine_the_plan_says_so_and_the_state_is_unknown() {
    let nowhere = [("instances.docker_host", "unix:///nowhere/docker.sock")];
    let yard = Yard::with(&nowhere).await;
    let body = json!({ "project": "atlas", "driver": "docker", "image": "x" });
    let plan = yard.rig.app.post("/api/v1/instances/plan", body).await.json();
    let words = plan["conflicts"][0].as_str().unwrap();
    assert!(words.contains("no Docker Engine at unix:///nowhere/docker.sock"), "{words}");
    let made = yard.create(1, json!({ "image": "x" })).await;
    let unknown = yard.rig.until(&made, "unknown").await;
    assert!(unknown["reason"].as_str().unwrap().contains("no Docker Engine"), "{unknown}");
}

#[tokio::test]
async fn an_end_has_its_code_and_its_last_words() {
    let yard = Yard::start().await;
    let image = yard.image("ENV PATH=/bin").await;
    let fields = json!({ "image": image, "command": busybox("echo done"), "one_shot": true });
    let one_shot = yard.create(1, fields).await;
    let command = busybox("echo hello; echo oops >&2; exit 3");
    let fields = json!({ "image": image, "command": command, "restart": "never" });
    let broken = yard.create(2, fields).await;
    let completed = yard.rig.until(&one_shot, "completed").await;
    assert_eq!(completed["exit_code"], 0);
    let failed = yard.rig.until(&broken, "failed").await;
    assert_eq!(failed["exit_code"], 3);
    let reason = failed["reason"].as_str().unwrap();
    assert!(reason.starts_with("exited with code 3; it said last: "), "{reason}");
    assert!(reason.contains("oops"), "{reason}");
    let mut log = yard.rig.log(&broken).await;
    log.sort();
    assert_eq!(log, ["stderr: oops", "stdout: hello"]);
}

#[tokio::test]
async fn the_engines_own_health_check_counts() {
    let yard = Yard::start().await;
    let check = "HEALTHCHECK --interval=1s --timeout=2s --retries=2 CMD [\"/bin/busybox\", \
                 \"test\", \"-e\", \"/tmp/well\"]";
    let image = yard.image(&format!("ENV PATH=/bin\n{check}")).await;
    let command = busybox(
        "busybox sleep 3; busybox touch /tmp/well; busybox sleep 4; busybox rm /tmp/well; \
         busybox sleep 60",
    );
    let made = yard.create(1, json!({ "image": image, "command": command })).await;
    let waits = async |_: &_| {
        let now = yard.rig.read(&made).await;
        now["state"] == "starting" && now["health"] == "starting"
    };
    yard.rig.app.eventually("it is checked", waits).await;
    let running = yard.rig.until(&made, "running").await;
    assert_eq!(running["health"], "healthy");
    let degraded = yard.rig.until(&made, "degraded").await;
    assert_eq!(degraded["reason"], "its health check fails");
}

#[tokio::test]
async fn a_hub_that_goes_leaves_its_containers_and_finds_them_again() {
    let mut yard = Yard::start().await;
    let image = yard.image("ENV PATH=/bin").await;
    let fields =
        json!({ "image": image, "command": busybox("busybox sleep 300"), "restart": "never" });
    let made = yard.create(1, fields).await;
    let before = yard.rig.until(&made, "running").await;
    yard.rig.app.stop().await;
    yard.rig.app.start_again().await;
    let after = yard.rig.until(&made, "running").await;
    assert_eq!((&after["handle"], &after["since"]), (&before["handle"], &before["since"]));

    let app = yard.rig.app.app();
    let mut tx = app.db.write(&app.service_scope("test")).await.unwrap();
    run!(tx, execute, query("delete from instance")).unwrap();
    tx.commit().await.unwrap();
    let adopted = yard.rig.app.post("/api/v1/instances/adopt", json!({})).await.json();
    assert_eq!(adopted[0]["id"], made["id"]);
    let after = yard.rig.until(&made, "running").await;
    assert_eq!((&after["handle"], &after["command"]), (&before["handle"], &before["command"]));

    yard.rig.app.stop().await;
    let name = format!("cc-{}", name_of(1));
    yard.engine.kill_container(&name, None).await.unwrap();
    yard.rig.app.start_again().await;
    let failed = yard.rig.until(&made, "failed").await;
    assert_eq!(failed["exit_code"], 137);
}

#[tokio::test]
async fn an_end_is_noticed_when_the_engine_tells_of_it() {
    let yard = Yard::start().await;
    let image = yard.image("ENV PATH=/bin").await;
    let fields =
        json!({ "image": image, "command": busybox("busybox sleep 300"), "restart": "never" });
    let made = yard.create(1, fields).await;
    yard.rig.until(&made, "running").await;
    let name = format!("cc-{}", name_of(1));
    let begin = std::time::Instant::now();
    yard.engine.kill_container(&name, None).await.unwrap();
    yard.rig.until(&made, "failed").await;
    assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn only_what_is_ours_and_needed_by_nobody_is_pruned() {
    let mut yard = Yard::start().await;
    let image = yard.image("ENV PATH=/bin").await;
    let made =
        yard.create(1, json!({ "image": image, "command": busybox("busybox sleep 300") })).await;
    yard.rig.until(&made, "running").await;
    let leftover = |name: &str, labels: Value| {
        let options = CreateContainerOptionsBuilder::default().name(name).build();
        let body = json!({ "Image": image, "Cmd": ["/bin/busybox", "true"], "Labels": labels });
        let body: ContainerCreateBody = serde_json::from_value(body).unwrap();
        yard.engine.create_container(Some(options), body)
    };
    let (ours, foreign) = (name_of(7), name_of(8));
    let nobody = "01997e3c-6d5a-7b1c-8d3e-000000000001";
    let labels = json!({ HOST: yard.host(), "commandcenter.instance": nobody });
    leftover(&ours, labels).await.unwrap();
    leftover(&foreign, json!({ HOST: "another", "commandcenter.instance": nobody })).await.unwrap();
    yard.rig.app.stop().await;
    yard.rig.app.start_again().await;
    let is_gone = async |_: &_| yard.engine.inspect_container(&ours, None).await.is_err();
    yard.rig.app.eventually("the leftover is gone", is_gone).await;
    assert!(yard.engine.inspect_container(&foreign, None).await.is_ok());
    assert!(yard.is_there(1).await);
    let options = RemoveContainerOptionsBuilder::default().force(true).build();
    yard.engine.remove_container(&foreign, Some(options)).await.unwrap();
    assert_eq!(yard.rig.app.get(&path(&made)).await.json()["state"], "running");
}

#[tokio::test]
async fn a_container_somebody_else_made_is_left_alone() {
    let yard = Yard::start().await;
    let image = yard.image("ENV PATH=/bin").await;
    let name = format!("cc-{}", name_of(1));
    let options = CreateContainerOptionsBuilder::default().name(&name).build();
    let body = json!({ "Image": image, "Cmd": ["/bin/busybox", "true"] });
    let body: ContainerCreateBody = serde_json::from_value(body).unwrap();
    yard.engine.create_container(Some(options), body).await.unwrap();
    let fields = json!({ "image": image, "command": busybox("true"), "restart": "never" });
    let failed = yard.rig.until(&yard.create(1, fields).await, "failed").await;
    let reason = failed["reason"].as_str().unwrap();
    assert!(reason.contains("it is not of this instance"), "{reason}");
    let all = ListContainersOptionsBuilder::default().all(true).build();
    let all = yard.engine.list_containers(Some(all)).await.unwrap();
    let is_it =
        |names: Option<Vec<String>>| names.unwrap_or_default().contains(&format!("/{name}"));
    assert_eq!(all.into_iter().filter(|it| is_it(it.names.clone())).count(), 1);
    let options = RemoveContainerOptionsBuilder::default().force(true).build();
    yard.engine.remove_container(&name, Some(options)).await.unwrap();
}

#[tokio::test]
async fn no_kill_of_the_hub_loses_a_container_or_doubles_it() {
    let mut yard = Yard::start().await;
    let image = yard.image("ENV PATH=/bin").await;
    let host = engine_host();
    // The hubs are processes of their own, on the same data; the one in this process looks on.
    yard.rig.app.stop().await;
    let data = yard.rig.app.folder.path().to_str().unwrap().to_owned();
    let app = TestApp::in_real_time(&[Service::Federation], &[("data", data.as_str())]).await;
    let name = name_of(1);
    let body = json!({
        "project": "atlas", "name": name, "driver": "docker", "image": image,
        "command": busybox("trap 'exit 0' TERM; busybox sleep 300 & wait"),
    });
    let alive = async || {
        let listed = docker(&["ps", "-q", "--filter", &format!("name=cc-{name}")]).output();
        String::from_utf8(listed.unwrap().stdout).unwrap().lines().count()
    };
    let settings = [("instances.docker_host", host.as_str())];
    churn(&app, (9, &settings), &body, alive).await;
    app.end().await;
}
