//! Answers fan-outs: only those signed by the federation, only for this project, only fresh.

use std::time::Duration;

use anyhow::Context;
use bytes::Bytes;
use futures::StreamExt;
use mesh::{Headers, Message};
use serde_json::{Value, json};
use wire::Slug;
use wire::federation::{FanoutCall, FanoutReply, SelfStatus};

use super::Instance;
use crate::federation::fanout_subject;
use crate::ground::signing;

const RESUBSCRIBE_AFTER: Duration = Duration::from_secs(1);
/// A call issued longer ago may be one that somebody caught and sends again.
const FRESH: Duration = Duration::from_mins(1);
/// Of several instances of a project one answers.
const QUEUE: &str = "instance";

pub(super) async fn run(instance: Instance, project: Slug) {
    loop {
        if let Err(error) = listen(&instance, &project).await {
            tracing::warn!(%project, error = format!("{error:#}"), "cannot listen for fan-outs");
        }
        instance.0.app.clock.sleep(RESUBSCRIBE_AFTER).await;
    }
}

async fn listen(instance: &Instance, project: &Slug) -> anyhow::Result<()> {
    let pattern = (&fanout_subject(project)?).into();
    let mesh = &instance.0.app.mesh;
    let mut calls = mesh.subscribe(&pattern, Some(QUEUE)).await.context("cannot subscribe")?;
    while let Some(message) = calls.next().await {
        let Some(reply_to) = message.reply.clone() else { continue };
        let reply = match instance.answer(project, &message).await {
            Ok(answer) => FanoutReply::Answer(answer),
            Err(error) => FanoutReply::Error(format!("{error:#}")),
        };
        let payload = Bytes::from(serde_json::to_vec(&reply)?);
        if let Err(error) = mesh.publish(&reply_to, Headers::new(), payload).await {
            tracing::debug!(%project, ?error, "the answer to a fan-out was not sent");
        }
    }
    Ok(())
}

impl Instance {
    async fn answer(&self, project: &Slug, message: &Message) -> anyhow::Result<Value> {
        let call = self.check(project, message)?;
        match call.action.as_str() {
            "ping" => Ok(json!({ "instance_id": self.0.id, "at": self.0.app.clock.now() })),
            "beat" => {
                self.beat_for(project, SelfStatus::Ok).await?;
                Ok(json!({ "beat": true }))
            }
            "report" => Ok(serde_json::to_value(self.beat(project, SelfStatus::Ok).await?)?),
            other => anyhow::bail!("this instance knows no action {other}"),
        }
    }

    fn check(&self, project: &Slug, message: &Message) -> anyhow::Result<FanoutCall> {
        let value: Value = serde_json::from_slice(&message.payload).context("not JSON")?;
        let call: FanoutCall = serde_json::from_value(value.clone()).context("not a call")?;
        let key = self.0.federation_key.as_deref();
        let key = key.context("this instance knows no federation; set instance.federation_key")?;
        anyhow::ensure!(signing::is_signed_by(key, value), "not signed by the federation");
        anyhow::ensure!(call.to == *project, "meant for {}", call.to);
        let age = call.issued_at.distance(self.0.app.clock.now());
        anyhow::ensure!(age <= FRESH, "issued too long ago");
        Ok(call)
    }
}
