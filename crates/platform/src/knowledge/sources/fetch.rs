//! Asks strangers' servers: bounded in time and size, redirects followed by hand, each checked.

use std::time::Duration;

use anyhow::{Context, bail, ensure};
use reqwest::header::{ACCEPT, CONTENT_TYPE, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};
use url::Url;

use crate::ground::address::{self, PublicOnly};
use crate::ground::app::App;

pub(super) const USER_AGENT: &str =
    concat!("CommandCenter/", env!("CARGO_PKG_VERSION"), " (+knowledge)");
/// By which `robots.txt` knows us.
pub(super) const PRODUCT: &str = "commandcenter";

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const TIMEOUT: Duration = Duration::from_mins(1);
const MOST_REDIRECTS: usize = 5;

pub(super) struct Fetcher {
    client: Client,
    allow_private: bool,
}

/// How far a redirect may lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Redirects {
    Anywhere,
    WithinHost,
}

/// An answer whose body was not read.
pub(super) struct Answer {
    /// Behind all redirects.
    pub url: Url,
    response: Response,
}

/// What a request came to.
pub(super) enum Fetched {
    Answer(Answer),
    /// It leads to another host.
    Elsewhere(Url),
}

impl Fetcher {
    pub(super) fn new(app: &App) -> anyhow::Result<Self> {
        let allow_private = app.config.knowledge.allow_private_addresses;
        // A proxy would resolve the names itself, unchecked.
        let mut builder = Client::builder()
            .user_agent(USER_AGENT)
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            .redirect(Policy::none())
            .no_proxy();
        if !allow_private {
            builder = builder.dns_resolver(PublicOnly::shared());
        }
        Ok(Self { client: builder.build()?, allow_private })
    }

    pub(super) async fn get(&self, url: &Url, redirects: Redirects) -> anyhow::Result<Fetched> {
        let mut at = url.clone();
        for _ in 0..=MOST_REDIRECTS {
            let response = self.send(&at).await?;
            let Some(next) = redirect_of(&at, &response) else {
                return Ok(Fetched::Answer(Answer { url: at, response }));
            };
            let next = next?;
            if redirects == Redirects::WithinHost && !is_same_site(&at, &next) {
                return Ok(Fetched::Elsewhere(next));
            }
            at = next;
        }
        bail!("{url} redirects more than {MOST_REDIRECTS} times")
    }

    async fn send(&self, url: &Url) -> anyhow::Result<Response> {
        ensure!(matches!(url.scheme(), "http" | "https"), "{url} is not http or https");
        ensure!(self.allow_private || address::may_be_public(url), "{url} is a private address");
        let request = self.client.get(url.clone()).header(ACCEPT, "*/*");
        request.send().await.with_context(|| format!("cannot ask {url}"))
    }
}

fn redirect_of(at: &Url, response: &Response) -> Option<anyhow::Result<Url>> {
    let moved = [
        StatusCode::MOVED_PERMANENTLY,
        StatusCode::FOUND,
        StatusCode::SEE_OTHER,
        StatusCode::TEMPORARY_REDIRECT,
        StatusCode::PERMANENT_REDIRECT,
    ];
    if !moved.contains(&response.status()) {
        return None;
    }
    let location = response.headers().get(LOCATION)?.to_str().ok()?;
    let next = at.join(location).with_context(|| format!("{at} redirects to no URL"));
    Some(next.map(|mut next| {
        next.set_fragment(None);
        next
    }))
}

/// The same host and port; `https` in place of `http` is the same site too.
pub(super) fn is_same_site(one: &Url, other: &Url) -> bool {
    let is_upgrade = one.scheme() == "http"
        && other.scheme() == "https"
        && one.port().is_none()
        && other.port().is_none();
    let is_same_door = one.scheme() == other.scheme()
        && one.port_or_known_default() == other.port_or_known_default();
    one.host() == other.host() && (is_same_door || is_upgrade)
}

impl Answer {
    pub(super) fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// The media type, without its parameters, in lower case.
    pub(super) fn content_type(&self) -> String {
        let value = self.response.headers().get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
        let kind = value.unwrap_or_default().split(';').next().unwrap_or_default();
        kind.trim().to_ascii_lowercase()
    }

    /// The body; `None` where it is larger.
    pub(super) async fn body(mut self, largest: usize) -> anyhow::Result<Option<Vec<u8>>> {
        if self.response.content_length().is_some_and(|length| length > largest as u64) {
            return Ok(None);
        }
        let mut body = Vec::new();
        while let Some(piece) = self.response.chunk().await.context("the answer broke off")? {
            if body.len() + piece.len() > largest {
                return Ok(None);
            }
            body.extend_from_slice(&piece);
        }
        Ok(Some(body))
    }
}
