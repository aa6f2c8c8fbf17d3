//! The federation in another process: its list is kept as the last good copy, its other routes
//! are passed on.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Context;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::{CONNECTION, HOST, TE, TRANSFER_ENCODING, UPGRADE};
use axum::response::Response;
use client::Client;
use reqwest::header::HeaderValue;
use tokio::sync::{Notify, watch};
use tokio::time::timeout;
use url::Url;
use wire::federation::Project;
use wire::hub::Freshness;
use wire::{Slug, Timestamp};

use super::breaker::Breaker;
use crate::ground::app::App;
use crate::ground::error::{Error, Result};
use crate::ground::health::HealthBuilder;

/// Of one try.
const PATIENCE: Duration = Duration::from_secs(2);
const TRIES: u32 = 3;
/// Between two tries, and up to as much again.
const PAUSE: Duration = Duration::from_millis(100);
const REFRESH_EVERY: Duration = Duration::from_secs(2);
/// How long a request waits for a newer copy when there is an older one.
const WAIT_FOR_NEWER: Duration = Duration::from_millis(150);
/// A copy older than this is stale even if nothing is known to have failed.
const FRESH_FOR: Duration = Duration::from_secs(10);

/// Clones are the same one.
#[derive(Clone)]
pub(crate) struct Remote(Arc<Parts>);

struct Parts {
    app: App,
    base: Url,
    /// With the hub's own key, for the copy.
    client: Client,
    /// Without one, for what callers ask with theirs.
    http: reqwest::Client,
    copy: watch::Sender<Copy>,
    /// The number of the last refresh that began.
    begun: AtomicU64,
    /// Wakes the loop that refreshes the copy.
    wanted: Notify,
    breaker: Mutex<Breaker>,
}

/// What the federation said last.
#[derive(Clone, Default)]
pub(super) struct Copy {
    pub projects: Arc<BTreeMap<Slug, Project>>,
    tag: Option<HeaderValue>,
    as_of: Option<Timestamp>,
    /// Why the last refresh failed.
    failure: Option<String>,
    /// The number of the last refresh that ended, well or not.
    ended: u64,
}

impl Copy {
    /// `None` as long as the federation was never heard.
    pub(super) fn freshness(&self, now: Timestamp) -> Option<Freshness> {
        let as_of = self.as_of?;
        let is_old = as_of.distance(now) > FRESH_FOR;
        let old = || "the federation has not answered for a while".to_owned();
        let reason = self.failure.clone().or_else(|| is_old.then(old));
        Some(Freshness { as_of, stale: reason.is_some(), reason })
    }
}

