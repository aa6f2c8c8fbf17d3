//! The door of a local mesh: a port that speaks the core NATS client protocol.
//!
//! `protocol` reads what a client says, `session` does it, `outbox` holds what the client has not
//! read, `connection` is the socket between them.
//!
//! What is absent: JetStream, accounts, clusters. Whoever knows the token may say and hear
//! everything, as on a NATS server with a token.

mod connection;
mod outbox;
mod protocol;
mod refusal;
mod session;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::Local;

/// After a failure to accept, as when there are no file descriptors left.
const PAUSE: Duration = Duration::from_millis(10);

/// Who may come in, and how.
pub struct DoorOptions {
    /// What every client must know. An empty one is known to nobody.
    pub token: SecretString,
    /// Demanded of every client.
    pub tls: Option<TlsAcceptor>,
}

/// Open until it is closed or dropped, or its mesh is closed.
pub struct Door {
    address: SocketAddr,
    stopped: CancellationToken,
    tasks: TaskTracker,
}

/// How much strangers may ask for.
pub(crate) struct Limits {
    pub connections: usize,
    /// Per connection.
    pub subscriptions: usize,
    /// Bytes that wait for one client; the default is that of a NATS server.
    pub pending: usize,
    /// For a client to prove that it may come in.
    pub patience: Duration,
    pub ping_interval: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1024,
            subscriptions: 4096,
            pending: 64 * 1024 * 1024,
            patience: Duration::from_secs(5),
            ping_interval: Duration::from_secs(30),
        }
    }
}

/// What all connections have in common.
struct Shared {
    mesh: Local,
    address: SocketAddr,
    id: String,
    token: SecretString,
    tls: Option<TlsAcceptor>,
    limits: Limits,
    stopped: CancellationToken,
}

impl Door {
    /// Lets the clients of `listener` onto `mesh`.
    pub fn open(mesh: &Local, listener: TcpListener, options: DoorOptions) -> io::Result<Self> {
        Self::open_with(mesh, listener, options, Limits::default())
    }

    pub(crate) fn open_with(
        mesh: &Local,
        listener: TcpListener,
        options: DoorOptions,
        limits: Limits,
    ) -> io::Result<Self> {
        let (address, stopped) = (listener.local_addr()?, mesh.stopped().child_token());
        let shared = Arc::new(Shared {
            mesh: mesh.clone(),
            address,
            // For clients that tell servers apart; there is one at an address.
            id: address.to_string(),
            token: options.token,
            tls: options.tls,
            limits,
            stopped: stopped.clone(),
        });
        let tasks = TaskTracker::new();
        tasks.spawn(accept(listener, shared, tasks.clone()));
        Ok(Self { address, stopped, tasks })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Lets nobody in any more, and shows everybody out.
    pub async fn close(&self) {
        self.stopped.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.stopped.cancel();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>, tasks: TaskTracker) {
    let places = Arc::new(Semaphore::new(shared.limits.connections));
    while let Some(accepted) = shared.stopped.run_until_cancelled(listener.accept()).await {
        let Ok((socket, _)) = accepted else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let (shared, places) = (Arc::clone(&shared), Arc::clone(&places));
        tasks.spawn(async move { admit(socket, &shared, &places).await });
    }
}

async fn admit(socket: TcpStream, shared: &Shared, places: &Semaphore) {
    match places.try_acquire() {
        Ok(_place) => connection::serve(socket, shared).await,
        Err(_) => connection::turn_away(socket, shared).await,
    }
}
