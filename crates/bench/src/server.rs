//! The released binary, started the ways it is measured.

use std::fmt::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use tempfile::TempDir;
use tokio::process::Command;
use wire::Slug;

use crate::http;
use crate::process::Process;

/// Lets the bench ask; the server that knows it is gone with the bench.
pub(crate) const KEY: &str = "bench-0123456789abcdef0123456789abcdef";

/// What the services stand on.
#[derive(clap::Args)]
#[expect(clippy::struct_field_names, reason = "each is the name of its variable")]
pub(crate) struct Stack {
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: String,
    #[arg(long, env = "NATS_URL")]
    pub nats_url: String,
    /// A second server, so that the baseline hears what it counts and nothing else.
    #[arg(long, env = "BARE_NATS_URL")]
    pub bare_nats_url: String,
}

/// `commandcenter`, built beside this.
pub(crate) fn binary() -> Result<PathBuf> {
    let path = std::env::current_exe()?.with_file_name("commandcenter");
    ensure!(path.exists(), "{} is missing: `cargo xtask bench` builds it", path.display());
    Ok(path)
}

/// It, configured by what it is given here alone.
pub(crate) fn commandcenter() -> Result<Command> {
    let mut command = Command::new(binary()?);
    for (name, _) in std::env::vars_os() {
        let configures = |name: &str| {
            name.starts_with("COMMANDCENTER_")
                || ["DATABASE_URL", "NATS_URL", "FEDERATION_API_KEYS"].contains(&name)
        };
        if name.to_str().is_some_and(configures) {
            command.env_remove(name);
        }
    }
    Ok(command)
}

/// `commandcenter serve --services federation,worker`, over NATS and PostgreSQL.
pub(crate) struct Federation {
    pub process: Process,
    pub address: SocketAddr,
    pub slugs: Vec<Slug>,
    _directory: TempDir,
}

impl Federation {
    /// With a tenant and so a catalog of its own; ready when this returns.
    pub(crate) async fn start(stack: &Stack, tenant: &str, projects: usize) -> Result<Self> {
        let directory = tempfile::tempdir()?;
        let slugs = (0..projects).map(|number| format!("p-{number:05}").parse());
        let slugs = slugs.collect::<Result<Vec<Slug>, _>>()?;
        let (projects, config) =
            (directory.path().join("projects.yaml"), directory.path().join("commandcenter.toml"));
        std::fs::write(&projects, catalog(&slugs)?)?;
        std::fs::write(&config, settings(tenant, &projects))?;
        let [address] = http::free_addresses()?;
        let mut serve = commandcenter()?;
        serve.args(["serve", "--services", "federation,worker"]);
        serve.args(["--federation", &address.to_string()]);
        serve.arg("--config").arg(config).arg("--data").arg(directory.path());
        serve.env("DATABASE_URL", &stack.database_url).env("NATS_URL", &stack.nats_url);
        serve.env("FEDERATION_API_KEYS", KEY);
        let mut process = Process::start(&mut serve)?;
        http::until_ready(&mut process, address, "/readyz").await?;
        Ok(Self { process, address, slugs, _directory: directory })
    }
}

/// The hubs of these projects do not exist: asking them would measure nothing.
fn settings(tenant: &str, projects: &Path) -> String {
    format!(
        "tenant = \"{tenant}\"\n\
         [federation]\nprojects_file = \"{}\"\nprobe_interval = \"1h\"\n\
         [http]\nreads_per_minute = 100000000\n\
         [log]\nfilter = \"warn\"\n",
        projects.display()
    )
}

/// A `projects.yaml`; ten thousand of these lines are just under its limit of a megabyte.
pub(crate) fn catalog<S: fmt::Display>(slugs: &[S]) -> Result<String> {
    let mut yaml = String::from("projects:\n");
    for (number, slug) in slugs.iter().enumerate() {
        let (team, hub_url) = (number % 40, hub_url(slug));
        write!(yaml, "- {{slug: {slug}, name: Project {number}, tags: [team-{team}], ")?;
        writeln!(yaml, "hub_url: \"{hub_url}\"}}")?;
    }
    Ok(yaml)
}

pub(crate) fn hub_url(slug: &impl fmt::Display) -> String {
    format!("http://{slug}.internal:9001")
}

/// `commandcenter up`; ready on every address when this returns.
pub(crate) async fn up(folder: &Path) -> Result<Process> {
    let mut up = commandcenter()?;
    up.arg("up");
    Ok(start_up(up, folder).await?.0)
}

/// The same without a model, and the hub's address as the command line takes it.
pub(crate) async fn up_without_model(folder: &Path, models: &Path) -> Result<(Process, String)> {
    let mut up = commandcenter()?;
    up.arg("up").env("COMMANDCENTER_KNOWLEDGE__MODELS", models);
    let (process, hub) = start_up(up, folder).await?;
    Ok((process, format!("http://{hub}")))
}

/// The same over the PostgreSQL at that address, if one is given, with the projects of a file.
pub(crate) async fn up_over(
    folder: &Path,
    projects: &Path,
    database_url: Option<&str>,
) -> Result<(Process, SocketAddr)> {
    let mut up = commandcenter()?;
    up.env("COMMANDCENTER_FEDERATION__PROBE_INTERVAL", "1h");
    up.env("COMMANDCENTER_HTTP__READS_PER_MINUTE", "100000000");
    if let Some(url) = database_url {
        up.env("DATABASE_URL", url);
    }
    up.arg("up").arg("--projects").arg(projects);
    start_up(up, folder).await
}

async fn start_up(mut up: Command, folder: &Path) -> Result<(Process, SocketAddr)> {
    let addresses: [SocketAddr; 3] = http::free_addresses()?;
    let [hub, ..] = addresses;
    up.arg("--data").arg(folder).env("COMMANDCENTER_LOG__FILTER", "warn");
    for (service, address) in ["--hub", "--federation", "--instance"].into_iter().zip(addresses) {
        up.args([service, &address.to_string()]);
    }
    let mut process = Process::start(&mut up)?;
    for address in addresses {
        http::until_ready(&mut process, address, "/readyz").await?;
    }
    Ok((process, hub))
}
