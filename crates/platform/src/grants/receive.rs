//! The receiving side, beside an instance: believes only what the federation signed, for this
//! project, just now, once, and under a grant that still stands.

use std::time::Duration;

use anyhow::Context;
use bytes::Bytes;
use db::Tx;
use futures::StreamExt;
use mesh::{Headers, Message};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use serde_json::{Value, json};
use wire::Slug;
use wire::grants::{Answered, Grant, MeshCall, MeshReply, MessageKind, Receipt};

use super::{handlers, model, store};
use crate::federation;
use crate::ground::app::App;
use crate::ground::error::{Error, Result};
use crate::ground::log::{self, Change};
use crate::ground::signing;
use crate::instance::Instance;

const RESUBSCRIBE_AFTER: Duration = Duration::from_secs(1);
/// A call issued longer ago may be one that somebody caught and sends again.
const FRESH: Duration = Duration::from_mins(1);
/// For longer than a call can be fresh on a clock that is off by as much.
const REMEMBERED: Duration = Duration::from_mins(5);
/// Of several instances of a project one answers.
const QUEUE: &str = "instance";
/// Messages of one project that are worked on at once.
const CONCURRENT: usize = 8;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    outcome: &'static str,
}

/// What hears the messages to the projects of an instance.
#[derive(Clone)]
pub(super) struct Receiver {
    pub app: App,
    pub instance: Instance,
    outcomes: Family<Labels, Counter>,
}

