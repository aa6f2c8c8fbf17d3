//! The bytes of a file from memory, over the HTTP stack the server uses, with the headers it sends.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Result;
use axum::Router;
use axum::body::Bytes;
use axum::http::header::{CONTENT_TYPE, ETAG};
use axum::routing::get;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;

#[derive(clap::Args)]
pub(crate) struct Options {
    #[arg(long)]
    file: PathBuf,
    #[arg(long)]
    listen: SocketAddr,
}

pub(crate) async fn run(options: Options) -> Result<()> {
    let bytes = Bytes::from(std::fs::read(options.file)?);
    let answer = move || async move {
        let headers = [
            (CONTENT_TYPE.as_str(), "application/json"),
            (ETAG.as_str(), "\"6a1f.3e8\""),
            ("x-request-id", "0197c0de-0000-7000-8000-000000000001"),
        ];
        (headers, bytes)
    };
    let listener = TcpListener::bind(options.listen).await?;
    let listener = listener.tap_io(|socket| drop(socket.set_nodelay(true)));
    axum::serve(listener, Router::new().route("/", get(answer))).await?;
    Ok(())
}
