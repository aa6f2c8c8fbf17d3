//! Adding chunks.

use std::collections::BTreeMap;
use std::ops::Range;

use db::{Engine, Tx, run};
use sqlx::query_as;

use super::{IndexId, NewChunk, indexed_text, postgres, small, sqlite};
use crate::Error;
use crate::keyword::Analyzer;
use crate::keyword::postings::{BLOCK, block_of, encode};

/// A chunk whose words are counted: the part of adding that needs no database.
pub struct Prepared {
    pub(super) chunk: NewChunk,
    terms: Vec<(String, u32)>,
    length: u16,
}

/// The highest length that is a length; the one above says that the chunk is gone.
const LONGEST: u16 = u16::MAX - 1;

pub fn prepare(analyzer: &Analyzer, mut chunk: NewChunk) -> Prepared {
    // PostgreSQL has no NUL in a text, and nobody searches for one.
    for text in [&mut chunk.context, &mut chunk.heading, &mut chunk.body] {
        if text.contains('\0') {
            *text = text.replace('\0', " ");
        }
    }
    let text = indexed_text(&chunk.context, &chunk.heading, &chunk.body);
    let (counts, length) = analyzer.count(&text);
    let length = u16::try_from(length).unwrap_or(LONGEST).min(LONGEST);
    Prepared { chunk, terms: counts.into_iter().collect(), length }
}

/// Adds `chunks` and answers with their numbers, which follow each other.
pub async fn add(tx: &mut Tx, index: IndexId, chunks: &[Prepared]) -> Result<Range<u32>, Error> {
    let count = i64::try_from(chunks.len()).unwrap_or(i64::MAX);
    let words: i64 = chunks.iter().map(|chunk| i64::from(chunk.length)).sum();
    let opened: Option<(i64, i64)> = run!(
        tx,
        fetch_optional,
        query_as(
            "update search_index
             set next_number = next_number + $2, chunk_count = chunk_count + $2,
                 word_count = word_count + $3, version = version + 1
             where id = $1 returning next_number - $2, space"
        )
        .bind(index)
        .bind(count)
        .bind(words)
    )?;
    let (first, space) = opened.ok_or(Error::NoSuchIndex(index))?;
    let numbers = small(first)..small(first + count);
    let numbered = || numbers.clone().zip(chunks);
    let rows: Vec<(u32, &NewChunk)> = numbered().map(|(at, row)| (at, &row.chunk)).collect();
    let vectors: Vec<(u32, &[f32])> =
        rows.iter().filter_map(|(at, chunk)| Some((*at, chunk.embedding.as_deref()?))).collect();
    let postings = postings(numbered());
    let lengths = lengths(numbered());
    match &mut tx.engine {
        Engine::Sqlite(tx) => {
            sqlite::insert_chunks(tx, index, &rows).await?;
            sqlite::insert_vectors(tx, index, space, &vectors).await?;
            sqlite::append_postings(tx, index, &postings).await?;
            sqlite::append_lengths(tx, index, &lengths).await?;
        }
        Engine::Postgres(tx) => {
            postgres::insert_chunks(tx, index, &rows).await?;
            postgres::insert_vectors(tx, index, space, &vectors).await?;
            postgres::append_postings(tx, index, &postings).await?;
            postgres::append_lengths(tx, index, &lengths).await?;
        }
    }
    Ok(numbers)
}

/// By term and block, so that every writer takes the rows in one order.
pub(super) type Postings<'a> = BTreeMap<(&'a str, u32), Vec<u8>>;
pub(super) type Lengths = BTreeMap<u32, Vec<u8>>;

fn postings<'a>(chunks: impl Iterator<Item = (u32, &'a Prepared)>) -> Postings<'a> {
    let mut postings = Postings::new();
    for (number, chunk) in chunks {
        for (term, frequency) in &chunk.terms {
            let row = postings.entry((term.as_str(), block_of(number))).or_default();
            row.extend(encode(number, *frequency));
        }
    }
    postings
}

fn lengths<'a>(chunks: impl Iterator<Item = (u32, &'a Prepared)>) -> Lengths {
    let mut lengths = Lengths::new();
    for (number, chunk) in chunks {
        lengths.entry(number / BLOCK).or_default().extend(chunk.length.to_le_bytes());
    }
    lengths
}
