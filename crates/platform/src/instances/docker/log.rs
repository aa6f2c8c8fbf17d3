//! What a container prints.

use bollard::container::LogOutput;
use bollard::query_parameters::{LogsOptions, LogsOptionsBuilder};
use futures::stream::{self, BoxStream, StreamExt};
use wire::instances::{LogLine, LogStream};

use super::engine::is_missing;
use super::{Docker, INSTANCE};
use crate::instances::logs::Until;
use crate::instances::store::Managed;

impl Docker {
    /// The last lines of the latest run.
    pub(in crate::instances) async fn tail(
        &self,
        it: &Managed,
        count: usize,
    ) -> anyhow::Result<Vec<LogLine>> {
        Ok(self.log(it, count, Until::Now).await?.collect().await)
    }

    pub(in crate::instances) async fn log(
        &self,
        it: &Managed,
        count: usize,
        until: Until,
    ) -> anyhow::Result<BoxStream<'static, LogLine>> {
        let containers = self.containers(&format!("{INSTANCE}={}", it.id)).await?;
        let latest = containers.into_iter().max_by_key(|container| container.created);
        let Some(id) = latest.and_then(|container| container.id) else {
            return Ok(stream::empty().boxed());
        };
        let engine = self.engine.get().await?;
        let pieces = engine.logs(&id, Some(options(count, until)));
        let lines = pieces
            .take_while(|piece| {
                // One that is removed has ended; anything else is no end people should miss.
                if let Err(error) = piece
                    && !is_missing(error)
                {
                    tracing::warn!(?error, "a container's log broke off");
                }
                std::future::ready(piece.is_ok())
            })
            .flat_map(|piece| stream::iter(piece.map(lines).unwrap_or_default()));
        Ok(lines.boxed())
    }
}

fn options(count: usize, until: Until) -> LogsOptions {
    LogsOptionsBuilder::default()
        .stdout(true)
        .stderr(true)
        .timestamps(true)
        .tail(&count.to_string())
        .follow(until == Until::Stopped)
        .build()
}

fn lines(piece: LogOutput) -> Vec<LogLine> {
    let (stream, bytes) = match piece {
        LogOutput::StdErr { message } => (LogStream::Stderr, message),
        LogOutput::StdOut { message }
        | LogOutput::StdIn { message }
        | LogOutput::Console { message } => (LogStream::Stdout, message),
    };
    String::from_utf8_lossy(&bytes).lines().map(|text| line(stream, text)).collect()
}

/// A line begins with when it was said, to the nanosecond.
fn line(stream: LogStream, text: &str) -> LogLine {
    let (at, rest) = text.split_once(' ').unwrap_or((text, ""));
    match at.parse() {
        Ok(at) => LogLine { at: Some(at), stream, text: rest.to_owned() },
        Err(_) => LogLine { at: None, stream, text: text.to_owned() },
    }
}
