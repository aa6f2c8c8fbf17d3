//! A whole application per test: real router on a real socket, real database, real mesh, and a
//! clock that stands still.
//!
//! `TEST_STACK` says on which: `embedded` (SQLite and the mesh in this process) or `distributed`
//! (PostgreSQL, a database per test, and a NATS server per test). `make test` runs both.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot start says why and ends"
)]

mod answer;
mod database;
mod git_server;
mod live;
mod proxy;
mod stack;

pub use answer::Answer;
pub use database::TestDatabase;
pub use git_server::serve_git;
pub use live::{Live, LiveEvent};
pub use proxy::Door;
pub use stack::{Bus, Stack};

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use mesh::{Headers, Mesh};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use crate::access::fresh_secret;
use crate::config::{Config, Overrides};
use crate::ground::clock::Clock;
use crate::lifecycle::{Extras, Running};
use crate::service::Service;

/// How long a test waits for something that must happen before it says that it did not.
const PATIENCE: Duration = Duration::from_secs(20);
const LOOK_EVERY: Duration = Duration::from_millis(10);

pub struct TestApp {
    pub clock: Clock,
    pub bus: Bus,
    pub address: SocketAddr,
    pub folder: tempfile::TempDir,
    pub database: TestDatabase,
    key: SecretString,
    http: reqwest::Client,
    running: Option<Running>,
    settings: Vec<(String, String)>,
    services: Vec<Service>,
}

