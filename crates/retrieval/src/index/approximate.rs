//! The approximate index of a large index's vectors on PostgreSQL: one of its own per index and
//! space, so that no filter has to look past the vectors of others.

use db::{Db, Engine, Scope, Tx};
use sqlx::query_as;

use super::{IndexId, postgres};
use crate::Error;

/// Makes the approximate index if the index is large enough to gain by it and has none. Searching
/// and adding go on meanwhile.
pub async fn approximate(db: &Db, scope: &Scope, index: IndexId) -> Result<(), Error> {
    let mut tx = db.read(scope).await?;
    let Some(state) = State::load(&mut tx, index).await? else { return Ok(()) };
    drop(tx);
    let name = name(index, state.space);
    if state.has_valid || state.chunks <= postgres::EXACT_UP_TO {
        return Ok(());
    }
    // One whose making was interrupted stays behind and serves nobody.
    db.maintain(&format!("drop index concurrently if exists {name}")).await?;
    db.maintain(&format!(
        "create index concurrently {name} on search_vector
         using hnsw ((embedding::halfvec({dimensions})) halfvec_ip_ops)
         where index_id = '{index}' and space = {space}",
        dimensions = state.dimensions,
        space = state.space,
    ))
    .await?;
    db.maintain("analyze search_vector").await?;
    Ok(())
}

/// Drops the approximate indexes of an index that is gone, or of its spaces before `serving`.
pub async fn drop_approximate(
    db: &Db,
    scope: &Scope,
    index: IndexId,
    serving: Option<i64>,
) -> Result<(), Error> {
    let mut tx = db.read(scope).await?;
    let names = match &mut tx.engine {
        Engine::Sqlite(_) => return Ok(()),
        Engine::Postgres(tx) => {
            let text = "select indexname::text from pg_indexes where indexname like $1";
            let names: Vec<(String,)> = query_as(text)
                .bind(format!("{}%", prefix(index)))
                .fetch_all(&mut **tx)
                .await
                .map_err(db::Error::from)?;
            names
        }
    };
    drop(tx);
    let kept = serving.map(|space| name(index, space));
    for (name,) in names.into_iter().filter(|(name,)| Some(name) != kept.as_ref()) {
        db.maintain(&format!("drop index concurrently if exists {name}")).await?;
    }
    Ok(())
}

struct State {
    space: i64,
    chunks: usize,
    dimensions: i32,
    has_valid: bool,
}

impl State {
    /// `None` on SQLite, and where there are no vectors.
    async fn load(tx: &mut Tx, index: IndexId) -> Result<Option<Self>, Error> {
        let Engine::Postgres(tx) = &mut tx.engine else { return Ok(None) };
        let row: Option<(i64, i64, i32)> = query_as(
            "select search_index.space, chunk_count, vector_dims(embedding)
             from search_index join search_vector
                 on index_id = id and search_vector.space = search_index.space
             where id = $1 limit 1",
        )
        .bind(index)
        .fetch_optional(&mut **tx)
        .await
        .map_err(db::Error::from)?;
        let Some((space, chunks, dimensions)) = row else { return Ok(None) };
        let valid: Option<(bool,)> = query_as(
            "select indisvalid from pg_index join pg_class on pg_class.oid = indexrelid
             where relname = $1",
        )
        .bind(name(index, space))
        .fetch_optional(&mut **tx)
        .await
        .map_err(db::Error::from)?;
        let chunks = usize::try_from(chunks).unwrap_or(0);
        let has_valid = valid.is_some_and(|(valid,)| valid);
        Ok(Some(Self { space, chunks, dimensions, has_valid }))
    }
}

fn prefix(index: IndexId) -> String {
    format!("search_vector_{}_", index.uuid().simple())
}

fn name(index: IndexId, space: i64) -> String {
    format!("{}{space}", prefix(index))
}
