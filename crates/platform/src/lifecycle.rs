//! From start to stop: soft stop, wait, hard stop.

use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use db::{Db, Location};
use mesh::{Mesh, NatsOptions};
use secrecy::{ExposeSecret, SecretString};
use tokio::signal::unix::{SignalKind, signal};
use wire::access::{Key, Permission};
use wire::federation::NewProject;

use crate::access::{Access, KeyRing};
use crate::events;
use crate::federation::Federation;
use crate::grants;
use crate::graph;
use crate::ground::app::App;
use crate::ground::clock::Clock;
use crate::ground::config::Config;
use crate::ground::health::Health;
use crate::ground::http::serve as http;
use crate::ground::jobs::Worker;
use crate::ground::mesh_door::OpenMesh;
use crate::ground::{logging, secret_file};
use crate::hub::{Catalog, Remote};
use crate::instance::Instance;
use crate::instances::{self, Instances};
use crate::knowledge;
use crate::repositories;
use crate::router::{Parts, router};
use crate::service::Service;

/// How long background work may take to end after it was asked to.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where a process that serves is found.
#[derive(Debug, Clone)]
pub struct Started {
    /// `http` or `https`.
    pub scheme: &'static str,
    pub addresses: Vec<(Service, SocketAddr)>,
    /// Works once; there is one when the hub runs on the embedded database.
    pub sign_in_url: Option<String>,
    /// `sqlite` or `postgres`.
    pub engine: &'static str,
    pub data: PathBuf,
}

impl Started {
    fn of(app: &App, addresses: Vec<(Service, SocketAddr)>, sign_in_url: Option<String>) -> Self {
        let scheme = app.config.http.scheme();
        let engine = app.db.engine();
        Self { scheme, addresses, sign_in_url, engine, data: app.config.data.clone() }
    }
}

/// A process that serves.
pub struct Running {
    app: App,
    started: Started,
    federation: Option<Federation>,
    instance: Option<Instance>,
    /// A mesh that was given is not ours to close.
    owns_mesh: bool,
}

/// What a start may be given beside the configuration.
#[derive(Default)]
pub struct Extras {
    pub clock: Option<Clock>,
    /// A key that may do everything, of this process alone.
    pub key: Option<SecretString>,
    /// The mesh to use instead of the configured one.
    pub mesh: Option<Mesh>,
}

/// Serves until SIGINT or SIGTERM. `ready` is told where, once every socket listens.
pub async fn serve(
    config: Config,
    services: &[Service],
    ready: impl FnOnce(&Started),
) -> anyhow::Result<()> {
    logging::start(&config.log)?;
    let (mut interrupt, mut terminate) =
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let running = Running::start(config, services, Extras::default()).await?;
    ready(running.started());
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    running.stop().await;
    Ok(())
}

impl Running {
    /// Serves, and runs the jobs that are asked for meanwhile; no other background work.
    pub(crate) async fn open(
        config: Config,
        services: &[Service],
        extras: Extras,
    ) -> anyhow::Result<Self> {
        let owns_mesh = extras.mesh.is_none();
        let app = open(config, extras.clock, extras.mesh).await?;
        let ring = KeyRing::open(&app, extras.key.as_ref()).await?;
        let access = Access::new(&app, ring);
        let federation = Federation::open(&app).await?;
        let parts = Shared {
            access: &access,
            federation: Some(&federation),
            catalog: None,
            instances: None,
        };
        let addresses = listen(&app, services, parts).await?;
        worker(&app).start();
        let started = Started::of(&app, addresses, None);
        Ok(Self { app, started, federation: None, instance: None, owns_mesh })
    }

