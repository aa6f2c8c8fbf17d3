//! What this process is told: flags, then the environment, then a file, then the default.
//!
//! Everything wrong is reported at once, each by its key and by where it came from.

mod instances;
mod layers;
mod read;

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::SecretString;
use url::Url;
use wire::Slug;

pub use instances::Instances;

use instances::read_instances;
use layers::Layers;
use read::Reader;

/// The commented default, which is also the reference of every key.
pub const DEFAULT: &str = include_str!("default.toml");

/// What the command line says.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    pub file: Option<PathBuf>,
    /// Dotted key and value, as `("federation.listen", "127.0.0.1:8001")`.
    pub set: Vec<(String, String)>,
}

#[derive(Debug, Clone)]
pub struct Config {
    pub data: PathBuf,
    pub tenant: Slug,
    pub database: Database,
    pub mesh: Mesh,
    pub http: Http,
    pub hub: Hub,
    pub federation: Federation,
    pub instance: Instance,
    pub instances: Instances,
    pub knowledge: Knowledge,
    pub repositories: Repositories,
    pub access: Access,
    pub events: Events,
    pub log: Log,
    layers: Layers,
}

#[derive(Debug, Clone)]
pub struct Database {
    /// `None`: SQLite files under `data`.
    pub url: Option<SecretString>,
    /// Where those files are when not there.
    pub folder: Option<PathBuf>,
}

#[derive(Debug, Clone)]
pub struct Mesh {
    /// `None`: in this process.
    pub url: Option<String>,
    pub credentials_file: Option<PathBuf>,
    pub token: Option<SecretString>,
    /// Where the mesh in this process lets others in.
    pub listen: Option<SocketAddr>,
}

#[derive(Debug, Clone)]
pub struct Http {
    pub behind_proxy: bool,
    /// Certificate chain and private key, PEM.
    pub tls: Option<(PathBuf, PathBuf)>,
    pub max_connections: usize,
    pub header_timeout: Duration,
    pub request_timeout: Duration,
    pub max_body: usize,
    pub reads_per_minute: u32,
    pub writes_per_minute: u32,
    pub public_metrics: bool,
}

#[derive(Debug, Clone)]
pub struct Hub {
    pub listen: SocketAddr,
    /// Where the federation is when it is not in this process.
    pub federation_url: Url,
    pub federation_api_key: Option<SecretString>,
}

#[derive(Debug, Clone)]
pub struct Federation {
    pub listen: SocketAddr,
    pub projects_file: Option<PathBuf>,
    pub degraded_after: Duration,
    pub offline_after: Duration,
    pub clock_skew: Duration,
    pub link_grace: Duration,
    pub flush_interval: Duration,
    pub probe_interval: Duration,
    pub max_newcomers: usize,
    pub signing_key_file: Option<PathBuf>,
}

#[derive(Debug, Clone)]
pub struct Instance {
    pub listen: SocketAddr,
    pub projects: Vec<Slug>,
    pub beat_interval: Duration,
    pub signing_key_file: Option<PathBuf>,
    pub hub_url: Option<String>,
    pub federation_key: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Knowledge {
    /// A folder with one folder per model.
    pub models: PathBuf,
    /// The model in it that makes vectors.
    pub model: String,
    /// What makes them instead.
    pub endpoint: Option<EmbeddingEndpoint>,
    pub vector_memory: usize,
    pub max_document: usize,
    pub allow_private_addresses: bool,
    pub max_import: u64,
}

/// An OpenAI-compatible server.
#[derive(Debug, Clone)]
pub struct EmbeddingEndpoint {
    pub url: Url,
    pub model: String,
    pub dimensions: usize,
    pub key: Option<SecretString>,
}

#[derive(Debug, Clone)]
pub struct Repositories {
    pub sealing_key_file: Option<PathBuf>,
    pub max_mirror: u64,
}

#[derive(Debug, Clone)]
pub struct Access {
    pub seed_keys: Vec<SecretString>,
}

#[derive(Debug, Clone)]
pub struct Events {
    pub keep: Duration,
}

#[derive(Debug, Clone)]
pub struct Log {
    pub format: LogFormat,
    pub filter: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Auto,
    Human,
    Json,
}

/// One setting that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    pub key: String,
    pub message: String,
    /// `environment COMMANDCENTER_…`, `commandcenter.toml:3`, `flag`, `default`.
    pub origin: String,
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} (from {})", self.key, self.message, self.origin)
    }
}

