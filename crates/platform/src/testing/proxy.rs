//! A door in front of a server, which a test can shut.

use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

/// Passes TCP connections on while it is open.
pub struct Door {
    pub address: SocketAddr,
    is_open: watch::Sender<bool>,
}

impl Door {
    pub(super) async fn before(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let is_open = watch::Sender::new(true);
        TaskTracker::new().spawn(keep(listener, server, is_open.subscribe()));
        Self { address, is_open }
    }

    /// Cuts every connection and lets none in.
    pub fn shut(&self) {
        self.is_open.send_replace(false);
    }

    pub fn open(&self) {
        self.is_open.send_replace(true);
    }
}

async fn keep(listener: TcpListener, server: String, is_open: watch::Receiver<bool>) {
    let passing = TaskTracker::new();
    while let Ok((client, _)) = listener.accept().await {
        if *is_open.borrow() {
            passing.spawn(pass(client, server.clone(), is_open.clone()));
        }
    }
}

async fn pass(mut client: TcpStream, server: String, mut is_open: watch::Receiver<bool>) {
    let Ok(mut server) = TcpStream::connect(server).await else { return };
    tokio::select! {
        passed = tokio::io::copy_bidirectional(&mut client, &mut server) => drop(passed),
        shut = is_open.wait_for(|is_open| !is_open) => drop(shut),
    }
}
