//! `commandcenter mcp`: the tools of the server for a program that speaks over pipes.

use std::cell::RefCell;
use std::collections::HashMap;

use clap::Args;
use client::Client;
use futures::StreamExt;
use futures::future::{AbortHandle, Abortable};
use futures::stream::FuturesUnordered;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

use crate::context::Context;
use crate::failure::{Exit, Failure, Result};

const PARSE_ERROR: i32 = -32_700;
const INTERNAL_ERROR: i32 = -32_603;

/// Serve the knowledge base to an assistant, by the Model Context Protocol on stdin and stdout.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter mcp
  commandcenter mcp --server https://federation.example.org --key-file reader.key")]
pub(crate) struct Mcp;

impl Mcp {
    pub(crate) async fn run(self, context: &Context) -> Result {
        context.with_client(async |client| Relay::new(client).run().await).await
    }
}

/// Passes messages on in both directions, many at a time.
struct Relay<'a> {
    client: &'a Client,
    /// What the handshake agreed on.
    version: RefCell<Option<String>>,
}

impl<'a> Relay<'a> {
    fn new(client: &'a Client) -> Self {
        Self { client, version: RefCell::default() }
    }

    /// Until stdin ends and all that was asked is answered.
    async fn run(&self) -> Result {
        let mut lines = BufReader::new(tokio::io::stdin()).split(b'\n');
        let mut stdout = tokio::io::stdout();
        let mut is_open = true;
        let mut answers = FuturesUnordered::new();
        let mut asked: HashMap<String, AbortHandle> = HashMap::new();
        while is_open || !answers.is_empty() {
            tokio::select! {
                line = lines.next_segment(), if is_open => match line? {
                    None => is_open = false,
                    Some(line) if line.trim_ascii().is_empty() => {}
                    Some(line) => {
                        let message = Message::read(&line);
                        if let Some(request) = &message.gives_up {
                            asked.remove(request).inspect(AbortHandle::abort);
                        }
                        let (abort, registration) = AbortHandle::new_pair();
                        let id = message.id.clone();
                        asked.extend(id.clone().map(|id| (id, abort)));
                        let answer = Abortable::new(self.answer(message), registration);
                        answers.push(async move { (id, answer.await.ok().flatten()) });
                    }
                },
                Some((id, answer)) = answers.next() => {
                    id.and_then(|id| asked.remove(&id));
                    if let Some(answer) = answer {
                        stdout.write_all(format!("{answer}\n").as_bytes()).await?;
                        stdout.flush().await?;
                    }
                }
            }
        }
        Ok(Exit::Ok)
    }

    /// The answer to a message; none to a notification.
    async fn answer(&self, message: Message) -> Option<Value> {
        let message = match message.content {
            Ok(content) => content,
            Err(error) => return Some(failed(&Value::Null, PARSE_ERROR, &error.to_string())),
        };
        let version = self.version.borrow().clone();
        match self.client.mcp(&message, version.as_deref()).await {
            Ok(answer) => {
                let agreed = answer.as_ref().and_then(|it| it.pointer("/result/protocolVersion"));
                if let Some(agreed) = agreed.and_then(Value::as_str) {
                    self.version.replace(Some(agreed.to_owned()));
                }
                answer
            }
            Err(error) => {
                let (method, id) = (message.get("method"), message.get("id"));
                let is_notification = method.is_some() && id.is_none();
                let words = Failure::from(error).words();
                let id = id.unwrap_or(&Value::Null);
                (!is_notification).then(|| failed(id, INTERNAL_ERROR, &words))
            }
        }
    }
}

/// A line of stdin.
struct Message {
    content: serde_json::Result<Value>,
    /// Of a request, as it is written.
    id: Option<String>,
    /// The request whose answer nobody waits for any more.
    gives_up: Option<String>,
}

impl Message {
    fn read(line: &[u8]) -> Self {
        let content = serde_json::from_slice::<Value>(line);
        let at = |path| content.as_ref().ok()?.pointer(path).map(Value::to_string);
        let id = at("/id");
        let is_cancelled = at("/method").is_some_and(|it| it == r#""notifications/cancelled""#);
        let gives_up = at("/params/requestId").filter(|_| is_cancelled);
        Self { content, id, gives_up }
    }
}

fn failed(id: &Value, code: i32, message: &str) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": message } })
}
