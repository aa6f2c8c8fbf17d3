//! The first way in without a password: a link that works once, and the session it opens.

use std::time::Duration;

use anyhow::Context;
use db::Tx;
use secrecy::{ExposeSecret, SecretString};
use wire::KeyId;

use super::authenticate::actor;
use super::key::{KeyHash, random_hex};
use super::store;
use crate::ground::app::App;
use crate::ground::error::Result;
use crate::ground::log::{self, Change};

const LINK_LASTS: Duration = Duration::from_mins(15);
const SESSION_LASTS: Duration = Duration::from_hours(168);
const COOKIE: &str = "commandcenter_session";

#[derive(Clone)]
pub(crate) struct SignIn {
    app: App,
    /// What all sessions together may ask for.
    budget: KeyId,
}

/// A session that is open.
pub(crate) struct Session {
    pub budget: KeyId,
    /// What it was opened with; by none it is the administrator's.
    pub key: Option<KeyId>,
}

impl SignIn {
    pub(super) fn new(app: &App) -> Self {
        Self { app: app.clone(), budget: KeyId::new() }
    }

    /// A token for a link that works once.
    pub(crate) async fn link(&self) -> anyhow::Result<SecretString> {
        let token = random_hex()?;
        let hash = KeyHash::of(token.expose_secret());
        let now = self.app.clock.now();
        let mut tx = self.app.db.write(&self.app.service_scope("access")).await?;
        store::forget_expired(&mut tx, now).await?;
        store::insert_link(&mut tx, hash, now + LINK_LASTS).await?;
        tx.commit().await.context("cannot keep the sign-in link")?;
        Ok(token)
    }

    /// Uses up the link of `token`; answers with the session's token, or `None` when the link is
    /// no longer good.
    pub(crate) async fn open(&self, token: &str) -> Result<Option<SecretString>> {
        let now = self.app.clock.now();
        let mut tx = self.app.db.write(&self.app.service_scope("access")).await?;
        if !store::take_link(&mut tx, KeyHash::of(token), now).await? {
            return Ok(None);
        }
        self.open_session(tx, None).await.map(Some)
    }

    /// Opens a session that may what `key` may, for as long as it may.
    pub(super) async fn open_with(&self, key: KeyId) -> Result<SecretString> {
        let tx = self.app.db.write(&self.app.service_scope("access")).await?;
        self.open_session(tx, Some(key)).await
    }

    async fn open_session(&self, mut tx: Tx, key: Option<KeyId>) -> Result<SecretString> {
        let now = self.app.clock.now();
        let session = random_hex().map_err(crate::ground::error::Error::Internal)?;
        let hash = KeyHash::of(session.expose_secret());
        store::insert_session(&mut tx, hash, key, now + SESSION_LASTS).await?;
        let (target, by) = match key {
            None => ("user:administrator".to_owned(), "one-time link"),
            Some(key) => (actor(key), "key"),
        };
        let detail = serde_json::json!({ "by": by });
        let change = Change { kind: "access.signed_in", project: None, target, detail };
        log::append(&mut tx, now, change).await?;
        self.app.commit(tx).await?;
        Ok(session)
    }

    /// Ends the session of `token`, if it is one.
    pub(crate) async fn close(&self, token: &str) -> Result<()> {
        let mut tx = self.app.db.write(&self.app.service_scope("access")).await?;
        if store::delete_session(&mut tx, KeyHash::of(token)).await? {
            let target = "session".to_owned();
            let detail = serde_json::Value::Null;
            let change = Change { kind: "access.signed_out", project: None, target, detail };
            log::append(&mut tx, self.app.clock.now(), change).await?;
            self.app.commit(tx).await?;
        }
        Ok(())
    }

    pub(crate) async fn session(&self, token: &str) -> Result<Option<Session>> {
        let mut tx = self.app.db.read(&self.app.service_scope("access")).await?;
        let open = store::session(&mut tx, KeyHash::of(token), self.app.clock.now()).await?;
        Ok(open.map(|key| Session { budget: self.budget, key }))
    }

    /// The cookie that carries a session: not for scripts, not for other sites.
    pub(crate) fn cookie(&self, session: &SecretString) -> String {
        self.cookie_of(session.expose_secret(), SESSION_LASTS)
    }

    /// Takes the cookie away again.
    pub(crate) fn no_cookie(&self) -> String {
        self.cookie_of("", Duration::ZERO)
    }

    fn cookie_of(&self, token: &str, lasts: Duration) -> String {
        let secure = if self.app.config.http.tls.is_some() || self.app.config.http.behind_proxy {
            "; Secure"
        } else {
            ""
        };
        let seconds = lasts.as_secs();
        format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}")
    }
}

/// The session token among the cookies of a request.
pub(crate) fn token_in(cookies: &str) -> Option<&str> {
    cookies
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == COOKIE).then_some(value))
}
