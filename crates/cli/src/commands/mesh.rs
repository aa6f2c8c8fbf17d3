//! `commandcenter mesh …`: what one project says to another.

use std::time::Duration;

use clap::{Args, Subcommand};
use client::Client;
use serde_json::Value;
use wire::Slug;
use wire::grants::{NewMessage, NewRequest, Receipt};

use crate::context::Context;
use crate::failure::{Exit, Failure, Result};
use crate::moment;
use crate::printer::Output;

/// Speak to a project in the name of another, under a grant.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter mesh request atlas borealis ping
  commandcenter mesh publish atlas borealis news.launch '{\"at\":\"dawn\"}'")]
pub(crate) struct Mesh {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Request(Request),
    Publish(Publish),
}

/// Ask a project and print its answer.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter mesh request atlas borealis report
  commandcenter mesh request atlas borealis knowledge.search '{\"query\":\"orbit\"}' --deadline 10s")]
struct Request {
    #[command(flatten)]
    message: Message,
    /// How long to wait for the answer, at most 20s [default: 5s]
    #[arg(long, value_name = "DURATION", value_parser = moment::duration)]
    deadline: Option<Duration>,
}

/// Tell a project something, which becomes an event of that project.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter mesh publish atlas borealis news.launch
  commandcenter mesh publish atlas borealis news.launch '{\"at\":\"dawn\"}' --output json")]
struct Publish {
    #[command(flatten)]
    message: Message,
}

#[derive(Args)]
struct Message {
    /// The project that speaks
    from: Slug,
    /// The project that hears
    to: Slug,
    /// Words joined by dots; instances answer ping, report and knowledge.search
    subject: String,
    /// What is said, as JSON [default: null]
    #[arg(value_parser = json, default_value = "null", hide_default_value = true)]
    payload: Value,
}

impl Mesh {
    pub(crate) async fn run(self, context: &Context) -> Result {
        match self.command {
            Command::Request(it) => it.run(context).await,
            Command::Publish(it) => it.run(context).await,
        }
    }
}

impl Request {
    async fn run(self, context: &Context) -> Result {
        let Message { from, to, subject, payload } = self.message;
        let deadline_ms = self.deadline.map(|it| u64::try_from(it.as_millis()).unwrap_or(u64::MAX));
        let new = NewRequest { from, to, subject, payload, deadline_ms };
        let ask = async |client: &Client| Ok(client.mesh_request(&new).await?);
        let answered = context.with_client(ask).await?;
        if context.printer.output != Output::Table {
            context.printer.value(&answered)?;
        } else if let Some(answer) = &answered.answer {
            context.printer.note(delivery(&answered.receipt))?;
            context.printer.value(answer)?;
        }
        match answered.error {
            Some(error) => Err(Failure::new(Exit::CheckFailed, error).within(new.to)),
            None => Ok(Exit::Ok),
        }
    }
}

impl Publish {
    async fn run(self, context: &Context) -> Result {
        let Message { from, to, subject, payload } = self.message;
        let new = NewMessage { from, to, subject, payload };
        let tell = async |client: &Client| Ok(client.mesh_publish(&new).await?);
        let delivered = context.with_client(tell).await?;
        context.printer.words_or(&delivery(&delivered.receipt), &delivered)?;
        Ok(Exit::Ok)
    }
}

fn delivery(receipt: &Receipt) -> String {
    let Receipt { id, to, delivered_at, instance_id, .. } = receipt;
    format!("delivered to {to} at {delivered_at} (message {id}, instance {instance_id})")
}

fn json(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("not JSON: {error}"))
}
