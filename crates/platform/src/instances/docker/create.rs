//! Making and starting a container: each step may be done twice.

use std::collections::HashMap;

use anyhow::{Context, bail};
use bollard::models::{
    ContainerCreateBody, HostConfig, HostConfigLogConfig, ImageInspect, Mount, MountType,
    NetworkCreateRequest, PortBinding, VolumeCreateRequest,
};
use bollard::query_parameters::{CreateContainerOptionsBuilder, CreateImageOptionsBuilder};
use futures::StreamExt;

use super::engine::{is_conflict, is_missing, words};
use super::launch::{Launch, OWN_PORT, Program, VOLUME, missing_image};
use super::{Docker, GRACE, HOST, INSTANCE, MARK, RUN, container_name, network_name};
use crate::instances::model::Seen;
use crate::instances::store::Managed;

/// Processes and threads of one that says nothing of it.
const MOST_PIDS: i64 = 512;
const SCRATCH: (&str, &str) = ("/tmp", "rw,nosuid,nodev,noexec,size=64m");
const MEGABYTE: i64 = 1 << 20;
const BILLION: f64 = 1e9;

impl Docker {
    /// Has the run started, unless it was already.
    pub(in crate::instances) async fn start(
        &self,
        it: &Managed,
        launch: Launch,
    ) -> anyhow::Result<()> {
        let engine = self.engine.get().await?;
        // What is left of earlier runs holds the name. Nothing that runs is removed.
        let is_old = |run| run < it.run;
        self.remove_containers(it.id, |sight| {
            is_old(sight.run) && !matches!(sight.what, Seen::Running(_))
        })
        .await?;
        let image = self.image(it).await?;
        self.ensure_network(it).await?;
        let name = container_name(it.name.as_str());
        let volume = VolumeCreateRequest {
            name: Some(name.clone()),
            labels: Some(self.labels(it)),
            ..VolumeCreateRequest::default()
        };
        engine.create_volume(volume).await.map_err(words).context("no volume")?;
        let options = CreateContainerOptionsBuilder::default().name(&name).build();
        let body = self.body(it, launch, &image)?;
        match engine.create_container(Some(options), body).await {
            Err(error) if is_conflict(&error) => self.check_is_own(it, &name).await?,
            made => drop(made.map_err(words).context("no container")?),
        }
        engine.start_container(&name, None).await.map_err(words).context("it does not start")
    }

    async fn image(&self, it: &Managed) -> anyhow::Result<ImageInspect> {
        let engine = self.engine.get().await?;
        let image = it.spec.image.as_deref().context("there is no image")?;
        match engine.inspect_image(image).await {
            Err(error) if is_missing(&error) && self.config.docker_pull => {
                let options = CreateImageOptionsBuilder::default().from_image(image).build();
                let mut pulled = std::pin::pin!(engine.create_image(Some(options), None, None));
                while let Some(step) = pulled.next().await {
                    step.map_err(words).with_context(|| format!("cannot fetch {image}"))?;
                }
                engine.inspect_image(image).await.map_err(words)
            }
            Err(error) if is_missing(&error) => Err(missing_image(image)),
            found => found.map_err(words),
        }
    }

