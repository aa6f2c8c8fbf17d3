//! The statements SQLite needs of its own: rows go in one by one, posting blocks as one list.

use half::f16;
use serde_json::{Value, json};
use sqlx::{Sqlite, Transaction, query, query_as};

use super::add::{Lengths, Postings};
use super::{IndexId, NewChunk};
use crate::vector;

type Tx = Transaction<'static, Sqlite>;

pub(super) async fn insert_chunks(
    tx: &mut Tx,
    index: IndexId,
    chunks: &[(u32, &NewChunk)],
) -> Result<(), db::Error> {
    for (number, chunk) in chunks {
        query(
            "insert into search_chunk (index_id, number, first_byte, end_byte, first_line,
                                       last_line, context, heading, body)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(index)
        .bind(number)
        .bind(i64::try_from(chunk.span.start).unwrap_or(i64::MAX))
        .bind(i64::try_from(chunk.span.end).unwrap_or(i64::MAX))
        .bind(chunk.lines.0)
        .bind(chunk.lines.1)
        .bind(&chunk.context)
        .bind(&chunk.heading)
        .bind(&chunk.body)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

pub(super) async fn insert_vectors(
    tx: &mut Tx,
    index: IndexId,
    space: i64,
    vectors: &[(u32, &[f32])],
) -> Result<(), db::Error> {
    for (number, vector) in vectors {
        query(
            "insert into search_vector (index_id, space, number, embedding)
             values ($1, $2, $3, $4) on conflict (index_id, space, number) do nothing",
        )
        .bind(index)
        .bind(space)
        .bind(number)
        .bind(vector::to_bytes(vector))
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

pub(super) async fn append_postings(
    tx: &mut Tx,
    index: IndexId,
    postings: &Postings<'_>,
) -> Result<(), db::Error> {
    let rows = postings.iter().map(|((term, block), bytes)| json!([term, block, hex(bytes)]));
    // `||` of two blobs puts their bytes together and calls them text: the cast says what they are.
    query(
        "insert into search_posting (index_id, term, block, postings)
         select $1, value ->> 0, value ->> 1, unhex(value ->> 2) from json_each($2) where true
         on conflict (index_id, term, block)
             do update set postings = cast(postings || excluded.postings as blob)",
    )
    .bind(index)
    .bind(rows.collect::<Value>())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub(super) async fn append_lengths(
    tx: &mut Tx,
    index: IndexId,
    lengths: &Lengths,
) -> Result<(), db::Error> {
    for (block, bytes) in lengths {
        query(
            "insert into search_block (index_id, block, lengths) values ($1, $2, $3)
             on conflict (index_id, block)
                 do update set lengths = cast(lengths || excluded.lengths as blob)",
        )
        .bind(index)
        .bind(block)
        .bind(bytes)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// The vectors of `space` from the number `from` on.
pub(crate) async fn vectors(
    tx: &mut Tx,
    index: IndexId,
    space: i64,
    from: u32,
) -> Result<Vec<(u32, Vec<f16>)>, db::Error> {
    let rows: Vec<(u32, Vec<u8>)> = query_as(
        "select number, embedding from search_vector
         where index_id = $1 and space = $2 and number >= $3 order by number",
    )
    .bind(index)
    .bind(space)
    .bind(from)
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|(number, bytes)| (number, vector::from_bytes(&bytes))).collect())
}

/// The vectors of `numbers`, byte for byte.
pub(super) async fn stored_vectors(
    tx: &mut Tx,
    (index, space): (IndexId, i64),
    numbers: std::ops::Range<u32>,
) -> Result<Vec<(u32, Vec<u8>)>, db::Error> {
    let rows = query_as(
        "select number, embedding from search_vector
         where index_id = $1 and space = $2 and number >= $3 and number < $4",
    )
    .bind(index)
    .bind(space)
    .bind(numbers.start)
    .bind(numbers.end)
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows)
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |half: u8| char::from(*DIGITS.get(usize::from(half)).unwrap_or(&b'0'));
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
