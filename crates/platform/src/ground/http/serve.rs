//! Serves a router on a socket: bounded in connections, patience and, at the end, in goodbyes.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, bail};
use axum::Router;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;

use crate::ground::app::App;
use crate::ground::config::Config;

/// How long a connection may take to finish its request when the process stops.
const DRAIN: Duration = Duration::from_secs(5);

const TOO_MANY_CONNECTIONS: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\n\
    content-type: application/problem+json\r\nretry-after: 1\r\nconnection: close\r\n\
    content-length: 131\r\n\r\n\
    {\"type\":\"urn:commandcenter:problem:service-unavailable\",\"title\":\"Service Unavailable\",\
    \"status\":503,\"detail\":\"too many connections\"}";

/// A socket, and how what crosses it is encrypted.
pub(crate) struct Socket {
    pub listener: TcpListener,
    pub tls: Option<TlsAcceptor>,
}

/// Binds `address`, unless that would send keys over a network in the clear.
pub(crate) async fn bind(config: &Config, address: SocketAddr) -> anyhow::Result<Socket> {
    if !address.ip().is_loopback() && config.http.tls.is_none() && !config.http.behind_proxy {
        bail!(
            "{address} is reachable from outside: give http.tls_cert_file and http.tls_key_file, \
             or say --behind-proxy when something in front terminates TLS"
        );
    }
    let tls = config.http.tls.as_ref().map(|(cert, key)| acceptor(cert, key)).transpose()?;
    let listener = TcpListener::bind(address).await;
    let listener = listener.with_context(|| format!("cannot listen on {address}"))?;
    Ok(Socket { listener, tls })
}

/// A socket and what is served on it.
pub(crate) struct Serving {
    pub socket: Socket,
    pub router: Router,
}

/// Accepts connections until the process stops.
pub(crate) async fn serve(app: App, serving: Serving) {
    let Serving { socket: Socket { listener, tls }, router } = serving;
    let places = Arc::new(Semaphore::new(app.config.http.max_connections));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = app.stopping.cancelled() => return,
        };
        // Out of file descriptors, or the client went: neither is a reason to stop serving.
        let Ok((socket, _)) = accepted else {
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            app.tasks.spawn(refuse(socket));
            continue;
        };
        let (app, tls, router) = (app.clone(), tls.clone(), router.clone());
        app.tasks.clone().spawn(async move {
            connection(&app, socket, tls, router).await;
            drop(place);
        });
    }
}

/// Says why. What the client sent meanwhile is read and thrown away: closing a socket with
/// something unread in it would take the answer along.
async fn refuse(mut socket: TcpStream) {
    let answer = async {
        socket.write_all(TOO_MANY_CONNECTIONS).await?;
        socket.shutdown().await?;
        tokio::io::copy(&mut socket, &mut tokio::io::sink()).await
    };
    drop(tokio::time::timeout(Duration::from_secs(1), answer).await);
}

async fn connection(app: &App, socket: TcpStream, tls: Option<TlsAcceptor>, router: Router) {
    if socket.set_nodelay(true).is_err() {
        return;
    }
    let Some(tls) = tls else { return answer(app, socket, router).await };
    let handshake = tokio::time::timeout(app.config.http.header_timeout, tls.accept(socket));
    if let Ok(Ok(socket)) = handshake.await {
        answer(app, socket, router).await;
    }
}

async fn answer<S>(app: &App, socket: S, router: Router)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(app.config.http.header_timeout)
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Some(app.config.http.header_timeout));
    let begun = Arc::new(AtomicBool::new(false));
    let service = TowerToHyperService::new(router);
    let service = service_fn({
        let begun = Arc::clone(&begun);
        move |request| {
            begun.store(true, Ordering::Relaxed);
            service.call(request)
        }
    });
    let connection = builder.serve_connection(TokioIo::new(socket), service);
    tokio::pin!(connection);
    // What went wrong on one connection is the client's to notice: it sees it closed.
    tokio::select! {
        ended = connection.as_mut() => drop(ended),
        () = silence(&begun, app.config.http.header_timeout) => {}
        () = app.stopping.cancelled() => {
            connection.as_mut().graceful_shutdown();
            drop(tokio::time::timeout(DRAIN, connection).await);
        }
    }
}

/// Ends when no request came in time. The server's own patience begins only once it knows which
/// version of HTTP the client speaks.
async fn silence(begun: &AtomicBool, patience: Duration) {
    tokio::time::sleep(patience).await;
    if begun.load(Ordering::Relaxed) {
        std::future::pending::<()>().await;
    }
}

fn acceptor(cert: &Path, key: &Path) -> anyhow::Result<TlsAcceptor> {
    let chain = CertificateDer::pem_file_iter(cert)
        .and_then(Iterator::collect)
        .with_context(|| format!("cannot read the certificate {}", cert.display()))?;
    let secret = PrivateKeyDer::from_pem_file(key)
        .with_context(|| format!("cannot read the key {}", key.display()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut tls = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, secret)
        .context("the certificate and the key do not belong together")?;
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(tls)))
}
