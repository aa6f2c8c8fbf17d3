//! The least HTTP client: one question per connection, nothing measured depends on it.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::process::Process;

/// Asks for `path` and gives the body; anything but 200 is an error.
pub(crate) async fn get(address: SocketAddr, path: &str, key: Option<&str>) -> Result<Vec<u8>> {
    let mut socket = TcpStream::connect(address).await?;
    let key = key.map(|key| format!("x-api-key: {key}\r\n")).unwrap_or_default();
    let request = format!("GET {path} HTTP/1.1\r\nhost: bench\r\n{key}connection: close\r\n\r\n");
    socket.write_all(request.as_bytes()).await?;
    let mut bytes = Vec::new();
    socket.read_to_end(&mut bytes).await?;
    let end = bytes.windows(4).position(|it| it == b"\r\n\r\n").context("no answer")?;
    let body = bytes.split_off(end + 4);
    let head = String::from_utf8_lossy(&bytes);
    ensure!(head.starts_with("HTTP/1.1 200 "), "{path}: {}", head.lines().next().unwrap_or(""));
    Ok(body)
}

/// Asks every five milliseconds until the answer is 200; `process` is who should answer.
pub(crate) async fn until_ready(
    process: &mut Process,
    address: SocketAddr,
    path: &str,
) -> Result<()> {
    const PATIENCE: Duration = Duration::from_mins(1);
    let began = Instant::now();
    loop {
        let Err(error) = get(address, path, None).await else { return Ok(()) };
        process.check()?;
        if began.elapsed() > PATIENCE {
            bail!("not ready after {PATIENCE:?}: {error:#}");
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Addresses of the loopback that nobody uses, all different.
pub(crate) fn free_addresses<const N: usize>() -> Result<[SocketAddr; N]> {
    let mut listeners = Vec::new();
    let mut addresses = [SocketAddr::from(([127, 0, 0, 1], 0)); N];
    for address in &mut addresses {
        let listener = std::net::TcpListener::bind(*address)?;
        *address = listener.local_addr()?;
        listeners.push(listener);
    }
    Ok(addresses)
}
