//! Server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt};

use crate::ground::app::App;
use crate::ground::error::{Error, Result};

/// Often enough that proxies keep the connection and clients notice a dead one.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Answers with `events` until the client goes or the process stops. Says first where it starts,
/// so that a client that loses the connection before the first event loses none.
pub(crate) fn answer(
    app: &App,
    start: i64,
    events: impl Stream<Item = Event> + Send + 'static,
) -> Response {
    let place = futures::stream::iter([Event::default().id(start.to_string())]);
    from_now(app, place.chain(events))
}

/// Answers with `events`, which no client can come back to, until it goes or the process stops.
pub(crate) fn from_now(app: &App, events: impl Stream<Item = Event> + Send + 'static) -> Response {
    let until_stop = events.take_until(app.stopping.clone().cancelled_owned());
    let stream = until_stop.map(Ok::<_, Infallible>);
    Sse::new(stream).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response()
}

/// Where a client that comes back wants to go on.
pub(crate) fn last_event_id(headers: &HeaderMap) -> Result<Option<i64>> {
    let Some(value) = headers.get("last-event-id") else { return Ok(None) };
    let number = value.to_str().ok().and_then(|text| text.parse().ok());
    let refuse = || Error::field("Last-Event-ID", "is none that this stream gave out");
    number.filter(|number| *number >= 0).map(Some).ok_or_else(refuse)
}
