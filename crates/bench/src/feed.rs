//! Beats, written before the clock starts, and a publisher that only copies bytes to a socket:
//! what is measured is who reads them.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use wire::federation::{Beat, SelfStatus};
use wire::{Slug, Timestamp};

use crate::machine::now;
use crate::server::hub_url;

/// Projects whose beats rise from round to round.
pub(crate) struct Fleet {
    beats: Vec<Beat>,
    seq: u64,
    at: Timestamp,
}

/// One beat of each project of a fleet, as NATS takes them.
pub(crate) struct Round {
    bytes: Vec<u8>,
    /// Where each message ends.
    ends: Vec<usize>,
}

impl Fleet {
    pub(crate) fn new(slugs: &[Slug]) -> Self {
        Self { beats: slugs.iter().map(beat).collect(), seq: 0, at: now() }
    }

    pub(crate) fn round(&mut self) -> Result<Round> {
        self.seq += 1;
        self.at = now().max(self.at + Duration::from_millis(1));
        let mut round = Round { bytes: Vec::new(), ends: Vec::new() };
        for beat in &mut self.beats {
            (beat.seq, beat.timestamp) = (Some(self.seq), Some(self.at));
            let payload = serde_json::to_vec(beat)?;
            let head = format!("PUB hub.presence.{} {}\r\n", beat.project_slug, payload.len());
            round.bytes.extend_from_slice(head.as_bytes());
            round.bytes.extend_from_slice(&payload);
            round.bytes.extend_from_slice(b"\r\n");
            round.ends.push(round.bytes.len());
        }
        Ok(round)
    }

    pub(crate) fn rounds(&mut self, number: usize) -> Result<Vec<Round>> {
        (0..number).map(|_| self.round()).collect()
    }
}

/// What an instance of the field says: about 350 bytes.
fn beat(slug: &Slug) -> Beat {
    Beat {
        project_slug: slug.clone(),
        mesh_namespace: Some(format!("hub.{slug}")),
        timestamp: None,
        hub_url: Some(hub_url(slug)),
        version: Some("1.4.2".to_owned()),
        instance_id: Some("0197c0de-0000-7000-8000-000000000001".to_owned()),
        seq: None,
        status: SelfStatus::Ok,
        reasons: Vec::new(),
        services: vec!["instance".to_owned(), "worker".to_owned()],
        counts: [("documents".to_owned(), 1_204), ("tasks".to_owned(), 17)].into(),
        signature: None,
    }
}

impl Round {
    pub(crate) fn len(&self) -> u64 {
        self.ends.len() as u64
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn messages(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).filter_map(|(start, end)| self.bytes.get(start..*end))
    }
}

/// A NATS client that can publish and answer a ping.
pub(crate) struct Publisher {
    socket: TcpStream,
}

impl Publisher {
    pub(crate) async fn connect(url: &str) -> Result<Self> {
        let address = url.strip_prefix("nats://").context("a NATS server is nats://HOST:PORT")?;
        let mut socket = TcpStream::connect(address).await?;
        socket.set_nodelay(true)?;
        socket.write_all(b"CONNECT {\"verbose\":false,\"pedantic\":false}\r\nPING\r\n").await?;
        let mut heard = Vec::new();
        while !heard.ends_with(b"PONG\r\n") {
            let read = socket.read_buf(&mut heard).await?;
            ensure!(read > 0, "NATS refused: {}", String::from_utf8_lossy(&heard));
        }
        Ok(Self { socket })
    }

    /// Sends whole messages.
    pub(crate) async fn send(&mut self, messages: &[u8]) -> Result<()> {
        let mut heard = [0; 512];
        if let Ok(read) = self.socket.try_read(&mut heard) {
            let heard = heard.get(..read).unwrap_or_default();
            ensure!(read > 0, "NATS closed the connection");
            ensure!(!heard.starts_with(b"-ERR"), "NATS: {}", String::from_utf8_lossy(heard));
            if heard.starts_with(b"PING") {
                self.socket.write_all(b"PONG\r\n").await?;
            }
        }
        self.socket.write_all(messages).await?;
        Ok(())
    }
}

/// Sends the beats of `fleet` to every publisher, evenly, for ever.
pub(crate) async fn pace(
    mut publishers: Vec<Publisher>,
    mut fleet: Fleet,
    per_second: f64,
) -> Result<()> {
    let mut clock = tokio::time::interval(Duration::from_secs_f64(1.0 / per_second));
    loop {
        for message in fleet.round()?.messages() {
            clock.tick().await;
            for publisher in &mut publishers {
                publisher.send(message).await?;
            }
        }
    }
}

/// Runs `work` while the beats of `pacing` come in.
pub(crate) async fn meanwhile<T>(
    pacing: impl Future<Output = Result<()>>,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    tokio::select! {
        result = work => result,
        ended = pacing => {
            ended?;
            anyhow::bail!("the beats ended by themselves")
        }
    }
}
