//! One client: what it may do, and what it hears.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use subtle::ConstantTimeEq;

use super::outbox::Outbox;
use super::protocol::{Command, Publish};
use super::refusal::Refusal;
use crate::local::{Recipient, Seat};
use crate::{Error, Local, Message, Pattern, Subject};

pub(super) struct Session {
    mesh: Local,
    outbox: Arc<Outbox>,
    /// What it must know to come in.
    token: SecretString,
    max_subscriptions: usize,
    /// What it said of itself when it came in.
    client: Option<Connect>,
    subscriptions: HashMap<String, Subscription>,
}

/// The options of CONNECT that mean something here, with the defaults of a NATS server.
#[derive(Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "the protocol's, not ours")]
struct Connect {
    auth_token: Option<SecretString>,
    verbose: bool,
    headers: bool,
    no_responders: bool,
    echo: bool,
}

impl Default for Connect {
    fn default() -> Self {
        Self { auth_token: None, verbose: true, headers: false, no_responders: false, echo: true }
    }
}

struct Subscription {
    listener: Arc<Listener>,
    pattern: Pattern,
    /// Given up with the subscription.
    _seat: Seat,
}

impl Session {
    pub(super) fn new(
        mesh: Local,
        outbox: Arc<Outbox>,
        token: SecretString,
        max_subscriptions: usize,
    ) -> Self {
        let subscriptions = HashMap::new();
        Self { mesh, outbox, token, max_subscriptions, client: None, subscriptions }
    }

    pub(super) fn is_admitted(&self) -> bool {
        self.client.is_some()
    }

    /// Does what the client asks. Who is not admitted may only knock.
    pub(super) fn obey(&mut self, command: Command) -> Result<(), Refusal> {
        match command {
            Command::Connect(options) => self.admit(&options)?,
            Command::Ping => {
                self.outbox.put(&[b"PONG\r\n"]);
                return Ok(());
            }
            _ if !self.is_admitted() => return Err(Refusal::Unauthorized),
            Command::Pong => return Ok(()),
            Command::Publish(publish) => self.publish(publish)?,
            Command::Subscribe { subject, queue, sid } => {
                self.subscribe(&subject, queue.as_deref(), sid)?;
            }
            Command::Unsubscribe { sid, after } => self.unsubscribe(&sid, after.unwrap_or(0)),
        }
        if self.client.as_ref().is_some_and(|client| client.verbose) {
            self.outbox.put(&[b"+OK\r\n"]);
        }
        Ok(())
    }

    fn admit(&mut self, options: &str) -> Result<(), Refusal> {
        let client: Connect = serde_json::from_str(options).map_err(|_| Refusal::Malformed)?;
        let offered = client.auth_token.as_ref().map_or("", |token| token.expose_secret());
        let expected = self.token.expose_secret();
        if expected.is_empty() || !bool::from(offered.as_bytes().ct_eq(expected.as_bytes())) {
            return Err(Refusal::Unauthorized);
        }
        if !client.echo {
            return Err(Refusal::NoEcho);
        }
        self.client = Some(client);
        Ok(())
    }

    fn publish(&self, publish: Publish) -> Result<(), Refusal> {
        let invalid = |_| Refusal::InvalidPublishSubject;
        let subject = publish.subject.parse().map_err(invalid)?;
        let reply: Option<Subject> =
            publish.reply.map(|it| it.parse()).transpose().map_err(invalid)?;
        let Publish { headers, payload, .. } = publish;
        let message = Message { subject, reply, headers, payload };
        let listeners = self.mesh.send(&message).map_err(|error| {
            if matches!(error, Error::Closed) {
                return Refusal::Closing;
            }
            tracing::warn!(?error, "a message of the mesh's door was not taken");
            Refusal::Internal
        })?;
        if listeners == 0
            && let Some(reply) = &message.reply
        {
            self.tell_no_responders(reply);
        }
        Ok(())
    }

    fn tell_no_responders(&self, reply: &Subject) {
        if self.client.as_ref().is_some_and(|client| client.headers && client.no_responders) {
            let mut waiting = self.subscriptions.iter();
            if let Some((sid, _)) = waiting.find(|(_, it)| it.pattern.matches(reply.as_str())) {
                self.outbox.deliver_no_responders(sid, reply);
            }
        }
    }

    fn subscribe(
        &mut self,
        subject: &str,
        queue: Option<&str>,
        sid: String,
    ) -> Result<(), Refusal> {
        let pattern: Pattern = subject.parse().map_err(|_| Refusal::InvalidSubject)?;
        self.subscriptions.retain(|_, it| !it.listener.is_done());
        if self.subscriptions.contains_key(&sid) {
            return Ok(());
        }
        if self.subscriptions.len() >= self.max_subscriptions {
            return Err(Refusal::TooManySubscriptions);
        }
        let listener = Arc::new(Listener {
            outbox: Arc::clone(&self.outbox),
            sid: sid.clone(),
            takes_headers: self.client.as_ref().is_some_and(|client| client.headers),
            count: Mutex::default(),
        });
        let recipient: Arc<dyn Recipient> = Arc::<Listener>::clone(&listener);
        let seat = self.mesh.seat(pattern.clone(), queue, &recipient);
        self.subscriptions.insert(sid, Subscription { listener, pattern, _seat: seat });
        Ok(())
    }

    /// After `limit` messages, those that were delivered before among them.
    fn unsubscribe(&mut self, sid: &str, limit: u64) {
        let subscription = self.subscriptions.get(sid);
        if subscription.is_some_and(|it| it.listener.limit(limit)) {
            self.subscriptions.remove(sid);
        }
    }
}

/// What the mesh delivers to for one subscription.
struct Listener {
    outbox: Arc<Outbox>,
    sid: String,
    takes_headers: bool,
    count: Mutex<Count>,
}

#[derive(Default)]
struct Count {
    delivered: u64,
    limit: Option<u64>,
}

impl Count {
    fn is_done(&self) -> bool {
        self.limit.is_some_and(|limit| self.delivered >= limit)
    }
}

impl Listener {
    fn is_done(&self) -> bool {
        self.count.lock().unwrap_or_else(PoisonError::into_inner).is_done()
    }

    /// Whether that many were delivered.
    fn limit(&self, limit: u64) -> bool {
        let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        count.limit = Some(limit);
        count.is_done()
    }
}

impl Recipient for Listener {
    fn offer(&self, message: &Message) -> bool {
        let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        if count.is_done() {
            return false;
        }
        count.delivered += 1;
        if self.takes_headers && !message.headers.is_empty() {
            return self.outbox.deliver_with_headers(&self.sid, message);
        }
        self.outbox.deliver(&self.sid, message)
    }

    /// The door is closed with its mesh.
    fn close(&self) {}
}