impl TestApp {
    /// The federation and the worker, with the default configuration.
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// With some settings changed.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        Self::of(&[Service::Federation, Service::Worker], settings).await
    }

    /// Other services than the usual ones; requests go to the first.
    pub async fn of(services: &[Service], settings: &[(&str, &str)]) -> Self {
        Self::by(Clock::manual(), services, settings).await
    }

    /// With the time of the system, for what real processes do.
    pub async fn in_real_time(services: &[Service], settings: &[(&str, &str)]) -> Self {
        Self::by(Clock::system(), services, settings).await
    }

    async fn by(clock: Clock, services: &[Service], settings: &[(&str, &str)]) -> Self {
        let stack = Stack::chosen();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let database = TestDatabase::create(stack).await;
        let bus = Bus::start(stack).await;
        drop(rustls::crypto::ring::default_provider().install_default());
        let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        let mut app = Self {
            clock,
            bus,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            folder,
            database,
            key: fresh_secret().expect("random bytes"),
            http: reqwest::Client::new(),
            running: None,
            settings: settings.iter().map(owned).collect(),
            services: services.to_vec(),
        };
        app.start_again().await;
        app
    }

    /// Starts the process that [`TestApp::stop`] ended, on the same data and clock.
    pub async fn start_again(&mut self) {
        let running = self.start_replica().await;
        self.address = running.started().addresses.first().expect("a service listens").1;
        self.running = Some(running);
        // A timer that is due at once must not depend on who runs first.
        self.eventually("the mesh is heard", async |app| {
            let ready = app.get("/readyz").await;
            ready.status == 200
        })
        .await;
    }

    /// One more process on the same database and mesh.
    pub async fn start_replica(&self) -> Running {
        self.start_replica_with(self.config()).await.expect("the application starts")
    }

    /// One more process with another configuration.
    pub async fn start_replica_with(&self, config: Config) -> anyhow::Result<Running> {
        let extras = Extras {
            clock: Some(self.clock.clone()),
            key: Some(SecretString::from(self.key.expose_secret().to_owned())),
            mesh: self.bus.shared(),
        };
        Running::start(config, &self.services, extras).await
    }

    /// A process of other services on the same database and mesh.
    pub async fn start_beside(
        &self,
        services: &[Service],
        settings: &[(&'static str, String)],
    ) -> Running {
        let extras = Extras {
            clock: Some(self.clock.clone()),
            key: Some(SecretString::from(self.key.expose_secret().to_owned())),
            mesh: self.bus.shared(),
        };
        Running::start(self.config_with(settings), services, extras)
            .await
            .expect("the application starts")
    }

    /// A process that relays and runs jobs, and serves nothing.
    pub async fn start_worker(&self) -> Running {
        let extras = Extras { clock: Some(self.clock.clone()), key: None, mesh: self.bus.shared() };
        let started = Running::start(self.config(), &[Service::Worker], extras).await;
        started.expect("the application starts")
    }

    /// The configuration its processes get.
    pub fn config(&self) -> Config {
        self.config_with(&[])
    }

    fn config_with(&self, settings: &[(&'static str, String)]) -> Config {
        let mut set = vec![
            ("data".to_owned(), self.folder.path().display().to_string()),
            ("federation.listen".to_owned(), "127.0.0.1:0".to_owned()),
            ("instance.listen".to_owned(), "127.0.0.1:0".to_owned()),
            ("hub.listen".to_owned(), "127.0.0.1:0".to_owned()),
            ("http.writes_per_minute".to_owned(), "100000".to_owned()),
            ("http.reads_per_minute".to_owned(), "100000".to_owned()),
        ];
        set.extend(self.database.settings());
        set.extend(self.bus.settings());
        set.extend(self.settings.clone());
        set.extend(settings.iter().map(|(key, value)| ((*key).to_owned(), value.clone())));
        Config::load_with(&Overrides { file: None, set }, &std::collections::BTreeMap::new())
            .expect("a configuration")
    }

    /// Changes a setting for the next start.
    pub fn set(&mut self, key: &str, value: &str) {
        self.settings.push((key.to_owned(), value.to_owned()));
    }

    pub async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
    }

    /// Stops everything, and checks that nothing was left running.
    pub async fn end(mut self) {
        self.stop().await;
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(reqwest::Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(reqwest::Method::POST, path).json(&body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(reqwest::Method::PATCH, path).json(&body)).await
    }

    /// Deletes whatever version there is.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(reqwest::Method::DELETE, path).header("if-match", "*")).await
    }

    /// A request with the key that may do everything.
    pub fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.anonymous(method, path).header("x-api-key", self.key.expose_secret())
    }

    /// A request with a key of its own.
    pub fn with_key(
        &self,
        key: &str,
        method: reqwest::Method,
        path: &str,
    ) -> reqwest::RequestBuilder {
        self.anonymous(method, path).header("x-api-key", key)
    }

    /// What `key` is answered when it reads `path`.
    pub async fn get_as(&self, key: &str, path: &str) -> Answer {
        self.send(self.with_key(key, reqwest::Method::GET, path)).await
    }

    /// A fresh key with those scopes: its id and its secret.
    pub async fn new_key(&self, scopes: &[&str]) -> (String, String) {
        let body = json!({ "name": "test", "scopes": scopes });
        let made = self.post("/api/v1/keys", body).await.json();
        let at = |path: &str| made.pointer(path).and_then(Value::as_str).map(str::to_owned);
        at("/key/id").zip(at("/secret")).expect("a key with its secret")
    }

    /// Follows a live stream, behind the event `last` when there is one.
    pub async fn follow(&self, path: &str, last: Option<&str>) -> Live {
        let mut request = self.request(reqwest::Method::GET, path);
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        Live::open(request).await
    }

    /// Where its processes are found.
    pub fn started(&self) -> &crate::lifecycle::Started {
        self.running.as_ref().expect("it runs").started()
    }

    /// The key that may do everything.
    pub fn key(&self) -> &str {
        self.key.expose_secret()
    }

    /// The application behind the sockets, for what no route shows.
    #[cfg(test)]
    pub(crate) fn app(&self) -> &crate::ground::app::App {
        self.running.as_ref().expect("it runs").app()
    }

    /// A request of nobody.
    pub fn anonymous(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("http://{}{path}", self.address))
    }

    pub async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        Answer::of(request.send().await.expect("the server answers")).await
    }

    /// Sends again what is answered 503, as a client should: on a crowded machine twenty at once
    /// may wait too long for a connection of the pool.
    pub async fn insist(&self, request: reqwest::RequestBuilder) -> Answer {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let again = request.try_clone().expect("a body that is no stream");
            let answer = self.send(again).await;
            if answer.status != 503 || tokio::time::Instant::now() > deadline {
                return answer;
            }
        }
    }

    /// Registers a project of that slug.
    pub async fn register(&self, slug: &str) -> Value {
        let body = json!({ "slug": slug, "name": slug, "hub_url": "http://127.0.0.1:1" });
        self.post("/api/fed/projects", body).await.json()
    }

    /// The project as the API shows it.
    pub async fn project(&self, slug: &str) -> Value {
        self.get(&format!("/api/fed/projects/{slug}")).await.json()
    }

    /// Waits until the project has that status.
    pub async fn until_status(&self, slug: &str, status: &str) -> Value {
        self.eventually(&format!("{slug} is {status}"), async |app| {
            app.project(slug).await.get("status").is_some_and(|it| it == status)
        })
        .await;
        self.project(slug).await
    }

    /// Publishes a beat with these fields beside the slug.
    pub async fn beat(&self, slug: &str, fields: Value) {
        let mut beat = json!({ "project_slug": slug });
        if let (Some(beat), Value::Object(fields)) = (beat.as_object_mut(), fields) {
            beat.extend(fields);
        }
        self.publish(&format!("hub.presence.{slug}"), beat.to_string().as_bytes()).await;
    }

    /// Publishes bytes as any client of the mesh would.
    pub async fn publish(&self, subject: &str, payload: &[u8]) {
        let mesh: &Mesh = self.bus.client();
        let subject = subject.parse().expect("a subject");
        let payload = Bytes::copy_from_slice(payload);
        mesh.publish(&subject, Headers::new(), payload).await.expect("the message is sent");
        mesh.flush().await.expect("the message is taken");
    }

    /// The value of a metric, summed over its series that hold every one of `labels`.
    pub async fn metric(&self, name: &str, labels: &[&str]) -> f64 {
        let text = self.get("/metrics").await.text;
        let is_it = |line: &&str| {
            let rest = line.strip_prefix(name);
            rest.is_some_and(|rest| rest.starts_with(['{', ' ']))
                && labels.iter().all(|label| line.contains(label))
        };
        let value =
            |line: &str| line.rsplit(' ').next().and_then(|value| value.parse::<f64>().ok());
        text.lines().filter(is_it).filter_map(value).fold(0.0, |sum, value| sum + value)
    }

    /// Waits until `claim` holds; says which did not.
    pub async fn eventually(&self, what: &str, claim: impl AsyncFn(&Self) -> bool) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while !claim(self).await {
            assert!(tokio::time::Instant::now() < deadline, "did not come true: {what}");
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Turns the clock, in steps small enough that what is due in between happens in between.
    pub async fn advance(&self, duration: Duration) {
        const STEP: Duration = Duration::from_millis(500);
        let mut left = duration;
        while !left.is_zero() {
            let step = left.min(STEP);
            self.clock.advance(step);
            left -= step;
            tokio::task::yield_now().await;
        }
    }
}
