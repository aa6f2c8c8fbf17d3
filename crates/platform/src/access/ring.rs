//! Every key in memory, so that a request costs a hash and a look-up, not a query.

use std::collections::{HashMap, HashSet};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use governor::clock::{Clock as _, DefaultClock};
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{Mutex, watch};
use uuid::Uuid;
use wire::access::{Key, Permission};
use wire::{KeyId, Timestamp};

use super::key::{self, KeyHash};
use super::store;
use crate::ground::app::App;
use crate::ground::clock::Moment;
use crate::ground::error::{Error, Result};

/// A revocation on another replica is noticed by its event; this is for events that got lost.
const RELOAD_EVERY: Duration = Duration::from_secs(30);
/// A key that is not in memory may have been made elsewhere just now; strangers who guess must
/// not make us ask the database each time.
const RELOAD_AT_MOST_EVERY: Duration = Duration::from_secs(1);
const WRITE_LAST_USED_EVERY: Duration = Duration::from_mins(1);

type Limiter = RateLimiter<KeyId, DefaultKeyedStateStore<KeyId>, DefaultClock>;

#[derive(Clone)]
pub(crate) struct KeyRing(Arc<Parts>);

struct Parts {
    app: App,
    stored: ArcSwap<HashMap<KeyId, Arc<Entry>>>,
    /// Keys that are in no database: from the configuration, or of this process.
    seeded: HashMap<KeyHash, Arc<Entry>>,
    reloaded: Mutex<Moment>,
    /// Held while the keys are read: a slower, older reading must not undo a newer one.
    reloading: Mutex<()>,
    /// Wakes whoever waits for a key to end.
    reloads: watch::Sender<()>,
    reads: Limiter,
    writes: Limiter,
}

/// A key that may be used.
pub(crate) struct Entry {
    pub key: Key,
    pub permissions: Arc<HashSet<Permission>>,
    hash: KeyHash,
    /// Microseconds; 0 when it was not used since the last write.
    used_at: AtomicI64,
}

impl Entry {
    fn new(key: Key, hash: KeyHash) -> Self {
        let permissions = Arc::new(key.scopes.iter().copied().collect());
        Self { key, permissions, hash, used_at: AtomicI64::new(0) }
    }

    /// Why the key may not be used at `now`.
    fn ends(&self, now: Timestamp) -> Option<Refusal> {
        if self.key.revoked_at.is_some() {
            return Some(Refusal::Revoked);
        }
        self.key.expires_at.is_some_and(|expires| expires <= now).then_some(Refusal::Expired)
    }
}

/// Why a key was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Refusal {
    Wrong,
    Revoked,
    Expired,
}