/// Everything that is wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Errors(Vec<Invalid>);

impl Errors {
    pub fn as_slice(&self) -> &[Invalid] {
        &self.0
    }
}

impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration cannot be used")?;
        self.0.iter().try_for_each(|error| write!(f, "\n  {error}"))
    }
}

impl std::error::Error for Errors {}

impl Http {
    /// What the URLs of this process begin with.
    pub const fn scheme(&self) -> &'static str {
        if self.tls.is_some() { "https" } else { "http" }
    }
}

impl Config {
    /// Reads every layer of this process.
    pub fn load(overrides: &Overrides) -> Result<Self, Errors> {
        Self::load_with(overrides, &std::env::vars().collect())
    }

    /// Reads every layer, with `environment` as the process environment.
    pub fn load_with(
        overrides: &Overrides,
        environment: &BTreeMap<String, String>,
    ) -> Result<Self, Errors> {
        let (layers, errors) = Layers::stack(overrides, environment);
        let mut reader = Reader::new(&layers, errors);
        let home = environment.get("HOME").map(String::as_str);
        let xdg = environment.get("XDG_DATA_HOME").map(String::as_str);
        let cache = environment.get("XDG_CACHE_HOME").map(String::as_str);
        let folders = Folders {
            data: user_folder(xdg, home, ".local/share"),
            cache: user_folder(cache, home, ".cache"),
        };
        let read = Self::read(&mut reader, folders, layers.clone());
        match (read, reader.finish()) {
            (Some(config), errors) if errors.is_empty() => Ok(config),
            (_, errors) => Err(Errors(errors)),
        }
    }

    /// The effective configuration as TOML, secrets left out.
    pub fn print(&self) -> String {
        self.layers.print()
    }

    fn read(reader: &mut Reader<'_>, folders: Folders, layers: Layers) -> Option<Self> {
        let tenant = reader.slug("tenant");
        let database =
            Database { url: reader.secret("database.url"), folder: reader.path("database.folder") };
        let mesh = read_mesh(reader);
        let http = read_http(reader);
        let hub = read_hub(reader);
        let federation = read_federation(reader);
        let instance = read_instance(reader);
        let instances = read_instances(reader);
        let knowledge = read_knowledge(reader, &folders.cache);
        let repositories = Repositories {
            sealing_key_file: reader.path("repositories.sealing_key_file"),
            max_mirror: reader.positive("repositories.max_mirror"),
        };
        let access = Access { seed_keys: reader.secrets("access.seed_keys") };
        let events = Events { keep: reader.duration("events.keep") };
        let log =
            Log { format: reader.log_format("log.format"), filter: reader.text("log.filter") };
        Some(Self {
            data: reader.path("data").unwrap_or(folders.data),
            tenant: tenant?,
            database,
            mesh,
            http,
            hub: hub?,
            federation: federation?,
            instance: instance?,
            instances,
            knowledge: knowledge?,
            repositories,
            access,
            events,
            log,
            layers,
        })
    }
}

fn read_hub(reader: &mut Reader<'_>) -> Option<Hub> {
    let listen = reader.address("hub.listen");
    let federation_url = reader.url("hub.federation_url");
    let federation_api_key = reader.secret("hub.federation_api_key");
    Some(Hub { listen: listen?, federation_url: federation_url?, federation_api_key })
}

fn read_mesh(reader: &mut Reader<'_>) -> Mesh {
    let mesh = Mesh {
        url: reader.optional_text("mesh.url"),
        credentials_file: reader.path("mesh.credentials_file"),
        token: reader.secret("mesh.token"),
        listen: reader.optional_address("mesh.listen"),
    };
    if mesh.url.is_some() && mesh.listen.is_some() {
        reader.refuse("mesh.listen", "the servers of mesh.url listen for themselves");
    }
    mesh
}

