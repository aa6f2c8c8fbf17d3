//! One action to many projects: only to those that allow it, signed, until a deadline.

use std::time::Duration;

use anyhow::Context;
use bytes::Bytes;
use db::Scope;
use futures::future::join_all;
use mesh::{Headers, Subject};
use serde_json::json;
use wire::federation::{Fanout, FanoutCall, FanoutOutcome, FanoutReply, FanoutResult, NewFanout};
use wire::{FanoutId, FieldError, Slug};

use super::Federation;
use crate::ground::error::{Error, Result};
use crate::ground::log::{self, Change};

pub(super) const ACTIONS: [&str; 3] = ["ping", "beat", "report"];
const DEFAULT_DEADLINE: Duration = Duration::from_secs(5);
/// Less than a request may take.
const LONGEST_DEADLINE_MS: u64 = 20_000;
const MAX_PROJECTS: usize = 1_000;

/// Where the instances of a project hear fan-outs.
pub(crate) fn subject(slug: &Slug) -> Result<Subject, mesh::Error> {
    format!("hub.{slug}.fanout").parse()
}

pub(super) fn check(new: &NewFanout) -> Result<Duration> {
    let mut errors = Vec::new();
    if !ACTIONS.contains(&new.action.as_str()) {
        let message = format!("must be one of {}", ACTIONS.join(", "));
        errors.push(FieldError::new("action", message));
    }
    if !(1..=MAX_PROJECTS).contains(&new.projects.len()) {
        errors.push(FieldError::new("projects", format!("must name 1 to {MAX_PROJECTS}")));
    }
    let deadline = new.deadline_ms.map_or(DEFAULT_DEADLINE, Duration::from_millis);
    if new.deadline_ms.is_some_and(|ms| !(1..=LONGEST_DEADLINE_MS).contains(&ms)) {
        let message = format!("must be 1 to {LONGEST_DEADLINE_MS}");
        errors.push(FieldError::new("deadline_ms", message));
    }
    if errors.is_empty() { Ok(deadline) } else { Err(Error::Invalid(errors)) }
}

/// Who may be reached, and who not and why.
enum Target {
    Reachable(FanoutCall),
    Not(FanoutResult),
}

impl Federation {
    /// Sends `new` as `sender`. It is in the audit trail before anything is sent.
    pub(super) async fn fan_out(
        &self,
        scope: &Scope,
        sender: Option<&Slug>,
        new: NewFanout,
    ) -> Result<Fanout> {
        let deadline = check(&new)?;
        let id = FanoutId::new();
        let targets = self.targets(id, sender, &new)?;
        self.record_fanout(scope, id, sender, &new).await?;
        let results = join_all(targets.into_iter().map(|target| async {
            match target {
                Target::Reachable(call) => self.call(call, deadline).await,
                Target::Not(result) => result,
            }
        }));
        Ok(Fanout { id, action: new.action, results: results.await })
    }

    fn targets(&self, id: FanoutId, sender: Option<&Slug>, new: &NewFanout) -> Result<Vec<Target>> {
        let board = self.board();
        let target = |slug: &Slug| {
            let Some(entry) = board.find(slug.as_str()) else {
                return Ok(Target::Not(result(slug, FanoutOutcome::NotFound, None)));
            };
            if !entry.project.allows_fanout_from(sender) {
                return Ok(Target::Not(result(slug, FanoutOutcome::Denied, None)));
            }
            let mut call = FanoutCall {
                id,
                action: new.action.clone(),
                from: sender.cloned(),
                to: slug.clone(),
                issued_at: self.0.app.clock.now(),
                signature: None,
            };
            call.signature = Some(self.0.signing.sign(&call)?);
            Ok(Target::Reachable(call))
        };
        new.projects.iter().map(target).collect::<anyhow::Result<_>>().map_err(Error::Internal)
    }

    async fn call(&self, call: FanoutCall, deadline: Duration) -> FanoutResult {
        let slug = call.to.clone();
        match self.request(call, deadline).await {
            Ok(FanoutReply::Answer(answer)) => {
                let answered = result(&slug, FanoutOutcome::Answered, None);
                FanoutResult { answer: Some(answer), ..answered }
            }
            Ok(FanoutReply::Error(error)) => result(&slug, FanoutOutcome::Failed, Some(error)),
            Err(error) => result(&slug, FanoutOutcome::NoAnswer, Some(format!("{error:#}"))),
        }
    }

    async fn request(&self, call: FanoutCall, deadline: Duration) -> anyhow::Result<FanoutReply> {
        let payload = Bytes::from(serde_json::to_vec(&call)?);
        let subject = subject(&call.to)?;
        let answer = self.0.app.mesh.request(&subject, Headers::new(), payload, deadline).await?;
        serde_json::from_slice(&answer.payload).context("the answer cannot be read")
    }

    async fn record_fanout(
        &self,
        scope: &Scope,
        id: FanoutId,
        sender: Option<&Slug>,
        new: &NewFanout,
    ) -> Result<()> {
        let mut tx = self.0.app.db.write(scope).await?;
        let change = Change {
            kind: "federation.fanned_out",
            project: sender.cloned(),
            target: id.to_string(),
            detail: json!({ "action": new.action, "from": sender, "projects": new.projects }),
        };
        log::append(&mut tx, self.0.app.clock.now(), change).await?;
        self.0.app.commit(tx).await?;
        Ok(())
    }
}

fn result(slug: &Slug, outcome: FanoutOutcome, detail: Option<String>) -> FanoutResult {
    FanoutResult { project: slug.clone(), outcome, answer: None, detail }
}
