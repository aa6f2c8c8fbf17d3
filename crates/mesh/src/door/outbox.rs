//! What one client has not been sent yet. Its own slowness holds up nobody.

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::protocol::HEADERS_VERSION;
use super::refusal::Refusal;
use crate::{Headers, Message, Subject};

/// How long the last words to a client may take.
const FAREWELL: Duration = Duration::from_secs(2);

pub(super) struct Outbox {
    /// In bytes.
    capacity: usize,
    state: Mutex<State>,
    filled: Notify,
    ended: CancellationToken,
}

#[derive(Default)]
struct State {
    /// Whole frames.
    waiting: BytesMut,
    /// How much is with the socket.
    under_way: usize,
}

impl Outbox {
    pub(super) fn new(capacity: usize) -> Self {
        let (filled, ended) = (Notify::new(), CancellationToken::new());
        Self { capacity, state: Mutex::default(), filled, ended }
    }

    /// Whether it was taken. A client that lets too much wait loses it, and the connection.
    pub(super) fn put(&self, frame: &[&[u8]]) -> bool {
        let size: usize = frame.iter().map(|part| part.len()).sum();
        let mut state = self.lock();
        if self.ended.is_cancelled() {
            return false;
        }
        let fits = state.waiting.len() + state.under_way + size <= self.capacity;
        if fits {
            for part in frame {
                state.waiting.extend_from_slice(part);
            }
        } else {
            state.waiting.clear();
            self.finish(&mut state, Some(Refusal::Slow));
        }
        drop(state);
        self.filled.notify_one();
        fits
    }

    /// `message` for the subscription `sid`.
    pub(super) fn deliver(&self, sid: &str, message: &Message) -> bool {
        let head = head("MSG", &message.subject, sid, message.reply.as_ref());
        let size = format!(" {}\r\n", message.payload.len());
        self.put(&[head.as_bytes(), size.as_bytes(), &message.payload, b"\r\n"])
    }

    pub(super) fn deliver_with_headers(&self, sid: &str, message: &Message) -> bool {
        let head = head("HMSG", &message.subject, sid, message.reply.as_ref());
        let headers = block(&message.headers);
        let size = format!(" {} {}\r\n", headers.len(), headers.len() + message.payload.len());
        let headers = headers.as_bytes();
        self.put(&[head.as_bytes(), size.as_bytes(), headers, &message.payload, b"\r\n"])
    }

    /// Tells the one who waits on `reply` that nobody listens.
    pub(super) fn deliver_no_responders(&self, sid: &str, reply: &Subject) -> bool {
        let head = head("HMSG", reply, sid, None);
        let block = format!("{HEADERS_VERSION} 503\r\n\r\n");
        let size = format!(" {0} {0}\r\n", block.len());
        self.put(&[head.as_bytes(), size.as_bytes(), block.as_bytes(), b"\r\n"])
    }

    pub(super) fn refuse(&self, refusal: Refusal) -> bool {
        self.put(&[error(refusal).as_bytes()])
    }

    /// Nothing is put after this; what waits is still sent.
    pub(super) fn end(&self, refusal: Option<Refusal>) {
        let mut state = self.lock();
        if !self.ended.is_cancelled() {
            self.finish(&mut state, refusal);
        }
        drop(state);
        self.filled.notify_one();
    }

    fn finish(&self, state: &mut State, refusal: Option<Refusal>) {
        if let Some(refusal) = refusal {
            state.waiting.extend_from_slice(error(refusal).as_bytes());
        }
        self.ended.cancel();
    }

    /// Sends until the end, and a little longer.
    pub(super) async fn send_to(&self, socket: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
        let overdue = async {
            self.ended.cancelled().await;
            tokio::time::sleep(FAREWELL).await;
        };
        tokio::pin!(overdue);
        while let Some(chunk) = self.next().await {
            tokio::select! {
                sent = socket.write_all(&chunk) => sent?,
                () = &mut overdue => return Err(io::ErrorKind::TimedOut.into()),
            }
        }
        socket.shutdown().await
    }

    async fn next(&self) -> Option<BytesMut> {
        loop {
            {
                let mut state = self.lock();
                state.under_way = state.waiting.len();
                if !state.waiting.is_empty() {
                    return Some(state.waiting.split());
                }
                if self.ended.is_cancelled() {
                    return None;
                }
            }
            self.filled.notified().await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn error(refusal: Refusal) -> String {
    format!("-ERR '{refusal}'\r\n")
}

fn head(verb: &str, subject: &Subject, sid: &str, reply: Option<&Subject>) -> String {
    match reply {
        Some(reply) => format!("{verb} {subject} {sid} {reply}"),
        None => format!("{verb} {subject} {sid}"),
    }
}

fn block(headers: &Headers) -> String {
    let mut block = format!("{HEADERS_VERSION}\r\n");
    for (name, value) in headers.iter() {
        block.extend([name, ": ", value, "\r\n"]);
    }
    block.push_str("\r\n");
    block
}
