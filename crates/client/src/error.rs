//! What can go wrong between here and the server.

use std::time::Duration;

use url::Url;
use wire::Problem;

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody answered: refused, reset, unresolved or too slow.
    #[error("no answer from {url}")]
    Unavailable { url: Url, source: reqwest::Error },
    /// 401 or 403: no key, a wrong one, or one without the scope.
    #[error("{}", words(.0))]
    NotAllowed(Box<Problem>),
    /// 404.
    #[error("{}", words(.0))]
    NotFound(Box<Problem>),
    /// 400, 413, 415 or 422: what was sent is wrong, `errors` says where.
    #[error("{}", words(.0))]
    Invalid(Box<Problem>),
    /// 429 or 503: not now.
    #[error("{}", words(.problem))]
    Later { problem: Box<Problem>, after: Option<Duration> },
    /// Any other refusal; 409, 412 and 428 among them.
    #[error("{}", words(.0))]
    Problem(Box<Problem>),
    #[error("the answer of {url} is not what this version expects")]
    Decode { url: Url, source: Box<dyn std::error::Error + Send + Sync> },
    #[error("an address starts with http:// or https://, {0} does not")]
    Address(String),
    #[error("a key is one line of ASCII")]
    UnreadableKey,
    #[error("cannot set up TLS")]
    Tls(#[source] rustls::Error),
    #[error("cannot set up connections")]
    Setup(#[source] reqwest::Error),
}

impl Error {
    /// What the server said, where it said something.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::NotAllowed(problem)
            | Self::NotFound(problem)
            | Self::Invalid(problem)
            | Self::Later { problem, .. }
            | Self::Problem(problem) => Some(problem),
            Self::Unavailable { .. }
            | Self::Decode { .. }
            | Self::Address(_)
            | Self::UnreadableKey
            | Self::Tls(_)
            | Self::Setup(_) => None,
        }
    }

    pub(crate) fn refusal(problem: Problem, after: Option<Duration>) -> Self {
        let problem = Box::new(problem);
        match problem.status {
            401 | 403 => Self::NotAllowed(problem),
            404 => Self::NotFound(problem),
            400 | 413 | 415 | 422 => Self::Invalid(problem),
            429 | 503 => Self::Later { problem, after },
            _ => Self::Problem(problem),
        }
    }

    pub(crate) fn decode(
        url: &Url,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Decode { url: place(url), source: source.into() }
    }

    pub(crate) fn unavailable(url: &Url, source: reqwest::Error) -> Self {
        Self::Unavailable { url: place(url), source: source.without_url() }
    }

    /// Worth another attempt on a stream: the server or the way to it is gone, not the right to it.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::Unavailable { .. } | Self::Later { .. } => true,
            Self::Problem(problem) => problem.status >= 500,
            Self::NotAllowed(_)
            | Self::NotFound(_)
            | Self::Invalid(_)
            | Self::Decode { .. }
            | Self::Address(_)
            | Self::UnreadableKey
            | Self::Tls(_)
            | Self::Setup(_) => false,
        }
    }
}

/// `url` as people need it: where, not what was asked there.
fn place(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_query(None);
    url
}

fn words(problem: &Problem) -> &str {
    problem.detail.as_deref().unwrap_or(&problem.title)
}
