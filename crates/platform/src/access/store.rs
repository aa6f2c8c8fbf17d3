//! Every statement on `api_key`, `sign_in_link` and `session`.

use db::{Tx, run};
use sqlx::types::Json;
use sqlx::{query, query_as, query_scalar};
use wire::access::{Key, Permission};
use wire::{KeyId, Slug, Timestamp};

use super::key::KeyHash;

pub(super) async fn insert(tx: &mut Tx, key: &Key, hash: KeyHash) -> Result<(), db::Error> {
    run!(
        tx,
        execute,
        query(
            "insert into api_key (id, name, owner, scopes, project, secret_hash, created_at,
                                  expires_at, rotates)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        )
        .bind(key.id)
        .bind(&key.name)
        .bind(&key.owner)
        .bind(Json(&key.scopes))
        .bind(&key.project)
        .bind(hash.bytes().as_slice())
        .bind(key.created_at)
        .bind(key.expires_at)
        .bind(key.rotates)
    )?;
    Ok(())
}

/// Every key with its hash.
pub(super) async fn all(tx: &mut Tx) -> Result<Vec<(Key, Vec<u8>)>, db::Error> {
    let rows: Vec<Row> = run!(tx, fetch_all, query_as("select * from api_key"))?;
    Ok(rows.into_iter().map(Row::into_key).collect())
}

/// Keys made before the one `after`, newest first.
pub(super) async fn page(
    tx: &mut Tx,
    after: Option<KeyId>,
    limit: i64,
) -> Result<Vec<Key>, db::Error> {
    let rows: Vec<Row> = run!(
        tx,
        fetch_all,
        query_as("select * from api_key where ($1 is null or id < $1) order by id desc limit $2")
            .bind(after)
            .bind(limit)
    )?;
    Ok(rows.into_iter().map(|row| row.into_key().0).collect())
}

pub(super) async fn find(tx: &mut Tx, id: KeyId) -> Result<Option<Key>, db::Error> {
    let row: Option<Row> =
        run!(tx, fetch_optional, query_as("select * from api_key where id = $1").bind(id))?;
    Ok(row.map(|row| row.into_key().0))
}

/// Like [`find`]; of two who want to rotate the same key, the second waits for the first.
pub(super) async fn find_to_rotate(tx: &mut Tx, id: KeyId) -> Result<Option<Key>, db::Error> {
    let text = tx.dialect(
        "select * from api_key where id = $1",
        "select * from api_key where id = $1 for update",
    );
    let row: Option<Row> = run!(tx, fetch_optional, query_as(text).bind(id))?;
    Ok(row.map(|row| row.into_key().0))
}

/// How many other keys of the rotation of `key` may still be used: the one it stands in for, and
/// those that stand in for it.
pub(super) async fn count_partners(
    tx: &mut Tx,
    key: &Key,
    now: Timestamp,
) -> Result<i64, db::Error> {
    run!(
        tx,
        fetch_one,
        query_scalar(
            "select count(*) from api_key
             where (rotates = $1 or id = $2) and revoked_at is null
               and (expires_at is null or expires_at > $3)"
        )
        .bind(key.id)
        .bind(key.rotates)
        .bind(now)
    )
}

/// Revokes the key. `false` when it was revoked before.
pub(super) async fn revoke(tx: &mut Tx, id: KeyId, at: Timestamp) -> Result<bool, db::Error> {
    let changed = run!(
        tx,
        execute,
        query("update api_key set revoked_at = $2 where id = $1 and revoked_at is null")
            .bind(id)
            .bind(at)
    )?;
    Ok(changed == 1)
}

pub(super) async fn set_last_used(tx: &mut Tx, id: KeyId, at: Timestamp) -> Result<(), db::Error> {
    run!(
        tx,
        execute,
        query("update api_key set last_used_at = $2 where id = $1").bind(id).bind(at)
    )?;
    Ok(())
}

pub(super) async fn insert_link(
    tx: &mut Tx,
    hash: KeyHash,
    expires_at: Timestamp,
) -> Result<(), db::Error> {
    run!(
        tx,
        execute,
        query("insert into sign_in_link (token_hash, expires_at) values ($1, $2)")
            .bind(hash.bytes().as_slice())
            .bind(expires_at)
    )?;
    Ok(())
}

/// Uses the link up. `false` when there is none that is still good.
pub(super) async fn take_link(
    tx: &mut Tx,
    hash: KeyHash,
    now: Timestamp,
) -> Result<bool, db::Error> {
    let taken = run!(
        tx,
        execute,
        query("delete from sign_in_link where token_hash = $1 and expires_at > $2")
            .bind(hash.bytes().as_slice())
            .bind(now)
    )?;
    Ok(taken == 1)
}

/// `key` is the one it was opened with; by none it is the administrator's.
pub(super) async fn insert_session(
    tx: &mut Tx,
    hash: KeyHash,
    key: Option<KeyId>,
    expires_at: Timestamp,
) -> Result<(), db::Error> {
    run!(
        tx,
        execute,
        query("insert into session (token_hash, key_id, expires_at) values ($1, $2, $3)")
            .bind(hash.bytes().as_slice())
            .bind(key)
            .bind(expires_at)
    )?;
    Ok(())
}

/// The key that an open session was opened with; `None` when no such session is open.
pub(super) async fn session(
    tx: &mut Tx,
    hash: KeyHash,
    now: Timestamp,
) -> Result<Option<Option<KeyId>>, db::Error> {
    run!(
        tx,
        fetch_optional,
        query_scalar("select key_id from session where token_hash = $1 and expires_at > $2")
            .bind(hash.bytes().as_slice())
            .bind(now)
    )
}

/// `false` when there was none.
pub(super) async fn delete_session(tx: &mut Tx, hash: KeyHash) -> Result<bool, db::Error> {
    let deleted = run!(
        tx,
        execute,
        query("delete from session where token_hash = $1").bind(hash.bytes().as_slice())
    )?;
    Ok(deleted == 1)
}

/// Forgets links and sessions that are over.
pub(super) async fn forget_expired(tx: &mut Tx, now: Timestamp) -> Result<(), db::Error> {
    run!(tx, execute, query("delete from sign_in_link where expires_at <= $1").bind(now))?;
    run!(tx, execute, query("delete from session where expires_at <= $1").bind(now))?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: KeyId,
    name: String,
    owner: String,
    scopes: Json<Vec<Permission>>,
    project: Option<Slug>,
    secret_hash: Vec<u8>,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
    last_used_at: Option<Timestamp>,
    rotates: Option<KeyId>,
}

impl Row {
    fn into_key(self) -> (Key, Vec<u8>) {
        let key = Key {
            id: self.id,
            name: self.name,
            owner: self.owner,
            scopes: self.scopes.0,
            project: self.project,
            created_at: self.created_at,
            expires_at: self.expires_at,
            revoked_at: self.revoked_at,
            last_used_at: self.last_used_at,
            rotates: self.rotates,
        };
        (key, self.secret_hash)
    }
}
