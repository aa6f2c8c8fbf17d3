//! Which engine and which mesh the tests run on.

use mesh::testing::NatsServer;
use mesh::{Mesh, NatsOptions};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stack {
    /// SQLite, and the mesh in this process.
    Embedded,
    /// PostgreSQL and NATS.
    Distributed,
}

impl Stack {
    #[expect(clippy::disallowed_methods, reason = "the suite's one switch")]
    pub fn chosen() -> Self {
        match std::env::var("TEST_STACK").as_deref() {
            Ok("distributed") => Self::Distributed,
            Ok("embedded") | Err(_) => Self::Embedded,
            Ok(other) => panic!("TEST_STACK is {other:?}, it is embedded or distributed"),
        }
    }
}

/// The mesh of one test, and a client on it that is none of the application's.
pub enum Bus {
    Local(Mesh),
    Nats { server: NatsServer, client: Mesh },
}

impl Bus {
    pub(super) async fn start(stack: Stack) -> Self {
        if stack == Stack::Embedded {
            return Self::Local(Mesh::local());
        }
        let server = NatsServer::start().await;
        let client = connect(&server).await;
        Self::Nats { server, client }
    }

    /// What the application is given instead of a URL.
    pub fn shared(&self) -> Option<Mesh> {
        match self {
            Self::Local(mesh) => Some(mesh.clone()),
            Self::Nats { .. } => None,
        }
    }

    pub(super) fn settings(&self) -> Vec<(String, String)> {
        match self {
            Self::Local(_) => vec![],
            Self::Nats { server, .. } => vec![("mesh.url".to_owned(), server.url())],
        }
    }

    pub fn client(&self) -> &Mesh {
        match self {
            Self::Local(mesh) | Self::Nats { client: mesh, .. } => mesh,
        }
    }

    /// The real server, where there is one.
    pub fn server(&mut self) -> Option<&mut NatsServer> {
        match self {
            Self::Local(_) => None,
            Self::Nats { server, .. } => Some(server),
        }
    }
}

async fn connect(server: &NatsServer) -> Mesh {
    let options =
        NatsOptions { url: server.url(), credentials: None, token: None, name: "test".to_owned() };
    let client = Mesh::nats(options).await.expect("a client");
    let mut link = client.link();
    link.wait_for(|link| *link == mesh::Link::Up).await.expect("a link");
    client
}
