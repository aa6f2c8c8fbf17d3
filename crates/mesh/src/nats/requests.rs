//! Matching answers to requests.
//!
//! The client has its own table for this, but keeps the entry of every request that was never
//! answered; a fan-out to slow projects would grow it for ever. Here an entry lives as long as
//! the one who waits.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_nats::{Client, StatusCode};
use futures::StreamExt;
use tokio::sync::oneshot;

use crate::{Error, Headers, Message, Subject};

type Waiting = HashMap<u64, oneshot::Sender<async_nats::Message>>;

pub(super) struct Requests {
    /// `_INBOX.<unique>.`
    prefix: String,
    next: AtomicU64,
    waiting: Mutex<Waiting>,
}

impl Requests {
    pub(super) fn new(client: &Client) -> Self {
        let prefix = format!("{}.", client.new_inbox());
        Self { prefix, next: AtomicU64::new(0), waiting: Mutex::default() }
    }

    /// Ends only by being dropped, or with the connection.
    pub(super) async fn answer(self: Arc<Self>, client: Client) {
        let subscriber = client.subscribe(format!("{}*", self.prefix)).await;
        // Or the task would keep the connection alive that it serves.
        drop(client);
        let mut answers = match subscriber {
            Ok(answers) => answers,
            Err(error) => return tracing::error!(%error, "cannot listen for answers"),
        };
        while let Some(message) = answers.next().await {
            let token = message.subject.strip_prefix(&*self.prefix).and_then(|it| it.parse().ok());
            let waiting = token.and_then(|token: u64| self.lock().remove(&token));
            if let Some(waiting) = waiting {
                // The one who waited may just have given up.
                drop(waiting.send(message));
            }
        }
    }

    pub(super) fn expect_answer(self: &Arc<Self>) -> Answer {
        let token = self.next.fetch_add(1, Ordering::Relaxed);
        let (sender, receiver) = oneshot::channel();
        self.lock().insert(token, sender);
        let inbox = format!("{}{token}", self.prefix).into();
        Answer { requests: Arc::clone(self), token, inbox, receiver }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One awaited answer.
pub(super) struct Answer {
    requests: Arc<Requests>,
    token: u64,
    inbox: async_nats::Subject,
    receiver: oneshot::Receiver<async_nats::Message>,
}

impl Answer {
    pub(super) fn inbox(&self) -> &async_nats::Subject {
        &self.inbox
    }

    pub(super) async fn wait(mut self, asked: &Subject) -> Result<Message, Error> {
        let message = (&mut self.receiver).await.map_err(|_| Error::Closed)?;
        if message.status == Some(StatusCode::NO_RESPONDERS) {
            return Err(Error::NoResponders(asked.to_string()));
        }
        Ok(message.into())
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.requests.lock().remove(&self.token);
    }
}

impl From<async_nats::Message> for Message {
    fn from(message: async_nats::Message) -> Self {
        Self {
            subject: Subject::received(message.subject),
            reply: message.reply.map(Subject::received),
            headers: Headers::received(message.headers),
            payload: message.payload,
        }
    }
}
