//! The rows of an index: chunks under dense numbers, posting blocks, vectors.
//!
//! Whoever changes an index holds its row until the transaction ends: numbers are given in the
//! order of the commits, so that what is kept by number only ever grows at its end.

mod add;
mod approximate;
mod outline;
pub(crate) mod postgres;
mod remove;
mod spaces;
pub(crate) mod sqlite;
mod stored;

use std::collections::HashMap;
use std::ops::Range;

use db::{Tx, run};
use sqlx::{AssertSqlSafe, query, query_as};

pub use add::{Prepared, add, prepare};
pub use approximate::{approximate, drop_approximate};
pub(crate) use outline::{Outline, Outlines};
pub use remove::remove;
pub use spaces::{add_vectors, next_space, serve_space, without_vector};
pub use stored::{dimensions, stored_vectors, vector_of};

use crate::Error;

/// An index is the searchable side of a collection.
pub type IndexId = wire::CollectionId;

/// A chunk before it has a number.
#[derive(Debug, Clone)]
pub struct NewChunk {
    /// Bytes of the document's text.
    pub span: Range<u64>,
    /// First and last line, counted from 1.
    pub lines: (u32, u32),
    /// Words of the document the chunk is found by too: its title, its path.
    pub context: String,
    /// The headings it stands under.
    pub heading: String,
    pub body: String,
    /// A unit vector.
    pub embedding: Option<Vec<f32>>,
}

/// A stored chunk.
#[derive(Debug, Clone)]
pub struct Chunk {
    pub number: u32,
    pub span: Range<u64>,
    pub lines: (u32, u32),
    pub context: String,
    pub heading: String,
    pub body: String,
}

impl Chunk {
    /// What its words are counted in.
    pub(crate) fn indexed_text(&self) -> String {
        indexed_text(&self.context, &self.heading, &self.body)
    }
}

fn indexed_text(context: &str, heading: &str, body: &str) -> String {
    format!("{context}\n{heading}\n{body}")
}

pub async fn create(tx: &mut Tx, index: IndexId) -> Result<(), Error> {
    run!(tx, execute, query("insert into search_index (id) values ($1)").bind(index))?;
    Ok(())
}

/// Removes the index with all its chunks, and its approximate index on PostgreSQL.
pub async fn drop(tx: &mut Tx, index: IndexId) -> Result<(), Error> {
    run!(tx, execute, query("delete from search_index where id = $1").bind(index))?;
    Ok(())
}

/// Holds the index until the transaction ends: nobody else changes it meanwhile.
pub async fn lock(tx: &mut Tx, index: IndexId) -> Result<(), Error> {
    let text = "update search_index set version = version + 1 where id = $1";
    match run!(tx, execute, query(text).bind(index))? {
        0 => Err(Error::NoSuchIndex(index)),
        _ => Ok(()),
    }
}

/// What an index holds.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct Size {
    pub chunk_count: i64,
    pub word_count: i64,
}

pub async fn size(tx: &mut Tx, index: IndexId) -> Result<Size, Error> {
    let text = "select chunk_count, word_count from search_index where id = $1";
    let found: Option<Size> = run!(tx, fetch_optional, query_as(text).bind(index))?;
    found.ok_or(Error::NoSuchIndex(index))
}

/// The chunks of `numbers` that exist, by number.
pub async fn chunks(
    tx: &mut Tx,
    index: IndexId,
    numbers: &[u32],
) -> Result<HashMap<u32, Chunk>, Error> {
    let list = serde_json::Value::from(numbers.to_vec());
    let text =
        format!("select * from search_chunk where index_id = $1 and {}", tx.is_one_of("number", 2));
    let rows: Vec<Row> = run!(tx, fetch_all, query_as(AssertSqlSafe(text)).bind(index).bind(list))?;
    Ok(rows.into_iter().map(Chunk::from).map(|chunk| (chunk.number, chunk)).collect())
}

/// The chunks of `numbers`, in order.
pub async fn chunks_of(
    tx: &mut Tx,
    index: IndexId,
    numbers: Range<u32>,
) -> Result<Vec<Chunk>, Error> {
    let rows: Vec<Row> = run!(
        tx,
        fetch_all,
        query_as(
            "select * from search_chunk
             where index_id = $1 and number >= $2 and number < $3 order by number"
        )
        .bind(index)
        .bind(i64::from(numbers.start))
        .bind(i64::from(numbers.end))
    )?;
    Ok(rows.into_iter().map(Chunk::from).collect())
}

/// First and last line of each chunk of those numbers.
pub async fn lines(
    tx: &mut Tx,
    index: IndexId,
    numbers: &[Range<u32>],
) -> Result<HashMap<u32, (u32, u32)>, Error> {
    let list: serde_json::Value =
        numbers.iter().map(|range| serde_json::json!([range.start, range.end])).collect();
    let text = tx.dialect(
        "select number, first_line, last_line
         from json_each($2) as range join search_chunk on index_id = $1
              and number >= range.value ->> 0 and number < range.value ->> 1",
        // Materialized: see `Tx::is_one_of`.
        "with range as materialized
             (select (value ->> 0)::bigint as start, (value ->> 1)::bigint as until
              from jsonb_array_elements($2) as value)
         select number, first_line, last_line
         from range join search_chunk
              on index_id = $1 and number >= range.start and number < range.until",
    );
    let rows: Vec<(i64, i64, i64)> = run!(tx, fetch_all, query_as(text).bind(index).bind(list))?;
    Ok(rows.into_iter().map(|(at, first, last)| (small(at), (small(first), small(last)))).collect())
}

#[derive(sqlx::FromRow)]
struct Row {
    number: i64,
    first_byte: i64,
    end_byte: i64,
    first_line: i64,
    last_line: i64,
    context: String,
    heading: String,
    body: String,
}

impl From<Row> for Chunk {
    fn from(row: Row) -> Self {
        Self {
            number: small(row.number),
            span: row.first_byte.unsigned_abs()..row.end_byte.unsigned_abs(),
            lines: (small(row.first_line), small(row.last_line)),
            context: row.context,
            heading: row.heading,
            body: row.body,
        }
    }
}

/// Numbers are kept as 64 bits by the database and never pass 32.
fn small(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