impl Remote {
    pub(crate) fn open(app: &App) -> anyhow::Result<Self> {
        let base = app.config.hub.federation_url.clone();
        let client = Client::new(base.clone(), app.config.hub.federation_api_key.clone())
            .context("cannot make a client of the federation")?;
        let http = reqwest::Client::builder()
            .connect_timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self(Arc::new(Parts {
            app: app.clone(),
            base,
            client,
            http,
            copy: watch::Sender::default(),
            begun: AtomicU64::default(),
            wanted: Notify::new(),
            breaker: Mutex::default(),
        })))
    }

    /// What it adds to the checks of the hub, which goes on without it.
    pub(crate) fn health(&self, health: HealthBuilder) -> HealthBuilder {
        let remote = self.clone();
        let hint = "see that the federation runs, and hub.federation_url and its key are right";
        health.check("federation", false, hint, move || {
            let freshness = remote.0.copy.borrow().freshness(remote.0.app.clock.now());
            async move {
                let freshness = freshness.ok_or("has not answered yet")?;
                let as_of = ("as_of".to_owned(), freshness.as_of.to_string());
                freshness.reason.map_or_else(|| Ok(BTreeMap::from([as_of])), Err)
            }
        })
    }

    pub(crate) fn start(&self) {
        self.0.app.spawn(self.clone().keep_a_copy());
    }

    /// The newest copy that can be had at once.
    pub(super) async fn copy(&self) -> Result<(Freshness, Copy)> {
        let mut copies = self.0.copy.subscribe();
        let now = self.0.app.clock.now();
        let is_new = |copy: &Copy| copy.as_of.is_some_and(|as_of| as_of.distance(now) < PAUSE * 10);
        if !is_new(&copies.borrow()) {
            let patience = if copies.borrow().as_of.is_some() { WAIT_FOR_NEWER } else { PATIENCE };
            copies.mark_unchanged();
            self.0.wanted.notify_one();
            drop(timeout(patience, copies.changed()).await);
        }
        let copy = copies.borrow().clone();
        let freshness = copy.freshness(self.0.app.clock.now());
        freshness.map(|it| (it, copy)).ok_or(Error::Unavailable("the federation"))
    }

    /// Follows the copy as it is renewed.
    pub(super) fn copies(&self) -> watch::Receiver<Copy> {
        self.0.copy.subscribe()
    }

    /// One project by a copy that was asked for from now on, and so never newer than what the hub
    /// falls back on; by the last good copy when the federation does not answer.
    pub(super) async fn project(&self, slug: &Slug) -> Option<Project> {
        let begun = self.0.begun.load(Ordering::SeqCst);
        let mut copies = self.0.copy.subscribe();
        self.0.wanted.notify_one();
        drop(timeout(PATIENCE, copies.wait_for(|copy| copy.ended > begun)).await);
        copies.borrow().projects.get(slug).cloned()
    }

    async fn keep_a_copy(self) {
        loop {
            let now = self.0.app.clock.monotonic();
            if self.breaker().admits(now) {
                self.refresh().await;
            }
            tokio::select! {
                () = self.0.app.clock.sleep(REFRESH_EVERY) => {}
                () = self.0.wanted.notified() => {}
            }
        }
    }

    async fn refresh(&self) {
        let number = self.0.begun.fetch_add(1, Ordering::SeqCst) + 1;
        self.try_to_fetch().await;
        self.0.copy.send_modify(|copy| copy.ended = number);
    }

    async fn try_to_fetch(&self) {
        let mut failure = String::new();
        for attempt in 0..TRIES {
            if attempt > 0 {
                self.0.app.clock.sleep(PAUSE.mul_f64(1.0 + fastrand::f64())).await;
            }
            match timeout(PATIENCE, self.fetch()).await {
                Ok(Ok(())) => return self.breaker().succeeded(),
                Ok(Err(error)) => failure = words(&error),
                Err(_) => "the federation does not answer in time".clone_into(&mut failure),
            }
            // Who waits for a newer copy learns at once that there may be none.
            self.0.copy.send_modify(|copy| copy.failure = Some(failure.clone()));
        }
        tracing::debug!(failure, "cannot refresh the copy of the catalog");
        self.breaker().failed(self.0.app.clock.monotonic());
    }

    async fn fetch(&self) -> client::Result<()> {
        let tag = self.0.copy.borrow().tag.clone();
        let asked_at = self.0.app.clock.now();
        let changed = self.0.client.projects_unless(tag.as_ref()).await?;
        self.0.copy.send_modify(|copy| {
            copy.as_of = Some(asked_at);
            copy.failure = None;
            if let Some((projects, tag)) = changed {
                let by_slug = projects.into_iter().map(|project| (project.slug.clone(), project));
                (copy.projects, copy.tag) = (Arc::new(by_slug.collect()), tag);
            }
        });
        Ok(())
    }

    fn breaker(&self) -> MutexGuard<'_, Breaker> {
        self.0.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What people read where the copy is marked stale.
fn words(error: &client::Error) -> String {
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(next) = cause {
        words = format!("{words}: {next}");
        cause = next.source();
    }
    words
}

/// Passes a request on as it came: the federation decides who may ask what.
pub(super) async fn pass_on(State(remote): State<Remote>, request: Request) -> Result<Response> {
    let away = || Error::Unavailable("the federation");
    if !remote.breaker().admits(remote.0.app.clock.monotonic()) {
        return Err(away());
    }
    let (parts, body) = request.into_parts();
    let mut url = remote.0.base.clone();
    url.set_path(parts.uri.path());
    url.set_query(parts.uri.query());
    let sent = remote.0.http.request(parts.method, url);
    let sent = sent
        .headers(end_to_end(&parts.headers))
        .body(reqwest::Body::wrap_stream(body.into_data_stream()))
        .send()
        .await;
    match sent {
        Ok(answer) => {
            remote.breaker().succeeded();
            let mut response = Response::new(Body::empty());
            *response.status_mut() = answer.status();
            *response.headers_mut() = end_to_end(answer.headers());
            *response.body_mut() = Body::from_stream(answer.bytes_stream());
            Ok(response)
        }
        Err(error) => {
            tracing::debug!(error = ?error, "the federation was not reached");
            remote.breaker().failed(remote.0.app.clock.monotonic());
            Err(away())
        }
    }
}

/// The headers that are not about one connection.
fn end_to_end(headers: &HeaderMap) -> HeaderMap {
    let mut kept = headers.clone();
    for name in [HOST, CONNECTION, TE, TRANSFER_ENCODING, UPGRADE] {
        kept.remove(name);
    }
    kept.remove("keep-alive");
    kept
}