impl KeyRing {
    /// Reads the keys of the database and adds `extra`, which holds every permission.
    pub(crate) async fn open(app: &App, extra: Option<&SecretString>) -> anyhow::Result<Self> {
        let fed = [Permission::FedRead, Permission::FedWrite, Permission::FedFanout];
        let seeds = app.config.access.seed_keys.iter().map(|secret| (secret, fed.to_vec()));
        let extra = extra.map(|secret| (secret, Permission::ALL.to_vec()));
        let seeded = seeds.chain(extra).map(|(secret, scopes)| seed(app, secret, scopes)).collect();
        let quota = |per_minute: u32| {
            Quota::per_minute(NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN))
        };
        let http = &app.config.http;
        let ring = Self(Arc::new(Parts {
            app: app.clone(),
            stored: ArcSwap::default(),
            seeded,
            reloaded: Mutex::default(),
            reloading: Mutex::default(),
            reloads: watch::Sender::new(()),
            reads: RateLimiter::keyed(quota(http.reads_per_minute)),
            writes: RateLimiter::keyed(quota(http.writes_per_minute)),
        }));
        ring.reload().await?;
        Ok(ring)
    }

    /// Keeps the ring true to the database while the process runs.
    pub(crate) fn start(&self) {
        let app = &self.0.app;
        app.spawn(self.clone().reload_on_change());
        app.spawn(self.clone().write_last_used());
    }

    /// Whether no key is left that anyone could use.
    pub(crate) fn is_empty(&self) -> bool {
        let now = self.0.app.clock.now();
        self.0.seeded.is_empty() && !self.0.stored.load().values().any(|it| it.ends(now).is_none())
    }

    /// The key `text` is, if it may be used now.
    pub(crate) async fn accept(&self, text: &str) -> Result<Arc<Entry>, Refusal> {
        let hash = KeyHash::of(text);
        if let Some(entry) = self.0.seeded.get(&hash) {
            return Ok(Arc::clone(entry));
        }
        let id = key::parse_id(text).ok_or(Refusal::Wrong)?;
        let known = self.0.stored.load().get(&id).cloned();
        let entry = match known {
            Some(entry) => entry,
            // Boxed: a request with a key that is known would carry the room for it.
            None => Box::pin(self.find_after_reload(id)).await.ok_or(Refusal::Wrong)?,
        };
        self.check(&entry, &hash)?;
        Ok(entry)
    }

    /// The stored key `id`, if it may be used now.
    pub(super) fn usable(&self, id: KeyId) -> Result<Arc<Entry>, Refusal> {
        let entry = self.0.stored.load().get(&id).cloned().ok_or(Refusal::Revoked)?;
        entry.ends(self.0.app.clock.now()).map_or(Ok(entry), Err)
    }

    pub(super) fn is_stored(&self, id: KeyId) -> bool {
        self.0.stored.load().contains_key(&id)
    }

    fn check(&self, entry: &Entry, hash: &KeyHash) -> Result<(), Refusal> {
        let now = self.0.app.clock.now();
        if !entry.hash.is(hash) {
            return Err(Refusal::Wrong);
        }
        if let Some(refusal) = entry.ends(now) {
            return Err(refusal);
        }
        entry.used_at.store(now.micros(), Ordering::Relaxed);
        Ok(())
    }

    /// Takes one request of the key's budget.
    pub(crate) fn spend(&self, id: KeyId, is_read: bool) -> Result<()> {
        let limiter = if is_read { &self.0.reads } else { &self.0.writes };
        limiter.check_key(&id).map_err(|until| Error::TooMany {
            retry_after: until.wait_time_from(DefaultClock::default().now()),
        })
    }

    async fn find_after_reload(&self, id: KeyId) -> Option<Arc<Entry>> {
        let now = self.0.app.clock.monotonic();
        let mut reloaded = self.0.reloaded.lock().await;
        if now.saturating_sub(*reloaded) >= RELOAD_AT_MOST_EVERY {
            *reloaded = now;
            if let Err(error) = self.reload().await {
                tracing::warn!(error = ?error, "cannot read the keys");
            }
        }
        self.0.stored.load().get(&id).cloned()
    }

    /// Ends when `entry` may no longer be used: whoever streams must not outlive their key.
    pub(super) async fn until_refused(self, entry: Arc<Entry>) {
        if self.0.seeded.contains_key(&entry.hash) {
            std::future::pending::<()>().await;
        }
        let clock = &self.0.app.clock;
        let mut reloads = self.0.reloads.subscribe();
        loop {
            reloads.borrow_and_update();
            let known = self.0.stored.load().get(&entry.key.id).cloned();
            let now = clock.now();
            let Some(known) = known.filter(|known| known.ends(now).is_none()) else { return };
            let expired = async {
                match known.key.expires_at {
                    Some(expires) => clock.sleep(expires.since(now)).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                changed = reloads.changed() => if changed.is_err() { return },
                () = expired => {}
            }
        }
    }

    pub(super) async fn reload(&self) -> Result<(), db::Error> {
        let app = &self.0.app;
        let _held = self.0.reloading.lock().await;
        let mut tx = app.db.read(&app.service_scope("access")).await?;
        let keys = store::all(&mut tx).await?;
        drop(tx);
        let entry = |(key, hash): (Key, Vec<u8>)| {
            let hash = KeyHash::from_bytes(&hash)?;
            Some((key.id, Arc::new(Entry::new(key, hash))))
        };
        self.write_last_used_now().await?;
        self.0.stored.store(Arc::new(keys.into_iter().filter_map(entry).collect()));
        self.0.reloads.send_replace(());
        Ok(())
    }

    async fn reload_on_change(self) {
        let mut wakes = self.0.app.feed.follow();
        loop {
            tokio::select! {
                changed = wakes.changed() => if changed.is_err() { return },
                () = self.0.app.clock.sleep(RELOAD_EVERY) => {}
            }
            // Many changes in a row are one reload.
            self.0.app.clock.sleep(Duration::from_millis(200)).await;
            if let Err(error) = self.reload().await {
                tracing::warn!(error = ?error, "cannot read the keys");
            }
        }
    }

    async fn write_last_used(self) {
        loop {
            self.0.app.clock.sleep(WRITE_LAST_USED_EVERY).await;
            if let Err(error) = self.write_last_used_now().await {
                tracing::warn!(error = ?error, "cannot write when keys were used");
            }
        }
    }

    async fn write_last_used_now(&self) -> Result<(), db::Error> {
        let stored = self.0.stored.load_full();
        let used: Vec<(KeyId, Timestamp)> = stored
            .values()
            .map(|entry| (entry.key.id, entry.used_at.swap(0, Ordering::Relaxed)))
            .filter(|(_, micros)| *micros != 0)
            .map(|(id, micros)| (id, Timestamp::from_micros(micros)))
            .collect();
        if used.is_empty() {
            return Ok(());
        }
        let app = &self.0.app;
        let mut tx = app.db.write(&app.service_scope("access")).await?;
        for (id, at) in used {
            store::set_last_used(&mut tx, id, at).await?;
        }
        tx.commit().await
    }
}

/// A key of the configuration. Its id is made of its hash, so that it is the same on every
/// replica.
fn seed(app: &App, secret: &SecretString, scopes: Vec<Permission>) -> (KeyHash, Arc<Entry>) {
    let hash = KeyHash::of(secret.expose_secret());
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(hash.bytes()).for_each(|(to, from)| *to = *from);
    let key = Key {
        id: KeyId::from_uuid(Uuid::from_bytes(bytes)),
        name: "configured".to_owned(),
        owner: "configuration".to_owned(),
        scopes,
        project: None,
        created_at: app.clock.now(),
        expires_at: None,
        revoked_at: None,
        last_used_at: None,
        rotates: None,
    };
    (hash, Arc::new(Entry::new(key, hash)))
}
