//! Server-sent events that outlive the connection they come on.

use std::time::Duration;

use eventsource_stream::{Event as Message, Eventsource};
use futures::stream::{self, BoxStream, StreamExt};
use reqwest::Response;
use reqwest::header::{ACCEPT, HeaderName};
use serde::de::DeserializeOwned;
use url::Url;

use crate::Client;
use crate::error::{Error, Result};
use crate::request::succeed;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

const FIRST_DELAY: Duration = Duration::from_millis(250);
const LONGEST_DELAY: Duration = Duration::from_secs(15);

/// What a stream tells: its items, and how its connection is.
#[derive(Debug)]
pub enum Signal<T> {
    /// Connected, for the first time or again. Nothing was missed if the server still had it.
    Live,
    Item(T),
    /// The connection broke; the next attempt is made after `retry_in`.
    Lost {
        error: Option<Error>,
        retry_in: Duration,
    },
}

impl<T> Signal<T> {
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Signal<U> {
        match self {
            Self::Live => Signal::Live,
            Self::Item(item) => Signal::Item(change(item)),
            Self::Lost { error, retry_in } => Signal::Lost { error, retry_in },
        }
    }
}

/// A stream of the server. Ends at the first error.
pub type Signals<T> = BoxStream<'static, Result<Signal<T>>>;

type Messages = BoxStream<'static, Result<Message>>;

/// One stream of the server, across its connections.
struct Subscription<T> {
    client: Client,
    url: Url,
    /// What a message means; `None` for one this version does not know.
    read: fn(&Message) -> Option<serde_json::Result<T>>,
    last_id: String,
    was_live: bool,
    delay: Duration,
    state: State,
}

enum State {
    Connect,
    Wait,
    Open(Messages),
    Ended,
}

impl Client {
    /// Listens at `url`, reconnecting with what came last. Fails for good when the first
    /// connection fails, or when the server takes the right to listen away.
    pub(crate) fn subscribe<T: Send + 'static>(
        &self,
        url: Url,
        last_id: String,
        read: fn(&Message) -> Option<serde_json::Result<T>>,
    ) -> Signals<T> {
        let subscription = Subscription {
            client: self.clone(),
            url,
            read,
            last_id,
            was_live: false,
            delay: FIRST_DELAY,
            state: State::Connect,
        };
        stream::unfold(subscription, |mut it| async move {
            let signal = it.next().await?;
            if signal.is_err() {
                it.state = State::Ended;
            }
            Some((signal, it))
        })
        .boxed()
    }
}

impl<T> Subscription<T> {
    async fn next(&mut self) -> Option<Result<Signal<T>>> {
        loop {
            match &mut self.state {
                State::Ended => return None,
                State::Connect => return Some(self.connect().await),
                State::Wait => {
                    tokio::time::sleep(self.delay).await;
                    self.delay = (self.delay * 2).min(LONGEST_DELAY);
                    self.state = State::Connect;
                }
                State::Open(messages) => match messages.next().await {
                    None => return Some(Ok(self.lost(None))),
                    Some(Err(error)) => return Some(Ok(self.lost(Some(error)))),
                    Some(Ok(message)) => {
                        if let Some(item) = self.take(&message) {
                            return Some(item);
                        }
                    }
                },
            }
        }
    }

    async fn connect(&mut self) -> Result<Signal<T>> {
        match self.open().await {
            Ok(response) => {
                self.state = State::Open(messages(self.url.clone(), response));
                self.was_live = true;
                Ok(Signal::Live)
            }
            Err(error) if self.was_live && error.is_passing() => Ok(self.lost(Some(error))),
            Err(error) => Err(error),
        }
    }

    /// Takes `self` mutably only because its messages cannot be shared between threads.
    async fn open(&mut self) -> Result<Response> {
        let mut request =
            self.client.http.get(self.url.clone()).header(ACCEPT, "text/event-stream");
        if !self.last_id.is_empty() {
            request = request.header(LAST_EVENT_ID, &self.last_id);
        }
        let sent = request.send().await;
        let response = sent.map_err(|source| Error::unavailable(&self.url, source))?;
        succeed(&self.url, response).await
    }

    fn take(&mut self, message: &Message) -> Option<Result<Signal<T>>> {
        self.delay = FIRST_DELAY;
        if !message.id.is_empty() {
            self.last_id.clone_from(&message.id);
        }
        let item = (self.read)(message)?;
        Some(item.map(Signal::Item).map_err(|source| Error::decode(&self.url, source)))
    }

    fn lost(&mut self, error: Option<Error>) -> Signal<T> {
        self.state = State::Wait;
        if let Some(Error::Later { after: Some(after), .. }) = &error {
            self.delay = self.delay.max(*after);
        }
        Signal::Lost { error, retry_in: self.delay }
    }
}

fn messages(url: Url, response: Response) -> Messages {
    let bytes = response
        .bytes_stream()
        .map(move |chunk| chunk.map_err(|source| Error::unavailable(&url, source)));
    let read = bytes.eventsource().filter_map(|message| async {
        match message {
            Ok(message) => Some(Ok(message)),
            Err(eventsource_stream::EventStreamError::Transport(error)) => Some(Err(error)),
            // Half a line of a connection that is about to end: the end itself says so.
            Err(_) => None,
        }
    });
    read.boxed()
}

/// Reads the JSON of a message's data.
pub(crate) fn read_json<T: DeserializeOwned>(message: &Message) -> serde_json::Result<T> {
    serde_json::from_str(&message.data)
}

#[cfg(test)]
mod tests {
    use futures::StreamExt;

    use super::*;
    use crate::testing::{Answer, Server};

    fn number(message: &Message) -> Option<serde_json::Result<u8>> {
        (message.event == "number").then(|| read_json(message))
    }

    #[tokio::test]
    async fn a_broken_stream_goes_on_after_its_last_event() {
        let server = Server::start(vec![
            Answer::stream("event: number\nid: 7\ndata: 1\n\nevent: other\nid: 8\ndata: {}\n\n"),
            Answer::stream(": hello\n\nevent: number\nid: 9\ndata: 2\n\n"),
        ])
        .await;
        let client = server.client();
        let signals = client.subscribe(client.url(&["s"]), String::new(), number);
        let seen: Vec<String> = signals
            .take(5)
            .map(|signal| match signal.unwrap() {
                Signal::Live => "live".to_owned(),
                Signal::Item(item) => item.to_string(),
                Signal::Lost { .. } => "lost".to_owned(),
            })
            .collect()
            .await;

        assert_eq!(seen, ["live", "1", "lost", "live", "2"]);
        assert!(!server.requests()[0].contains("last-event-id"));
        assert!(server.requests()[1].contains("last-event-id: 8"));
    }

    #[tokio::test]
    async fn a_stream_that_never_was_fails_at_once() {
        let server = Server::start(vec![Answer::status(403, "{}")]).await;
        let client = server.client();
        let signals = client.subscribe(client.url(&["s"]), String::new(), number);
        let seen: Vec<_> = signals.collect().await;

        assert!(matches!(seen.as_slice(), [Err(Error::NotAllowed(_))]));
    }
}
