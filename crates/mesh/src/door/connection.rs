//! One connection, from the greeting to the goodbye.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::Shared;
use super::outbox::Outbox;
use super::protocol::{Command, Parser};
use super::refusal::Refusal;
use super::session::Session;
use crate::MAX_PAYLOAD;

/// Pings that may go unanswered.
const MAX_SILENT_PINGS: u32 = 2;
const READ_SIZE: usize = 16 * 1024;
/// How long a client that was refused may take to hear why.
const LISTEN_OUT: Duration = Duration::from_secs(1);

/// Says hello, and talks until one side ends it.
pub(super) async fn serve(mut socket: TcpStream, shared: &Shared) {
    if socket.set_nodelay(true).is_err() || socket.write_all(&greeting(shared)).await.is_err() {
        return;
    }
    let Some(tls) = &shared.tls else { return talk(socket, shared).await };
    if let Ok(Ok(socket)) = timeout(shared.limits.patience, tls.accept(socket)).await {
        talk(socket, shared).await;
    }
}

/// Says why there is no place.
pub(super) async fn turn_away(mut socket: TcpStream, shared: &Shared) {
    let outbox = Outbox::new(0);
    outbox.end(Some(Refusal::TooManyConnections));
    let refused = async {
        socket.write_all(&greeting(shared)).await?;
        outbox.send_to(&mut socket).await?;
        tokio::io::copy(&mut socket, &mut tokio::io::sink()).await
    };
    drop(timeout(LISTEN_OUT, refused).await);
}

fn greeting(shared: &Shared) -> Vec<u8> {
    let hello = json!({
        "server_id": shared.id,
        "server_name": "commandcenter",
        "version": env!("CARGO_PKG_VERSION"),
        "proto": 1,
        "host": shared.address.ip(),
        "port": shared.address.port(),
        "headers": true,
        "auth_required": true,
        "tls_required": shared.tls.is_some(),
        "max_payload": MAX_PAYLOAD,
        "jetstream": false,
    });
    format!("INFO {hello}\r\n").into_bytes()
}

async fn talk(socket: impl AsyncRead + AsyncWrite + Send, shared: &Shared) {
    let (mut reader, mut writer) = tokio::io::split(socket);
    let outbox = Arc::new(Outbox::new(shared.limits.pending));
    let stopped = shared.stopped.child_token();
    let listening = async {
        let heard = stopped.run_until_cancelled(listen(&mut reader, &outbox, shared)).await;
        outbox.end(heard.unwrap_or(Some(Refusal::Closing)));
    };
    let sending = async {
        let sent = outbox.send_to(&mut writer).await;
        stopped.cancel();
        sent
    };
    let ((), sent) = tokio::join!(listening, sending);
    if sent.is_ok() {
        // Closing with something unread would take the last words along.
        let rest = async { tokio::io::copy(&mut reader, &mut tokio::io::sink()).await };
        drop(timeout(LISTEN_OUT, rest).await);
    }
}

/// Obeys until the client goes or must go; why, in that case.
async fn listen(
    reader: &mut (impl AsyncRead + Unpin),
    outbox: &Arc<Outbox>,
    shared: &Shared,
) -> Option<Refusal> {
    let limits = &shared.limits;
    let (token, room) = (shared.token.clone(), limits.subscriptions);
    let mut session = Session::new(shared.mesh.clone(), Arc::clone(outbox), token, room);
    let mut parser = Parser::default();

    let knocking = async {
        while !session.is_admitted() {
            hear(reader, &mut parser).await?;
            obey(&mut parser, &mut session, outbox).map_err(Some)?;
        }
        Ok(())
    };
    match timeout(limits.patience, knocking).await {
        Ok(Ok(())) => {}
        Ok(Err(refusal)) => return refusal,
        Err(_) => return Some(Refusal::Hesitant),
    }
    let mut silent_pings = 0;
    loop {
        match timeout(limits.ping_interval, hear(reader, &mut parser)).await {
            Ok(Ok(())) => silent_pings = 0,
            Ok(Err(refusal)) => return refusal,
            Err(_) if silent_pings == MAX_SILENT_PINGS => return Some(Refusal::Stale),
            Err(_) => {
                silent_pings += 1;
                outbox.put(&[b"PING\r\n"]);
            }
        }
        if let Err(refusal) = obey(&mut parser, &mut session, outbox) {
            return Some(refusal);
        }
    }
}

/// Reads what has come; the end of the connection is an error without a refusal.
async fn hear(
    reader: &mut (impl AsyncRead + Unpin),
    parser: &mut Parser,
) -> Result<(), Option<Refusal>> {
    parser.buffer().reserve(READ_SIZE);
    match reader.read_buf(parser.buffer()).await {
        Ok(1..) => Ok(()),
        Ok(0) | Err(_) => Err(None),
    }
}

fn obey(parser: &mut Parser, session: &mut Session, outbox: &Outbox) -> Result<(), Refusal> {
    loop {
        let command: Option<Command> = match parser.command() {
            // A stranger learns nothing of our limits.
            Err(_) if !session.is_admitted() => return Err(Refusal::Unauthorized),
            command => command?,
        };
        let Some(command) = command else { return Ok(()) };
        match session.obey(command) {
            Err(refusal) if refusal.is_forgiven() => drop(outbox.refuse(refusal)),
            obeyed => obeyed?,
        }
    }
}
