//! The audit chain: each record holds the hash of the one before.

use db::{Tx, run};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use sqlx::query;
use sqlx::types::Json;
use wire::Timestamp;
use wire::audit::Record;

use super::{Change, store};
use crate::ground::hex;

/// What the first record names as its predecessor.
pub(crate) const FIRST_PREV: &str =
    "0000000000000000000000000000000000000000000000000000000000000000";

/// Appends the record of `change` to the chain.
pub(super) async fn append(tx: &mut Tx, at: Timestamp, change: &Change) -> Result<(), db::Error> {
    let (seq, prev) = store::next_audit(tx).await?;
    let mut record = Record {
        seq,
        at,
        actor: tx.scope().actor().to_owned(),
        action: change.kind.to_owned(),
        target: change.target.clone(),
        detail: change.detail.clone(),
        prev,
        hash: String::new(),
    };
    record.hash = hash(&record);
    run!(
        tx,
        execute,
        query(
            "insert into audit_record (seq, at, actor, action, target, detail, prev, hash)
             values ($1, $2, $3, $4, $5, $6, $7, $8)"
        )
        .bind(record.seq)
        .bind(record.at)
        .bind(&record.actor)
        .bind(&record.action)
        .bind(&record.target)
        .bind(Json(&record.detail))
        .bind(&record.prev)
        .bind(&record.hash)
    )?;
    store::set_audit_head(tx, &record.hash).await
}

/// What is wrong with `record` as the successor of record `seq - 1`, whose hash is `prev`.
pub(crate) fn chain_break(record: &Record, seq: i64, prev: &str) -> Option<String> {
    if record.seq != seq {
        return Some(format!("record {seq} is missing"));
    }
    if record.prev != prev {
        return Some("does not follow the record before it".to_owned());
    }
    (record.hash != hash(record)).then(|| "was changed after it was written".to_owned())
}

/// SHA-256, hex, over the RFC 8785 canonical JSON of everything but the hash.
fn hash(record: &Record) -> String {
    let content: Value = json!({
        "seq": record.seq,
        "at": record.at,
        "actor": record.actor,
        "action": record.action,
        "target": record.target,
        "detail": record.detail,
        "prev": record.prev,
    });
    // Canonicalising fails only on numbers JSON does not have; a `Value` holds none.
    let bytes = serde_json_canonicalizer::to_vec(&content).unwrap_or_default();
    hex::encode(digest(&SHA256, &bytes).as_ref())
}
