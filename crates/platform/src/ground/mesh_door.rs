//! How other processes come onto the mesh in this one: a loopback port, and a token in a file.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::Context;
use mesh::{Door, DoorOptions, Local, Mesh};
use secrecy::{ExposeSecret, SecretString};

use super::config::Config;
use super::http::serve as http;
use super::{hex, secret_file};

/// The mesh, and where others come onto it.
pub(crate) struct OpenMesh {
    pub mesh: Mesh,
    /// `None` when the mesh has servers of its own, or is for this process alone.
    pub door: Option<MeshDoor>,
}

/// A port of the mesh in this process.
pub(crate) struct MeshDoor {
    /// `nats://127.0.0.1:4222`
    pub url: String,
    /// What its clients must know; only its owner can read it.
    pub token_file: PathBuf,
    door: Door,
}

impl OpenMesh {
    /// Opens `mesh` to others, if that is configured.
    pub(crate) async fn of(config: &Config, mesh: Mesh) -> anyhow::Result<Self> {
        let door = match (&mesh, config.mesh.listen) {
            (Mesh::Local(local), Some(address)) => {
                Some(MeshDoor::open(config, local, address).await?)
            }
            (Mesh::Local(_) | Mesh::Nats(_), _) => None,
        };
        Ok(Self { mesh, door })
    }
}

impl MeshDoor {
    async fn open(config: &Config, mesh: &Local, address: SocketAddr) -> anyhow::Result<Self> {
        let socket = bind(config, address).await?;
        // On this machine nobody listens in, and no certificate is for 127.0.0.1.
        let tls = socket.tls.filter(|_| !address.ip().is_loopback());
        let scheme = if tls.is_some() { "tls" } else { "nats" };
        let token_file = config.data.join("mesh.token");
        let token = load_or_create_token(&token_file)?;
        let door = Door::open(mesh, socket.listener, DoorOptions { token, tls })?;
        let url = format!("{scheme}://{}", reachable(door.address()));
        let opened = Self { url, token_file, door };
        let token_file = opened.token_file.display();
        tracing::debug!(url = opened.url, %token_file, "the mesh lets others in");
        Ok(opened)
    }

    pub(crate) async fn close(&self) {
        self.door.close().await;
    }
}

/// Where any port will do, the one of the last time is taken again if it is free: processes that came
/// onto the mesh there outlive this one.
async fn bind(config: &Config, address: SocketAddr) -> anyhow::Result<http::Socket> {
    if address.port() != 0 {
        return http::bind(config, address).await;
    }
    let note = config.data.join("mesh.port");
    let text = std::fs::read_to_string(&note).unwrap_or_default();
    let last: u16 = text.trim().parse().unwrap_or_default();
    let socket = match http::bind(config, SocketAddr::new(address.ip(), last)).await {
        Ok(socket) => socket,
        Err(_) => http::bind(config, address).await?,
    };
    let port = socket.listener.local_addr()?.port();
    std::fs::write(&note, format!("{port}\n"))
        .with_context(|| format!("cannot write {}", note.display()))?;
    Ok(socket)
}

/// Who listens everywhere is found on this machine too.
fn reachable(address: SocketAddr) -> SocketAddr {
    if !address.ip().is_unspecified() {
        return address;
    }
    let here: IpAddr = match address.ip() {
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    (here, address.port()).into()
}

fn load_or_create_token(path: &Path) -> anyhow::Result<SecretString> {
    match std::fs::read_to_string(path) {
        Ok(text) if text.trim().is_empty() => anyhow::bail!("{} is empty", path.display()),
        Ok(text) => Ok(text.trim().into()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let token = hex::random()?;
            secret_file::write(path, format!("{}\n", token.expose_secret()).as_bytes())?;
            Ok(token)
        }
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}