fn read_http(reader: &mut Reader<'_>) -> Http {
    let (cert, key) = (reader.path("http.tls_cert_file"), reader.path("http.tls_key_file"));
    if cert.is_some() != key.is_some() {
        reader.refuse("http.tls_cert_file", "a certificate and its key are given together");
    }
    Http {
        behind_proxy: reader.boolean("http.behind_proxy"),
        tls: cert.zip(key),
        max_connections: reader.positive("http.max_connections"),
        header_timeout: reader.duration("http.header_timeout"),
        request_timeout: reader.duration("http.request_timeout"),
        max_body: reader.positive("http.max_body"),
        reads_per_minute: reader.positive("http.reads_per_minute"),
        writes_per_minute: reader.positive("http.writes_per_minute"),
        public_metrics: reader.boolean("http.public_metrics"),
    }
}

fn read_federation(reader: &mut Reader<'_>) -> Option<Federation> {
    let degraded_after = reader.duration("federation.degraded_after");
    let offline_after = reader.duration("federation.offline_after");
    // A threshold that could not be read is reported as that alone.
    if offline_after <= degraded_after && !offline_after.is_zero() {
        reader.refuse("federation.offline_after", "must be longer than federation.degraded_after");
    }
    Some(Federation {
        projects_file: reader.path("federation.projects_file"),
        degraded_after,
        offline_after,
        clock_skew: reader.duration("federation.clock_skew"),
        link_grace: reader.duration("federation.link_grace"),
        flush_interval: reader.duration("federation.flush_interval"),
        probe_interval: reader.duration("federation.probe_interval"),
        max_newcomers: reader.positive("federation.max_newcomers"),
        signing_key_file: reader.path("federation.signing_key_file"),
        listen: reader.address("federation.listen")?,
    })
}

fn read_instance(reader: &mut Reader<'_>) -> Option<Instance> {
    Some(Instance {
        projects: reader.slugs("instance.projects"),
        beat_interval: reader.duration("instance.beat_interval"),
        signing_key_file: reader.path("instance.signing_key_file"),
        hub_url: reader.optional_text("instance.hub_url"),
        federation_key: reader.optional_text("instance.federation_key"),
        listen: reader.address("instance.listen")?,
    })
}

fn read_knowledge(reader: &mut Reader<'_>, cache: &Path) -> Option<Knowledge> {
    let has_endpoint = reader.optional_text("knowledge.embedding_url").is_some();
    let endpoint = if has_endpoint { Some(read_endpoint(reader)?) } else { None };
    Some(Knowledge {
        models: reader.path("knowledge.models").unwrap_or_else(|| cache.join("models")),
        model: reader.text("knowledge.model"),
        endpoint,
        vector_memory: reader.positive("knowledge.vector_memory"),
        max_document: reader.positive("knowledge.max_document"),
        allow_private_addresses: reader.boolean("knowledge.allow_private_addresses"),
        max_import: reader.positive("knowledge.max_import"),
    })
}

fn read_endpoint(reader: &mut Reader<'_>) -> Option<EmbeddingEndpoint> {
    let model = reader.optional_text("knowledge.embedding_model");
    if model.is_none() {
        reader.refuse("knowledge.embedding_model", "an endpoint is asked for a model");
    }
    Some(EmbeddingEndpoint {
        url: reader.url("knowledge.embedding_url")?,
        model: model?,
        dimensions: reader.positive("knowledge.embedding_dimensions"),
        key: reader.secret("knowledge.embedding_key"),
    })
}

/// What is used where no folder is given.
struct Folders {
    data: PathBuf,
    cache: PathBuf,
}

/// By the XDG base directory specification: `$XDG_…_HOME`, or a folder of the user's home.
fn user_folder(xdg: Option<&str>, home: Option<&str>, in_home: &str) -> PathBuf {
    match (xdg.filter(|it| !it.is_empty()), home) {
        (Some(xdg), _) => PathBuf::from(xdg).join("commandcenter"),
        (None, Some(home)) => PathBuf::from(home).join(in_home).join("commandcenter"),
        (None, None) => PathBuf::from(".commandcenter"),
    }
}

#[cfg(test)]
mod tests;
