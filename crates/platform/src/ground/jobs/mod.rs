//! Durable background work: a row written in the transaction that asks for it, claimed by one
//! worker, tried again with growing pauses, given up where people see it.

mod store;
mod worker;

pub(crate) use store::{find, list, retry};
pub(crate) use worker::Worker;

use db::Tx;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wire::{JobId, Timestamp};

use super::app::App;

/// Work that outlives the request that asked for it. May run more than once: write it idempotent.
pub(crate) trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Stored with the row, so never renamed. `<slice>.<verb>`.
    const NAME: &'static str;

    fn run(&self, app: &App) -> impl Future<Output = anyhow::Result<()>> + Send;
}

/// Queues `job` to run at `run_at`. With a `unique_key`, one of that name and key waits or runs
/// at a time, and queueing another changes nothing: then there is no id.
pub(crate) async fn enqueue<J: Job>(
    tx: &mut Tx,
    job: &J,
    run_at: Timestamp,
    unique_key: Option<&str>,
) -> anyhow::Result<Option<JobId>> {
    let payload = serde_json::to_value(job)?;
    Ok(store::insert(tx, store::NewRow { name: J::NAME, payload, run_at, unique_key }).await?)
}
