//! A live stream as a browser reads it.

use serde_json::Value;

use super::PATIENCE;

pub struct Live {
    response: reqwest::Response,
    unread: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct LiveEvent {
    pub id: String,
    pub kind: String,
    pub data: Value,
}

impl Live {
    pub async fn open(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.expect("the server answers");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, unread: String::new() }
    }

    /// The next event; `None` when the server ends the stream.
    pub async fn next(&mut self) -> Option<LiveEvent> {
        let next = tokio::time::timeout(PATIENCE, self.read());
        next.await.expect("an event, or the end of the stream")
    }

    async fn read(&mut self) -> Option<LiveEvent> {
        loop {
            while let Some(end) = self.unread.find("\n\n") {
                let block: String = self.unread.drain(..end + 2).collect();
                let event = parse(&block);
                if event.is_some() {
                    return event;
                }
            }
            let chunk = self.response.chunk().await.ok().flatten()?;
            self.unread.push_str(std::str::from_utf8(&chunk).expect("UTF-8"));
        }
    }
}

/// `None` for a comment, which only keeps the connection alive.
fn parse(block: &str) -> Option<LiveEvent> {
    let field =
        |name: &str| block.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    Some(LiveEvent {
        id: field("id").unwrap_or_default().to_owned(),
        kind: field("event").unwrap_or_default().to_owned(),
        data: serde_json::from_str(field("data")?).expect("JSON"),
    })
}
