//! Printing a stream as it comes, and telling how its connection is.

use client::Signal;
use futures::{Stream, StreamExt};

use crate::failure::{Exit, Result};
use crate::printer::{Line, Printer};

/// Prints each item of `signals` until it ends, `limit` items were printed, or Ctrl-C.
pub(crate) async fn follow<T: Line>(
    printer: &Printer,
    signals: impl Stream<Item = client::Result<Signal<T>>>,
    limit: Option<u64>,
) -> Result {
    let mut signals = std::pin::pin!(signals);
    let mut left = limit.unwrap_or(u64::MAX);
    let mut was_lost = false;
    while left > 0 {
        let signal = tokio::select! {
            signal = signals.next() => signal,
            _ = tokio::signal::ctrl_c() => None,
        };
        match signal.transpose()? {
            None => break,
            Some(Signal::Live) if was_lost => printer.note("connected again")?,
            Some(Signal::Live) => {}
            Some(Signal::Item(item)) => {
                printer.line(&item)?;
                left -= 1;
            }
            Some(Signal::Lost { error, retry_in }) => {
                was_lost = true;
                let why =
                    error.map_or_else(|| "the server closed it".to_owned(), |it| it.to_string());
                printer.note(format!("connection lost ({why}), trying again in {retry_in:?}"))?;
            }
        }
    }
    Ok(Exit::Ok)
}
