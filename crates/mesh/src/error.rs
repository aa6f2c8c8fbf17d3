//! What the mesh may fail with.

use std::io;
use std::path::PathBuf;

type Cause = Box<dyn std::error::Error + Send + Sync>;

#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("{text:?} is not a subject: {reason}")]
    InvalidSubject { text: String, reason: &'static str },
    /// The URL itself is not shown: it may hold a password.
    #[error("server URL {position} of the list is not valid: {reason}")]
    InvalidUrl { position: usize, reason: String },
    #[error("cannot read the credentials file {}", path.display())]
    Credentials {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("cannot set up the connection")]
    Setup(#[source] Cause),
    #[error("the link to the mesh is down")]
    Disconnected,
    #[error("the mesh is closed")]
    Closed,
    #[error("nobody listens on {0}")]
    NoResponders(String),
    #[error("no answer in time")]
    Timeout,
    #[error("the message is larger than the mesh carries")]
    TooLarge,
    /// By name when a stream was asked for, by subject when a durable message found none.
    #[error("no stream holds {0}")]
    NoStream(String),
    /// As the door of a [`Local`](crate::Local) mesh, or a server without `JetStream`.
    #[error("this server of the mesh keeps no streams")]
    NoStreams,
    #[error("{0}")]
    Refused(String),
    #[error("cannot {action}")]
    Server {
        action: &'static str,
        #[source]
        source: Cause,
    },
    #[error("cannot {action} the journal in {}", path.display())]
    Journal {
        action: &'static str,
        path: PathBuf,
        #[source]
        source: io::Error,
    },
}

impl Error {
    pub(crate) fn server(action: &'static str) -> impl FnOnce(Cause) -> Self {
        move |source| Self::Server { action, source }
    }
}
