//! Spaces of vectors: while a new one fills up, the old one serves.

use db::{Engine, Tx, run};
use sqlx::{query, query_as, query_scalar};

use super::{Chunk, IndexId, Row, lock, postgres, sqlite};
use crate::Error;

/// The space to fill while the present one serves.
pub async fn next_space(tx: &mut Tx, index: IndexId) -> Result<i64, Error> {
    let text = "select space + 1 from search_index where id = $1";
    let found: Option<i64> = run!(tx, fetch_optional, query_scalar(text).bind(index))?;
    found.ok_or(Error::NoSuchIndex(index))
}

/// The first `limit` chunks that have no vector in `space`.
pub async fn without_vector(
    tx: &mut Tx,
    index: IndexId,
    space: i64,
    limit: i64,
) -> Result<Vec<Chunk>, Error> {
    let rows: Vec<Row> = run!(
        tx,
        fetch_all,
        query_as(
            "select * from search_chunk as chunk where index_id = $1
                 and not exists (select from_vector.number from search_vector as from_vector
                                 where from_vector.index_id = $1 and from_vector.space = $2
                                     and from_vector.number = chunk.number)
             order by number limit $3"
        )
        .bind(index)
        .bind(space)
        .bind(limit)
    )?;
    Ok(rows.into_iter().map(Chunk::from).collect())
}

/// Adds vectors to a space that does not serve yet.
pub async fn add_vectors(
    tx: &mut Tx,
    index: IndexId,
    space: i64,
    vectors: &[(u32, &[f32])],
) -> Result<(), Error> {
    // A chunk may have gone while its vector was made: the row is held, then it is looked for.
    lock(tx, index).await?;
    let numbers: Vec<u32> = vectors.iter().map(|(number, _)| *number).collect();
    let present = super::chunks(tx, index, &numbers).await?;
    let vectors: Vec<_> =
        vectors.iter().filter(|(number, _)| present.contains_key(number)).copied().collect();
    match &mut tx.engine {
        Engine::Sqlite(tx) => sqlite::insert_vectors(tx, index, space, &vectors).await?,
        Engine::Postgres(tx) => postgres::insert_vectors(tx, index, space, &vectors).await?,
    }
    Ok(())
}

/// Lets `space` serve if it is complete, and removes the vectors before it. `false` when chunks
/// came in that have no vector there yet.
pub async fn serve_space(tx: &mut Tx, index: IndexId, space: i64) -> Result<bool, Error> {
    lock(tx, index).await?;
    if !without_vector(tx, index, space, 1).await?.is_empty() {
        return Ok(false);
    }
    let text = "update search_index set space = $2 where id = $1";
    run!(tx, execute, query(text).bind(index).bind(space))?;
    let text = "delete from search_vector where index_id = $1 and space < $2";
    run!(tx, execute, query(text).bind(index).bind(space))?;
    Ok(true)
}
