//! The audit trail.

use serde::Serialize;
use wire::audit::{Record, Verification};

use crate::Client;
use crate::error::Result;
use crate::pages::Items;

#[derive(Serialize)]
struct Page {
    limit: u32,
}

impl Client {
    /// Every record, oldest first.
    pub fn audit(&self) -> Items<Record> {
        self.list(&["api", "v1", "audit"], &Page { limit: 500 })
    }

    /// Has the server walk the chain from the first record to the last.
    pub async fn verify_audit(&self) -> Result<Verification> {
        self.get(&["api", "v1", "audit", "verify"]).await
    }
}
