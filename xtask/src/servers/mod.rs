//! The real servers of tests, benches and developers: fetched once, started on free ports of the
//! loopback address as an unprivileged user, stopped when dropped.

mod mcp_client;
mod model;
mod nats;
mod postgres;
mod run_directory;
mod supervised;
mod wheel;

use std::net::TcpListener;
use std::path::PathBuf;

use anyhow::{Context, Result};

pub(crate) use mcp_client::mcp_python;
pub(crate) use model::model_folder;
pub(crate) use nats::{Nats, nats_server_bin};
pub(crate) use postgres::Postgres;

/// PostgreSQL and NATS with JetStream, until dropped.
pub(crate) struct Servers {
    /// An empty database owned by a role that row level security binds.
    pub(crate) database_url: String,
    /// The same server as its superuser.
    pub(crate) admin_url: String,
    pub(crate) nats_url: String,
    /// For who starts NATS servers of their own.
    pub(crate) nats_server_bin: PathBuf,
    /// A Python that can import the client library of the Model Context Protocol.
    pub(crate) mcp_python: PathBuf,
    /// For who embeds.
    pub(crate) model: PathBuf,
    _postgres: Postgres,
    _nats: Nats,
}

impl Servers {
    pub(crate) async fn start() -> Result<Self> {
        let nats_server_bin = nats_server_bin().await?;
        let model = model_folder().await?;
        let mcp_python = mcp_python().await?;
        let postgres = Postgres::start().await?;
        let nats = Nats::start().await?;
        Ok(Self {
            database_url: postgres.url.clone(),
            admin_url: postgres.admin_url.clone(),
            nats_url: nats.url.clone(),
            nats_server_bin,
            mcp_python,
            model,
            _postgres: postgres,
            _nats: nats,
        })
    }
}

/// `cargo xtask servers`.
pub(crate) async fn serve() -> Result<()> {
    let servers = Servers::start().await?;
    println!(
        "export DATABASE_URL={} TEST_ADMIN_DATABASE_URL={} NATS_URL={} NATS_SERVER_BIN={} TEST_MODEL={} TEST_MCP_PYTHON={}",
        servers.database_url,
        servers.admin_url,
        servers.nats_url,
        servers.nats_server_bin.display(),
        servers.model.display(),
        servers.mcp_python.display()
    );
    eprintln!("running until Ctrl-C");
    tokio::signal::ctrl_c().await?;
    Ok(())
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("no free port on 127.0.0.1")?;
    Ok(listener.local_addr()?.port())
}
