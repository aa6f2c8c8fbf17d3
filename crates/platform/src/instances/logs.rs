//! What an instance prints, as it comes.

use std::time::Duration;

use axum::response::sse::Event;
use futures::stream::{self, BoxStream, Stream, StreamExt};
use wire::instances::{Driver, LogLine};

use super::Instances;
use super::process::{self, Tail};
use super::store::Managed;
use crate::ground::error::Result;

const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Whether a log ends with what there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    Now,
    Stopped,
}

impl Instances {
    /// The last `count` lines of its log, and what comes after when it is to be followed.
    pub(super) async fn log_of(
        &self,
        it: &Managed,
        count: usize,
        until: Until,
    ) -> Result<BoxStream<'static, LogLine>> {
        match it.driver {
            Driver::Docker => Ok(self.0.docker.log(it, count, until).await?),
            Driver::Process => {
                let path = process::log(&self.folder_of(it.id));
                let read = tokio::task::spawn_blocking(move || Tail::open(&path, count)).await;
                let (tail, last) = read.map_err(anyhow::Error::new)?.map_err(anyhow::Error::new)?;
                let last = stream::iter(last);
                Ok(match until {
                    Until::Now => last.boxed(),
                    Until::Stopped => last.chain(following(tail)).boxed(),
                })
            }
        }
    }
}

fn following(tail: Tail) -> impl Stream<Item = LogLine> {
    let batches = stream::unfold(tail, |mut tail| async move {
        loop {
            let read = tokio::task::spawn_blocking(move || {
                let lines = tail.read();
                (tail, lines)
            });
            let (back, lines) = read.await.ok()?;
            let lines = lines.ok()?;
            tail = back;
            if !lines.is_empty() {
                return Some((lines, tail));
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    });
    batches.flat_map(stream::iter)
}

pub(super) fn event(line: &LogLine) -> Option<Event> {
    Event::default().event("line").json_data(line).ok()
}