    async fn ensure_network(&self, it: &Managed) -> anyhow::Result<()> {
        let engine = self.engine.get().await?;
        let name = network_name(it.project.as_str());
        match engine.inspect_network(&name, None).await {
            Ok(_) => return Ok(()),
            Err(error) if is_missing(&error) => {}
            Err(error) => return Err(words(error)),
        }
        let labels = HashMap::from([(HOST.to_owned(), self.host.clone())]);
        let network =
            NetworkCreateRequest { name, labels: Some(labels), ..NetworkCreateRequest::default() };
        match engine.create_network(network).await {
            Err(error) if !is_conflict(&error) => Err(words(error)).context("no network"),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// A crash may have come between making and starting it. Anybody else's is left alone.
    async fn check_is_own(&self, it: &Managed, name: &str) -> anyhow::Result<()> {
        let engine = self.engine.get().await?;
        let found = engine.inspect_container(name, None).await.map_err(words)?;
        let labels = found.config.and_then(|config| config.labels).unwrap_or_default();
        let is = |label: &str, value: String| labels.get(label) == Some(&value);
        if is(INSTANCE, it.id.to_string()) && is(RUN, it.run.to_string()) {
            return Ok(());
        }
        bail!("there is a container {name} already, and it is not of this instance");
    }

    fn labels(&self, it: &Managed) -> HashMap<String, String> {
        HashMap::from([
            (INSTANCE.to_owned(), it.id.to_string()),
            (HOST.to_owned(), self.host.clone()),
        ])
    }

    fn body(
        &self,
        it: &Managed,
        launch: Launch,
        image: &ImageInspect,
    ) -> anyhow::Result<ContainerCreateBody> {
        let inside = inside_port(it, &launch.program, image);
        let mut environment = launch.environment;
        if let Some(port) = inside {
            environment.insert("PORT".to_owned(), port.to_string());
        }
        let mut labels = self.labels(it);
        labels.insert(RUN.to_owned(), it.run.to_string());
        labels.insert(MARK.to_owned(), serde_json::to_string(&it.mark())?);
        let (entrypoint, cmd) = match launch.program {
            Program::Own => {
                (None, Some(["serve", "--services", "instance"].map(str::to_owned).to_vec()))
            }
            Program::OfImage => (None, None),
            Program::Command(command) => (Some(command), Some(Vec::new())),
        };
        Ok(ContainerCreateBody {
            image: it.spec.image.clone(),
            entrypoint,
            cmd,
            env: Some(environment.iter().map(|(name, value)| format!("{name}={value}")).collect()),
            labels: Some(labels),
            exposed_ports: inside.map(|port| vec![format!("{port}/tcp")]),
            stop_timeout: Some(i64::from(GRACE)),
            host_config: Some(self.host_config(it, inside)),
            ..ContainerCreateBody::default()
        })
    }

    fn host_config(&self, it: &Managed, inside: Option<u16>) -> HostConfig {
        let limits = &it.spec.limits;
        let memory = limits.memory_mb.map(|megabytes| i64::from(megabytes) * MEGABYTE);
        let log = HashMap::from([
            ("max-size".to_owned(), self.config.log_size.to_string()),
            ("max-file".to_owned(), self.config.log_files.to_string()),
        ]);
        HostConfig {
            network_mode: Some(network_name(it.project.as_str())),
            // What runs on the machine beside the engine, PostgreSQL and NATS perhaps.
            extra_hosts: Some(vec!["host.docker.internal:host-gateway".to_owned()]),
            port_bindings: inside.zip(it.port).map(bindings),
            memory,
            // The same again: no swap.
            memory_swap: memory,
            nano_cpus: limits.cpus.map(nano_cpus),
            pids_limit: Some(limits.pids.map_or(MOST_PIDS, i64::from)),
            readonly_rootfs: Some(true),
            tmpfs: Some(HashMap::from([(SCRATCH.0.to_owned(), SCRATCH.1.to_owned())])),
            mounts: Some(vec![Mount {
                typ: Some(MountType::VOLUME),
                source: Some(container_name(it.name.as_str())),
                target: Some(VOLUME.to_owned()),
                ..Mount::default()
            }]),
            cap_drop: Some(vec!["ALL".to_owned()]),
            security_opt: Some(vec!["no-new-privileges:true".to_owned()]),
            log_config: Some(HostConfigLogConfig {
                typ: Some("json-file".to_owned()),
                config: Some(log),
            }),
            ..HostConfig::default()
        }
    }
}

fn bindings((inside, outside): (u16, u16)) -> HashMap<String, Option<Vec<PortBinding>>> {
    let binding =
        PortBinding { host_ip: Some("127.0.0.1".to_owned()), host_port: Some(outside.to_string()) };
    HashMap::from([(format!("{inside}/tcp"), Some(vec![binding]))])
}

/// Where it listens inside: where our own does, where its image says when it says one thing, or
/// else where it is reached outside.
fn inside_port(it: &Managed, program: &Program, image: &ImageInspect) -> Option<u16> {
    let outside = it.port?;
    if matches!(program, Program::Own) {
        return Some(OWN_PORT);
    }
    let exposed = image.config.as_ref().and_then(|config| config.exposed_ports.as_deref());
    let [port] = exposed.unwrap_or_default() else { return Some(outside) };
    port.strip_suffix("/tcp").and_then(|port| port.parse().ok()).or(Some(outside))
}

#[expect(clippy::cast_possible_truncation, reason = "at most 1,024 of them, checked")]
fn nano_cpus(cpus: f64) -> i64 {
    (cpus * BILLION) as i64
}
