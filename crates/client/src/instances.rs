//! Instances that a hub runs.

use reqwest::Method;
use serde::Serialize;
use serde_json::json;
use wire::instances::{Instance, InstanceState, LogLine, NewInstance, Plan};
use wire::{ManagedInstanceId, Slug};

use crate::Client;
use crate::error::Result;
use crate::pages::Items;
use crate::request::with_query;
use crate::stream::{Signals, read_json};

/// Which instances. Everything absent means all of them.
#[derive(Debug, Clone, Default, Serialize)]
pub struct InstanceFilter {
    pub project: Option<Slug>,
    pub state: Option<InstanceState>,
    /// Per page, not in all.
    pub limit: Option<u32>,
}

/// What is asked of an instance that there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    Start,
    Stop,
    Restart,
}

#[derive(Serialize)]
struct LogQuery {
    tail: usize,
    follow: bool,
}

const ROOT: [&str; 3] = ["api", "v1", "instances"];

fn below<'a>(rest: &[&'a str]) -> Vec<&'a str> {
    [&ROOT, rest].concat()
}

impl Client {
    /// The instances that match, the oldest first.
    pub fn instances(&self, filter: &InstanceFilter) -> Items<Instance> {
        self.list(&ROOT, filter)
    }

    pub async fn instance(&self, id: ManagedInstanceId) -> Result<Instance> {
        self.get(&below(&[&id.to_string()])).await
    }

    /// What would happen; nothing does.
    pub async fn plan_instance(&self, new: &NewInstance) -> Result<Plan> {
        self.post(&below(&["plan"]), new).await
    }

    /// Makes an instance and has it started.
    pub async fn create_instance(&self, new: &NewInstance) -> Result<Instance> {
        self.post(&ROOT, new).await
    }

    pub async fn ask_instance(&self, id: ManagedInstanceId, ask: Ask) -> Result<Instance> {
        let verb = match ask {
            Ask::Start => "start",
            Ask::Stop => "stop",
            Ask::Restart => "restart",
        };
        self.post(&below(&[&id.to_string(), verb]), &json!({})).await
    }

    /// Removes a stopped instance.
    pub async fn remove_instance(&self, id: ManagedInstanceId) -> Result<()> {
        let url = self.url(&below(&[&id.to_string()]));
        self.write(Method::DELETE, &url, |it| it).await?;
        Ok(())
    }

    /// Takes over what runs there without a row.
    pub async fn adopt_instances(&self) -> Result<Vec<Instance>> {
        self.post(&below(&["adopt"]), &json!({})).await
    }

    /// The last `tail` lines of an instance's log, and with `follow` what comes after. The stream is
    /// good for one connection: another would begin with the tail again.
    pub fn instance_log(
        &self,
        id: ManagedInstanceId,
        tail: usize,
        follow: bool,
    ) -> Result<Signals<LogLine>> {
        let url = self.url(&below(&[&id.to_string(), "logs"]));
        let url = with_query(url, &LogQuery { tail, follow })?;
        let read = |message: &eventsource_stream::Event| {
            (message.event == "line").then(|| read_json(message))
        };
        Ok(self.subscribe(url, String::new(), read))
    }
}

#[cfg(test)]
mod tests {
    use futures::StreamExt;

    use super::*;
    use crate::Signal;
    use crate::testing::{Answer, Server};

    #[tokio::test]
    async fn a_log_is_read_line_by_line() {
        let answer = Answer::stream(
            "event: line\ndata: {\"stream\":\"stderr\",\"text\":\"oops\"}\n\nevent: other\ndata: 1\n\n",
        );
        let server = Server::start(vec![answer]).await;
        let id = ManagedInstanceId::new();
        let signals = server.client().instance_log(id, 7, true).unwrap();
        let seen: Vec<_> = signals.take(2).map(Result::unwrap).collect().await;
        assert!(matches!(&seen[..], [Signal::Live, Signal::Item(line)] if line.text == "oops"));
        let asked = format!("GET /api/v1/instances/{id}/logs?follow=true&tail=7 HTTP/1.1");
        assert_eq!(server.first_lines(), [asked]);
    }
}
