//! The sending side: looks for a grant, signs, and waits for the receipt.

use std::time::Duration;

use anyhow::Context;
use axum::http::StatusCode;
use bytes::Bytes;
use db::Scope;
use mesh::{Headers, Subject};
use serde_json::{Value, json};
use wire::grants::{
    Answered, Delivered, Grant, MeshCall, MeshReply, MessageKind, NewMessage, NewRequest,
};
use wire::{MessageId, Slug};

use super::{model, store};
use crate::access::{Caller, MeshSend};
use crate::federation::Federation;
use crate::ground::app::App;
use crate::ground::error::{Error, Result};
use crate::ground::log::{self, Change};

const DEFAULT_DEADLINE: Duration = Duration::from_secs(5);
/// Less than a request may take.
const LONGEST_DEADLINE_MS: u64 = 20_000;

const NO_INSTANCE: &str = "an instance of the receiving project";

#[derive(Clone)]
pub(super) struct Sender {
    pub app: App,
    pub federation: Federation,
}

/// What is to be sent.
struct Draft {
    kind: MessageKind,
    from: Slug,
    to: Slug,
    subject: String,
    payload: Value,
}

impl Sender {
    pub(super) async fn request(
        &self,
        caller: &Caller<MeshSend>,
        new: NewRequest,
    ) -> Result<Answered> {
        if new.deadline_ms.is_some_and(|ms| !(1..=LONGEST_DEADLINE_MS).contains(&ms)) {
            let words = format!("must be 1 to {LONGEST_DEADLINE_MS}");
            return Err(Error::field("deadline_ms", words));
        }
        let deadline = new.deadline_ms.map_or(DEFAULT_DEADLINE, Duration::from_millis);
        let NewRequest { from, to, subject, payload, .. } = new;
        let draft = Draft { kind: MessageKind::Request, from, to, subject, payload };
        self.send(caller, draft, deadline).await
    }

    pub(super) async fn publish(
        &self,
        caller: &Caller<MeshSend>,
        new: NewMessage,
    ) -> Result<Delivered> {
        let NewMessage { from, to, subject, payload } = new;
        let draft = Draft { kind: MessageKind::Publish, from, to, subject, payload };
        let Answered { receipt, .. } = self.send(caller, draft, DEFAULT_DEADLINE).await?;
        Ok(Delivered { receipt })
    }

    async fn send(
        &self,
        caller: &Caller<MeshSend>,
        draft: Draft,
        deadline: Duration,
    ) -> Result<Answered> {
        let address = model::address(&draft.to, &draft.subject)?;
        if let Some(own) = caller.project().filter(|own| **own != draft.from) {
            let words = format!("you speak for {own}, not for {}", draft.from);
            return self.refuse(caller, &draft, words).await;
        }
        let id = MessageId::new();
        let Some(grant) = self.permit(caller.scope(), id, &draft).await? else {
            let Draft { from, to, subject, .. } = &draft;
            let words = format!("no grant lets {from} send {subject} to {to}");
            return self.refuse(caller, &draft, words).await;
        };
        let call = self.sign(id, grant, draft)?;
        self.deliver(&address, &call, deadline).await
    }

    /// The grant that lets `draft` through, if there is one. Then it is in the audit trail before
    /// it is sent.
    async fn permit(&self, scope: &Scope, id: MessageId, draft: &Draft) -> Result<Option<Grant>> {
        let now = self.app.clock.now();
        let mut tx = self.app.db.write(scope).await?;
        let grants = store::between(&mut tx, &draft.from, &draft.to).await?;
        let mut fitting = grants.into_iter();
        let fits = |grant: &Grant| model::permit(grant, &draft.subject, now).is_ok();
        let Some(grant) = fitting.find(fits) else { return Ok(None) };
        let change = Change {
            kind: "grants.message_sent",
            project: Some(draft.from.clone()),
            target: id.to_string(),
            detail: json!({
                "grant": grant.id, "kind": draft.kind,
                "from": draft.from, "to": draft.to, "subject": draft.subject,
            }),
        };
        log::append(&mut tx, now, change).await?;
        self.app.commit(tx).await?;
        Ok(Some(grant))
    }

    /// Puts the attempt into the audit trail and answers 403.
    async fn refuse<T>(
        &self,
        caller: &Caller<MeshSend>,
        draft: &Draft,
        words: String,
    ) -> Result<T> {
        let mut tx = self.app.db.write(caller.scope()).await?;
        let change = Change {
            kind: "grants.message_refused",
            project: caller.project().cloned(),
            target: draft.to.to_string(),
            detail: json!({
                "from": draft.from, "to": draft.to, "subject": draft.subject, "reason": words,
            }),
        };
        log::append(&mut tx, self.app.clock.now(), change).await?;
        self.app.commit(tx).await?;
        Err(Error::Forbidden(words))
    }

    fn sign(&self, id: MessageId, grant: Grant, draft: Draft) -> Result<MeshCall> {
        let Draft { kind, subject, payload, .. } = draft;
        let issued_at = self.app.clock.now();
        let mut call = MeshCall { id, kind, subject, payload, grant, issued_at, signature: None };
        call.signature = Some(self.federation.sign(&call)?);
        Ok(call)
    }

    async fn deliver(
        &self,
        address: &Subject,
        call: &MeshCall,
        deadline: Duration,
    ) -> Result<Answered> {
        let bytes = Bytes::from(serde_json::to_vec(call).context("a call")?);
        let sent = self.app.mesh.request(address, Headers::new(), bytes, deadline).await;
        let reply = sent.map_err(|error| undelivered(&error))?;
        match serde_json::from_slice(&reply.payload).context("the reply cannot be read")? {
            MeshReply::Delivered(answered) => Ok(answered),
            MeshReply::Refused(reason) => {
                Err(Error::Forbidden(format!("{} refuses: {reason}", call.grant.to)))
            }
            MeshReply::Unavailable => Err(Error::Unavailable(NO_INSTANCE)),
        }
    }
}

fn undelivered(error: &mesh::Error) -> Error {
    if matches!(error, mesh::Error::TooLarge) {
        let words = "the message is larger than the mesh carries";
        return Error::Unreadable(StatusCode::PAYLOAD_TOO_LARGE, words.to_owned());
    }
    if matches!(error, mesh::Error::NoResponders(_) | mesh::Error::Timeout) {
        return Error::Unavailable(NO_INSTANCE);
    }
    tracing::warn!(?error, "a message between projects was not sent");
    Error::Unavailable("the mesh")
}
