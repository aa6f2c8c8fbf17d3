//! A bare `async-nats` subscriber that only counts.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Result, bail};
use axum::Router;
use axum::routing::get;
use futures::StreamExt;
use tokio::net::TcpListener;

/// As the server's own subscriptions.
const CAPACITY: usize = 262_144;

#[derive(clap::Args)]
pub(crate) struct Options {
    #[arg(long)]
    nats_url: String,
    #[arg(long)]
    listen: SocketAddr,
}

pub(crate) async fn run(options: Options) -> Result<()> {
    let connect = async_nats::ConnectOptions::new().subscription_capacity(CAPACITY);
    let client = connect.connect(options.nats_url).await?;
    let mut messages = client.subscribe("hub.presence.>").await?;
    client.flush().await?;

    let counted = Arc::new(AtomicU64::new(0));
    let shown = Arc::clone(&counted);
    // The line the server shows its own count in, so that both are asked the same way.
    let metrics = move || async move {
        let counted = shown.load(Ordering::Relaxed);
        format!("federation_heartbeat_messages_total{{status=\"success\"}} {counted}\n")
    };
    let router =
        Router::new().route("/", get(|| async { "ready\n" })).route("/metrics", get(metrics));
    let listener = TcpListener::bind(options.listen).await?;
    #[expect(clippy::disallowed_methods, reason = "the counting loop shares its task with nothing")]
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    while messages.next().await.is_some() {
        counted.fetch_add(1, Ordering::Relaxed);
    }
    serving.abort();
    bail!("the subscription ended")
}