    pub async fn start(
        config: Config,
        services: &[Service],
        extras: Extras,
    ) -> anyhow::Result<Self> {
        let embedded = config.database.url.is_none();
        let owns_mesh = extras.mesh.is_none();
        let app = open(config, extras.clock, extras.mesh).await?;
        let ring = KeyRing::open(&app, extras.key.as_ref()).await?;
        let access = Access::new(&app, ring.clone());
        let has = |service| services.contains(&service);

        let federation =
            if has(Service::Federation) { Some(Federation::open(&app).await?) } else { None };
        let catalog =
            if has(Service::Hub) { Some(catalog(&app, federation.as_ref())?) } else { None };
        let instance = if has(Service::Instance) {
            Some(Instance::open(&app, federation.as_ref().map(Federation::verify_key))?)
        } else {
            None
        };
        let instances = if has(Service::Hub) {
            Some(Instances::open(&app, federation.as_ref().map(Federation::verify_key))?)
        } else {
            None
        };
        if embedded && has(Service::Worker) {
            write_admin_key(&app, &access).await?;
            if let (Some(federation), Some(instance)) = (&federation, &instance) {
                register_own_projects(&app, federation, instance).await?;
            }
        }
        if ring.is_empty() {
            tracing::warn!(
                "there are no keys, so nobody can ask anything: `commandcenter keys create` makes one"
            );
        }
        let parts = Shared {
            access: &access,
            federation: federation.as_ref(),
            catalog: catalog.as_ref(),
            instances: instances.as_ref(),
        };
        let addresses = listen(&app, services, parts).await?;

        app.spawn(events::wake_on_mesh(app.clone()));
        ring.start();
        if let Some(federation) = &federation {
            federation.start();
        }
        if let Some(instance) = &instance {
            instance.start();
            grants::receive(&app, instance);
        }
        if let Some(instances) = &instances {
            instances.start();
        }
        if has(Service::Worker) {
            start_work(&app);
        }
        let sign_in_url = sign_in_url(&access, &addresses, embedded).await?;
        let started = Started::of(&app, addresses, sign_in_url);
        Ok(Self { app, started, federation, instance, owns_mesh })
    }

    #[cfg(test)]
    pub(crate) const fn app(&self) -> &App {
        &self.app
    }

    pub const fn started(&self) -> &Started {
        &self.started
    }

    /// Where `service` listens.
    pub fn address(&self, service: Service) -> Option<SocketAddr> {
        let of = self.started.addresses.iter().find(|(it, _)| *it == service);
        of.map(|(_, address)| *address)
    }

    /// Asks everything to end, waits, and then ends it.
    pub async fn stop(self) {
        let app = self.app;
        if let Some(instance) = &self.instance {
            instance.say_goodbye().await;
        }
        app.stopping.cancel();
        app.tasks.close();
        if tokio::time::timeout(PATIENCE, app.tasks.wait()).await.is_err() {
            tracing::warn!(left = app.tasks.len(), "background work did not end in time");
        }
        if let Some(federation) = &self.federation {
            federation.close().await;
        }
        if let Some(door) = &app.mesh_door {
            door.close().await;
        }
        if self.owns_mesh {
            app.mesh.close().await;
        }
        app.db.close().await;
    }
}

/// What a worker does in the background.
fn start_work(app: &App) {
    app.spawn(events::relay(app.clone()));
    worker(app).start();
    app.spawn(knowledge::schedule(app.clone()));
    app.spawn(repositories::schedule(app.clone()));
    app.spawn(graph::schedule(app.clone()));
}

/// A worker that knows every job.
fn worker(app: &App) -> Worker {
    Worker::new(app)
        .with::<knowledge::Ingest>()
        .with::<knowledge::Reembed>()
        .with::<knowledge::Sync>()
        .with::<repositories::Fetch>()
        .with::<graph::Index>()
        .with::<instances::Settle>()
}

async fn open(config: Config, clock: Option<Clock>, mesh: Option<Mesh>) -> anyhow::Result<App> {
    // One provider for every TLS connection of the process; a second start finds it there.
    drop(rustls::crypto::ring::default_provider().install_default());
    make_private_folder(&config.data)?;
    let location = if let Some(url) = &config.database.url {
        Location::Postgres(url.clone())
    } else {
        let folder = config.database.folder.clone();
        Location::Folder(folder.unwrap_or_else(|| config.data.join("tenants")))
    };
    let db = Db::open(&location).await.context("cannot open the database")?;
    tracing::debug!(engine = db.engine(), "the database is open");
    let tenant = db.ensure_tenant(&config.tenant, config.tenant.as_str()).await?;
    let mesh = match mesh {
        Some(mesh) => mesh,
        None => open_mesh(&config).await.context("cannot open the mesh")?,
    };
    let mesh = OpenMesh::of(&config, mesh).await.context("cannot open the mesh to others")?;
    Ok(App::new(config, db, mesh, clock.unwrap_or_else(Clock::system), tenant))
}

/// The data is for who runs the server alone. A folder that is there keeps its mode.
fn make_private_folder(folder: &Path) -> anyhow::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true).mode(0o700);
    builder.create(folder).with_context(|| format!("cannot make {}", folder.display()))
}

