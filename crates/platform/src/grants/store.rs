//! Every statement on `project_grant` and `message_receipt`.

use db::{Tx, run};
use sqlx::types::Json;
use sqlx::{query, query_as};
use wire::grants::{Grant, Receipt};
use wire::{GrantId, ProjectId, Slug, Timestamp};

/// Which grants. What is `None` does not narrow.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
    pub from: Option<Slug>,
    pub to: Option<Slug>,
    /// Made before this one.
    pub before: Option<GrantId>,
}

pub(super) async fn insert(
    tx: &mut Tx,
    grant: &Grant,
    (from, to): (ProjectId, ProjectId),
) -> Result<(), db::Error> {
    run!(
        tx,
        execute,
        query(
            "insert into project_grant (id, sender, receiver, sender_id, receiver_id, subjects,
                                        expires_at, created_at, created_by)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        )
        .bind(grant.id)
        .bind(&grant.from)
        .bind(&grant.to)
        .bind(from)
        .bind(to)
        .bind(Json(&grant.subjects))
        .bind(grant.expires_at)
        .bind(grant.created_at)
        .bind(&grant.created_by)
    )?;
    Ok(())
}

/// Grants of the filter, newest first.
pub(super) async fn page(
    tx: &mut Tx,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<Grant>, db::Error> {
    let rows: Vec<Row> = run!(
        tx,
        fetch_all,
        query_as(
            "select * from project_grant
             where ($1 is null or sender = $1) and ($2 is null or receiver = $2)
               and ($3 is null or id < $3)
             order by id desc limit $4"
        )
        .bind(&filter.from)
        .bind(&filter.to)
        .bind(filter.before)
        .bind(limit)
    )?;
    Ok(rows.into_iter().map(Grant::from).collect())
}

/// What `from` was ever granted to say to `to` and was not revoked.
pub(super) async fn between(tx: &mut Tx, from: &Slug, to: &Slug) -> Result<Vec<Grant>, db::Error> {
    let rows: Vec<Row> = run!(
        tx,
        fetch_all,
        query_as(
            "select * from project_grant
             where sender = $1 and receiver = $2 and revoked_at is null order by id"
        )
        .bind(from)
        .bind(to)
    )?;
    Ok(rows.into_iter().map(Grant::from).collect())
}

pub(super) async fn find(tx: &mut Tx, id: GrantId) -> Result<Option<Grant>, db::Error> {
    let row: Option<Row> =
        run!(tx, fetch_optional, query_as("select * from project_grant where id = $1").bind(id))?;
    Ok(row.map(Grant::from))
}

/// Revokes the grant. `false` when it was revoked before.
pub(super) async fn revoke(tx: &mut Tx, id: GrantId, at: Timestamp) -> Result<bool, db::Error> {
    let changed = run!(
        tx,
        execute,
        query("update project_grant set revoked_at = $2 where id = $1 and revoked_at is null")
            .bind(id)
            .bind(at)
    )?;
    Ok(changed == 1)
}

/// Keeps the receipt. `false` when the message was delivered before.
pub(super) async fn keep(tx: &mut Tx, receipt: &Receipt, by: GrantId) -> Result<bool, db::Error> {
    let kept = run!(
        tx,
        execute,
        query(
            "insert into message_receipt (id, grant_id, delivered_at) values ($1, $2, $3)
             on conflict (id) do nothing"
        )
        .bind(receipt.id)
        .bind(by)
        .bind(receipt.delivered_at)
    )?;
    Ok(kept == 1)
}

/// Forgets the receipts of messages delivered before `before`.
pub(super) async fn forget(tx: &mut Tx, before: Timestamp) -> Result<(), db::Error> {
    run!(tx, execute, query("delete from message_receipt where delivered_at < $1").bind(before))?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: GrantId,
    sender: Slug,
    receiver: Slug,
    subjects: Json<Vec<String>>,
    expires_at: Option<Timestamp>,
    created_at: Timestamp,
    created_by: String,
    revoked_at: Option<Timestamp>,
}

impl From<Row> for Grant {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            from: row.sender,
            to: row.receiver,
            subjects: row.subjects.0,
            expires_at: row.expires_at,
            created_at: row.created_at,
            created_by: row.created_by,
            revoked_at: row.revoked_at,
        }
    }
}
