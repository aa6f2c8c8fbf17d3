//! What an instance can be asked by another project, by subject.

use serde::Deserialize;
use serde_json::{Value, json};
use wire::grants::MeshCall;
use wire::knowledge::{SearchMode, SearchRequest};

use super::receive::Receiver;
use crate::ground::error::{Error, Result};
use crate::knowledge;

/// What `knowledge.search` takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    query: String,
    limit: Option<usize>,
    #[serde(default)]
    mode: SearchMode,
}

pub(super) async fn answer(receiver: &Receiver, call: &MeshCall) -> Result<Value> {
    match call.subject.as_str() {
        "ping" => {
            let at = receiver.app.clock.now();
            Ok(json!({ "instance_id": receiver.instance.id(), "at": at }))
        }
        "report" => encode(receiver.instance.report(&call.grant.to).await?),
        "knowledge.search" => search(receiver, call).await,
        other => Err(Error::NotFound(format!("a handler of {other}"))),
    }
}

async fn search(receiver: &Receiver, call: &MeshCall) -> Result<Value> {
    let question = Question::deserialize(&call.payload)
        .map_err(|error| Error::field("payload", error.to_string()))?;
    let Question { query, limit, mode } = question;
    let asked = SearchRequest { query, limit, mode, ..SearchRequest::default() };
    let app = &receiver.app;
    let scope = app.service_scope("instance");
    encode(knowledge::answer(app, &scope, &call.grant.to, asked).await?)
}

fn encode(answer: impl serde::Serialize) -> Result<Value> {
    serde_json::to_value(answer).map_err(|error| Error::Internal(error.into()))
}

/// Why there is no answer, as the other project is told.
pub(super) fn words(error: Error) -> String {
    let problem = error.problem();
    let errors = problem.errors.iter().map(|it| format!("{}: {}", it.path, it.message));
    let detail = problem.detail.unwrap_or(problem.title);
    std::iter::once(detail).chain(errors).collect::<Vec<_>>().join("; ")
}