async fn open_mesh(config: &Config) -> Result<Mesh, mesh::Error> {
    let Some(url) = &config.mesh.url else { return Mesh::local_at(&config.data.join("mesh")) };
    Mesh::nats(NatsOptions {
        url: url.clone(),
        credentials: config.mesh.credentials_file.clone(),
        token: config.mesh.token.clone(),
        name: "commandcenter".to_owned(),
    })
    .await
}

/// The projects for a hub: of the federation beside it, or of one elsewhere.
fn catalog(app: &App, federation: Option<&Federation>) -> anyhow::Result<Catalog> {
    if let Some(federation) = federation {
        return Ok(Catalog::Here(federation.clone()));
    }
    let remote = Remote::open(app)?;
    remote.start();
    Ok(Catalog::There(remote))
}

/// What services of one process share.
#[derive(Clone, Copy)]
struct Shared<'a> {
    access: &'a Access,
    federation: Option<&'a Federation>,
    catalog: Option<&'a Catalog>,
    instances: Option<&'a Instances>,
}

/// Binds every service and serves it.
async fn listen(
    app: &App,
    services: &[Service],
    shared: Shared<'_>,
) -> anyhow::Result<Vec<(Service, SocketAddr)>> {
    let config = &app.config;
    let mut addresses = Vec::new();
    for service in services.iter().copied() {
        let Shared { access, federation, catalog, instances } = shared;
        let (address, federation, catalog) = match service {
            Service::Hub => (config.hub.listen, federation, catalog),
            Service::Federation => (config.federation.listen, federation, None),
            Service::Instance => (config.instance.listen, None, None),
            Service::Worker => continue,
        };
        let mut health = Health::builder(app, service.as_str());
        if let Some(federation) = federation {
            health = federation.health(health);
        }
        if let Some(Catalog::There(remote)) = catalog {
            health = remote.health(health);
        }
        let router = router(Parts {
            app: app.clone(),
            service,
            access: access.clone(),
            federation: federation.cloned(),
            catalog: catalog.cloned(),
            instances: instances.filter(|_| service != Service::Instance).cloned(),
            health: health.build(),
        });
        let socket = http::bind(config, address).await?;
        let address = socket.listener.local_addr()?;
        tracing::debug!(%service, %address, "listening");
        addresses.push((service, address));
        app.tasks.spawn(http::serve(app.clone(), http::Serving { socket, router }));
    }
    Ok(addresses)
}

/// The key of the command line of whoever runs the server; one that works is kept.
async fn write_admin_key(app: &App, access: &Access) -> anyhow::Result<()> {
    let path = app.config.data.join("admin.key");
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    // One of an older version lacks what it did not know.
    let may_all = |key: &Key| Permission::ALL.iter().all(|it| key.scopes.contains(it));
    if access.ring.accept(known.trim()).await.is_ok_and(|entry| may_all(&entry.key)) {
        return Ok(());
    }
    let secret = access.create_admin().await.context("cannot make the administrator's key")?;
    secret_file::write(&path, format!("{}\n", secret.expose_secret()).as_bytes())
}

/// Puts the projects of this process into the catalog, so that it shows itself.
async fn register_own_projects(
    app: &App,
    federation: &Federation,
    instance: &Instance,
) -> anyhow::Result<()> {
    for slug in &app.config.instance.projects {
        let name = if slug.as_str() == "commandcenter" { "CommandCenter" } else { slug.as_str() };
        let new = NewProject {
            slug: slug.to_string(),
            name: name.to_owned(),
            hub_url: instance.hub_url().to_owned(),
            verify_key: Some(instance.verify_key()),
            ..NewProject::default()
        };
        federation
            .register_if_new(&app.service_scope("first-run"), new)
            .await
            .with_context(|| format!("cannot register the project {slug}"))?;
    }
    Ok(())
}

async fn sign_in_url(
    access: &Access,
    addresses: &[(Service, SocketAddr)],
    embedded: bool,
) -> anyhow::Result<Option<String>> {
    let hub = addresses.iter().find(|(service, _)| *service == Service::Hub);
    let Some((_, address)) = hub.filter(|_| embedded) else { return Ok(None) };
    let token = access.sign_in.link().await?;
    let scheme = access.app.config.http.scheme();
    Ok(Some(format!("{scheme}://{address}/sign-in?token={}", token.expose_secret())))
}
