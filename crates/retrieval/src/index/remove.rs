//! Removing chunks: every row that speaks of them is rewritten, so that the statistics are those
//! of an index that never held them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use db::{Tx, run};
use sqlx::types::Json;
use sqlx::{AssertSqlSafe, query, query_as, query_scalar};

use super::{IndexId, chunks_of, lock};
use crate::Error;
use crate::bits::Bits;
use crate::index::outline::GONE;
use crate::keyword::Analyzer;
use crate::keyword::postings::{BLOCK, block_of, decode, encode};

/// Removes the chunks of `numbers`. `analyzer` must be the one they were added with.
pub async fn remove(
    tx: &mut Tx,
    index: IndexId,
    analyzer: &Analyzer,
    numbers: Range<u32>,
) -> Result<(), Error> {
    lock(tx, index).await?;
    let chunks = chunks_of(tx, index, numbers.clone()).await?;
    let mut terms: BTreeMap<u32, BTreeSet<String>> = BTreeMap::new();
    let mut gone = Bits::none(numbers.end as usize);
    for chunk in &chunks {
        gone.insert(chunk.number);
        let block = terms.entry(block_of(chunk.number)).or_default();
        block.extend(analyzer.tokens(&chunk.indexed_text()).into_iter().map(|token| token.term));
    }
    let mut words = 0;
    for (block, terms) in terms {
        strike_postings(tx, index, block, &terms, &gone).await?;
        words += strike_lengths(tx, index, block, &gone).await?;
    }
    delete_rows(tx, index, numbers).await?;
    run!(
        tx,
        execute,
        query(
            "update search_index set chunk_count = chunk_count - $2, word_count = word_count - $3
             where id = $1"
        )
        .bind(index)
        .bind(i64::try_from(chunks.len()).unwrap_or(i64::MAX))
        .bind(words)
    )?;
    Ok(())
}

async fn strike_postings(
    tx: &mut Tx,
    index: IndexId,
    block: u32,
    terms: &BTreeSet<String>,
    gone: &Bits,
) -> Result<(), Error> {
    let terms: Vec<&String> = terms.iter().collect();
    let text = format!(
        "select term, postings from search_posting where index_id = $1 and block = $2 and {}
         order by term",
        tx.is_one_of_texts("term", 3)
    );
    let rows: Vec<(String, Vec<u8>)> = run!(
        tx,
        fetch_all,
        query_as(AssertSqlSafe(text)).bind(index).bind(i64::from(block)).bind(Json(&terms))
    )?;
    for (term, postings) in rows {
        let kept: Vec<u8> = decode(block, &postings)
            .filter(|(number, _)| !gone.contains(*number))
            .flat_map(|(number, frequency)| encode(number, frequency))
            .collect();
        let key = (index, term.as_str(), i64::from(block));
        if kept.is_empty() {
            delete_postings(tx, key).await?;
        } else {
            update_postings(tx, key, kept).await?;
        }
    }
    Ok(())
}

async fn delete_postings(
    tx: &mut Tx,
    (index, term, block): (IndexId, &str, i64),
) -> Result<(), Error> {
    let text = "delete from search_posting where index_id = $1 and term = $2 and block = $3";
    run!(tx, execute, query(text).bind(index).bind(term).bind(block))?;
    Ok(())
}

async fn update_postings(
    tx: &mut Tx,
    (index, term, block): (IndexId, &str, i64),
    postings: Vec<u8>,
) -> Result<(), Error> {
    let text = "update search_posting set postings = $4
                where index_id = $1 and term = $2 and block = $3";
    run!(tx, execute, query(text).bind(index).bind(term).bind(block).bind(&postings))?;
    Ok(())
}

/// Answers with the words that went.
async fn strike_lengths(
    tx: &mut Tx,
    index: IndexId,
    block: u32,
    gone: &Bits,
) -> Result<i64, Error> {
    let text = "select lengths from search_block where index_id = $1 and block = $2";
    let mut lengths: Vec<u8> =
        run!(tx, fetch_one, query_scalar(text).bind(index).bind(i64::from(block)))?;
    let mut words = 0;
    let (places, _) = lengths.as_chunks_mut::<2>();
    for (number, length) in (block * BLOCK..).zip(places) {
        if gone.contains(number) {
            words += i64::from(u16::from_le_bytes(*length));
            *length = GONE.to_le_bytes();
        }
    }
    let text = "update search_block set lengths = $3 where index_id = $1 and block = $2";
    run!(tx, execute, query(text).bind(index).bind(i64::from(block)).bind(&lengths))?;
    Ok(words)
}

async fn delete_rows(tx: &mut Tx, index: IndexId, numbers: Range<u32>) -> Result<(), Error> {
    let (start, end) = (i64::from(numbers.start), i64::from(numbers.end));
    let text = "delete from search_chunk where index_id = $1 and number >= $2 and number < $3";
    run!(tx, execute, query(text).bind(index).bind(start).bind(end))?;
    // Two spaces at most: the one that serves and the one that fills up.
    let text = "delete from search_vector where index_id = $1 and number >= $2 and number < $3
                    and space in (select space from search_index where id = $1
                                  union select space + 1 from search_index where id = $1)";
    run!(tx, execute, query(text).bind(index).bind(start).bind(end))?;
    Ok(())
}