/// Why a message was not taken.
enum Refusal {
    /// Anyone on the bus may have said it; it is counted, so that a flood fills no audit trail.
    Unproven(&'static str),
    /// The federation said it, under a grant that does not hold here.
    Denied(Box<MeshCall>, String),
    /// It may be taken another time.
    Failed(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<db::Error> for Refusal {
    fn from(error: db::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// Hears the messages to every project of `instance` until the process stops.
pub(crate) fn receive(app: &App, instance: &Instance) {
    let outcomes = Family::<Labels, Counter>::default();
    app.metrics.register(|registry| {
        let help = "Messages from other projects, by what became of them";
        registry.register("grants_messages_received", help, outcomes.clone());
    });
    let receiver = Receiver { app: app.clone(), instance: instance.clone(), outcomes };
    for project in app.config.instance.projects.clone() {
        app.spawn(run(receiver.clone(), project));
    }
}

async fn run(receiver: Receiver, project: Slug) {
    loop {
        if let Err(error) = listen(&receiver, &project).await {
            tracing::warn!(%project, error = format!("{error:#}"), "cannot listen for messages");
        }
        receiver.app.clock.sleep(RESUBSCRIBE_AFTER).await;
    }
}

async fn listen(receiver: &Receiver, project: &Slug) -> anyhow::Result<()> {
    let (mesh, pattern) = (&receiver.app.mesh, model::everything_to(project)?);
    let messages = mesh.subscribe(&pattern, Some(QUEUE)).await.context("cannot subscribe")?;
    messages
        .for_each_concurrent(CONCURRENT, |message| async move {
            let Some(reply_to) = &message.reply else { return };
            let reply = receiver.reply(project, &message).await;
            let sent = match encode(&reply) {
                Ok(bytes) => mesh.publish(reply_to, Headers::new(), bytes).await,
                Err(error) => return tracing::error!(%error, "a reply cannot be written"),
            };
            if let Err(error) = sent {
                tracing::debug!(%project, ?error, "the reply to a message was not sent");
            }
        })
        .await;
    Ok(())
}

/// The reply as the mesh can carry it: an answer that is too large is said to be.
fn encode(reply: &MeshReply) -> serde_json::Result<Bytes> {
    let bytes = serde_json::to_vec(reply)?;
    if bytes.len() <= mesh::MAX_PAYLOAD {
        return Ok(bytes.into());
    }
    let MeshReply::Delivered(Answered { receipt, .. }) = reply else { return Ok(bytes.into()) };
    let error = Some("the answer is larger than the mesh carries".to_owned());
    let shorter = Answered { receipt: receipt.clone(), answer: None, error };
    Ok(serde_json::to_vec(&MeshReply::Delivered(shorter))?.into())
}

impl Receiver {
    async fn reply(&self, project: &Slug, message: &Message) -> MeshReply {
        let (outcome, reply) = match self.take(project, message).await {
            Ok(answered) => ("delivered", MeshReply::Delivered(answered)),
            Err(Refusal::Unproven(reason)) => ("unproven", MeshReply::Refused(reason.to_owned())),
            Err(Refusal::Denied(call, reason)) => {
                if let Err(error) = self.record_denial(&call, &reason).await {
                    tracing::warn!(?error, "cannot write a refused message");
                }
                ("denied", MeshReply::Refused(reason))
            }
            Err(Refusal::Failed(error)) => {
                tracing::warn!(%project, ?error, "a message was not taken");
                ("failed", MeshReply::Unavailable)
            }
        };
        self.outcomes.get_or_create(&Labels { outcome }).inc();
        reply
    }

    async fn take(&self, project: &Slug, message: &Message) -> Result<Answered, Refusal> {
        let call = self.prove(project, message).map_err(Refusal::Unproven)?;
        let receipt = self.deliver(&call).await?;
        if call.kind == MessageKind::Publish {
            return Ok(Answered { receipt, answer: None, error: None });
        }
        let (answer, error) = match handlers::answer(self, &call).await {
            Ok(answer) => (Some(answer), None),
            Err(error) => (None, Some(handlers::words(error))),
        };
        Ok(Answered { receipt, answer, error })
    }

    /// The call, if the federation made it for this project and this subject, just now.
    fn prove(&self, project: &Slug, message: &Message) -> Result<MeshCall, &'static str> {
        let value: Value = serde_json::from_slice(&message.payload).map_err(|_| "not JSON")?;
        let call: MeshCall = serde_json::from_value(value.clone()).map_err(|_| "not a call")?;
        let key = self.instance.federation_key();
        let key = key.ok_or("this instance knows no federation; set instance.federation_key")?;
        if !signing::is_signed_by(key, value) {
            return Err("not signed by the federation");
        }
        let address = model::address(&call.grant.to, &call.subject);
        if call.grant.to != *project || address.ok().as_ref() != Some(&message.subject) {
            return Err("meant for another project or subject");
        }
        if call.issued_at.distance(self.app.clock.now()) > FRESH {
            return Err("issued too long ago");
        }
        Ok(call)
    }

    /// Takes the message, once: receipt, audit record and event in one transaction.
    async fn deliver(&self, call: &MeshCall) -> Result<Receipt, Refusal> {
        let now = self.app.clock.now();
        let Grant { from, to, .. } = &call.grant;
        let mut tx = self.app.db.write(&self.app.service_scope("instance")).await?;
        let denied = |reason: String| Refusal::Denied(Box::new(call.clone()), reason);
        let grant = standing(&mut tx, &call.grant).await?;
        let grant = grant.ok_or_else(|| denied("there is no such grant".to_owned()))?;
        model::permit(&grant, &call.subject, now).map_err(|denial| denied(denial.to_string()))?;
        let receipt = Receipt {
            id: call.id,
            from: from.clone(),
            to: to.clone(),
            subject: call.subject.clone(),
            delivered_at: now,
            instance_id: self.instance.id(),
        };
        store::forget(&mut tx, now - REMEMBERED).await?;
        if !store::keep(&mut tx, &receipt, grant.id).await? {
            return Err(Refusal::Unproven("delivered before"));
        }
        log::append(&mut tx, now, change("grants.message_received", call, None)).await?;
        if call.kind == MessageKind::Publish {
            let message = Change {
                detail: json!({
                    "from": from, "to": to, "subject": call.subject, "payload": call.payload,
                }),
                ..change("grants.message_published", call, None)
            };
            log::append_events(&mut tx, now, vec![message]).await?;
        }
        self.app.commit(tx).await?;
        Ok(receipt)
    }

    async fn record_denial(&self, call: &MeshCall, reason: &str) -> Result<(), db::Error> {
        let mut tx = self.app.db.write(&self.app.service_scope("instance")).await?;
        let change = change("grants.message_refused", call, Some(reason));
        log::append(&mut tx, self.app.clock.now(), change).await?;
        self.app.commit(tx).await
    }
}

/// The grant as it is now. Where this database is the federation's, it is there or does not
/// exist; an instance with a database of its own has the federation's signed word of a moment ago.
async fn standing(tx: &mut Tx, claimed: &Grant) -> Result<Option<Grant>> {
    match federation::project_id(tx, &claimed.to).await {
        Ok(_) => {
            let found = store::find(tx, claimed.id).await?;
            Ok(found.filter(|it| it.from == claimed.from && it.to == claimed.to))
        }
        Err(Error::NotFound(_)) => Ok(Some(claimed.clone())),
        Err(error) => Err(error),
    }
}

fn change(kind: &'static str, call: &MeshCall, reason: Option<&str>) -> Change {
    let Grant { id, from, to, .. } = &call.grant;
    let mut detail = json!({
        "grant": id, "kind": call.kind, "from": from, "to": to, "subject": call.subject,
    });
    if let (Some(reason), Some(fields)) = (reason, detail.as_object_mut()) {
        fields.insert("reason".to_owned(), json!(reason));
    }
    Change { kind, project: Some(to.clone()), target: call.id.to_string(), detail }
}
