//! The statements PostgreSQL needs of its own: rows go in as columns of arrays, vectors are
//! pgvector's.

use pgvector::HalfVector;
use sqlx::{AssertSqlSafe, Postgres, Transaction, query, query_as};

use super::add::{Lengths, Postings};
use super::{IndexId, NewChunk};

type Tx = Transaction<'static, Postgres>;

pub(super) async fn insert_chunks(
    tx: &mut Tx,
    index: IndexId,
    chunks: &[(u32, &NewChunk)],
) -> Result<(), db::Error> {
    let column = |of: &dyn Fn(u32, &NewChunk) -> i64| -> Vec<i64> {
        chunks.iter().map(|(number, chunk)| of(*number, chunk)).collect()
    };
    let text = |of: &dyn Fn(&NewChunk) -> &String| -> Vec<String> {
        chunks.iter().map(|(_, chunk)| of(chunk).clone()).collect()
    };
    query(
        "insert into search_chunk (index_id, number, first_byte, end_byte, first_line, last_line,
                                   context, heading, body)
         select $1, * from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[],
                                  $6::bigint[], $7::text[], $8::text[], $9::text[])",
    )
    .bind(index)
    .bind(column(&|number, _| i64::from(number)))
    .bind(column(&|_, chunk| i64::try_from(chunk.span.start).unwrap_or(i64::MAX)))
    .bind(column(&|_, chunk| i64::try_from(chunk.span.end).unwrap_or(i64::MAX)))
    .bind(column(&|_, chunk| i64::from(chunk.lines.0)))
    .bind(column(&|_, chunk| i64::from(chunk.lines.1)))
    .bind(text(&|chunk| &chunk.context))
    .bind(text(&|chunk| &chunk.heading))
    .bind(text(&|chunk| &chunk.body))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub(super) async fn insert_vectors(
    tx: &mut Tx,
    index: IndexId,
    space: i64,
    vectors: &[(u32, &[f32])],
) -> Result<(), db::Error> {
    let numbers: Vec<i64> = vectors.iter().map(|(number, _)| i64::from(*number)).collect();
    let embeddings: Vec<HalfVector> =
        vectors.iter().map(|(_, vector)| HalfVector::from_f32_slice(vector)).collect();
    query(
        "insert into search_vector (index_id, space, number, embedding)
         select $1, $2, * from unnest($3::bigint[], $4::halfvec[])
         on conflict (index_id, space, number) do nothing",
    )
    .bind(index)
    .bind(space)
    .bind(numbers)
    .bind(embeddings)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub(super) async fn append_postings(
    tx: &mut Tx,
    index: IndexId,
    postings: &Postings<'_>,
) -> Result<(), db::Error> {
    let terms: Vec<&str> = postings.keys().map(|(term, _)| *term).collect();
    let blocks: Vec<i64> = postings.keys().map(|(_, block)| i64::from(*block)).collect();
    let bytes: Vec<&[u8]> = postings.values().map(Vec::as_slice).collect();
    query(
        "insert into search_posting (index_id, term, block, postings)
         select $1, * from unnest($2::text[], $3::bigint[], $4::bytea[])
         on conflict (index_id, term, block)
             do update set postings = search_posting.postings || excluded.postings",
    )
    .bind(index)
    .bind(terms)
    .bind(blocks)
    .bind(bytes)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub(super) async fn append_lengths(
    tx: &mut Tx,
    index: IndexId,
    lengths: &Lengths,
) -> Result<(), db::Error> {
    let blocks: Vec<i64> = lengths.keys().map(|block| i64::from(*block)).collect();
    let bytes: Vec<&[u8]> = lengths.values().map(Vec::as_slice).collect();
    query(
        "insert into search_block (index_id, block, lengths)
         select $1, * from unnest($2::bigint[], $3::bytea[])
         on conflict (index_id, block)
             do update set lengths = search_block.lengths || excluded.lengths",
    )
    .bind(index)
    .bind(blocks)
    .bind(bytes)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Up to so many chunks an exact scan is as fast as an approximate one, and misses nothing.
pub(crate) const EXACT_UP_TO: usize = 10_000;
/// Candidates the approximate index walks through (`hnsw.ef_search`, at most 1,000).
const WALKED: usize = 400;

/// At least `count` numbers near to `query`, nearest first, by the approximate index if it is
/// there.
pub(crate) async fn nearest(
    tx: &mut Tx,
    (index, space): (IndexId, i64),
    query: &[f32],
    count: usize,
) -> Result<Vec<(u32, f32)>, db::Error> {
    let walked = count.clamp(WALKED, 1000);
    let settings = format!(
        "set local hnsw.ef_search = {walked}; set local hnsw.iterative_scan = strict_order"
    );
    sqlx::raw_sql(AssertSqlSafe(settings)).execute(&mut **tx).await?;
    // The planner sees that the partial index fits only when its condition stands in the text.
    let text = format!(
        "select number, (embedding::halfvec({dimensions})) <#> $1 as distance from search_vector
         where index_id = '{index}' and space = {space} order by distance limit {walked}",
        dimensions = query.len(),
    );
    let rows: Vec<(i64, f64)> = query_as(AssertSqlSafe(text))
        .bind(HalfVector::from_f32_slice(query))
        .fetch_all(&mut **tx)
        .await?;
    Ok(rows.into_iter().map(cosine).collect())
}

/// The `limit` numbers nearest to `query` by an exact scan of `ranges`, with their cosines.
pub(crate) async fn nearest_exactly(
    tx: &mut Tx,
    (index, space): (IndexId, i64),
    query: &[f32],
    ranges: &[std::ops::Range<u32>],
    limit: i64,
) -> Result<Vec<(u32, f32)>, db::Error> {
    let starts: Vec<i64> = ranges.iter().map(|range| i64::from(range.start)).collect();
    let ends: Vec<i64> = ranges.iter().map(|range| i64::from(range.end)).collect();
    let rows: Vec<(i64, f64)> = query_as(
        "select number, embedding <#> $3 as distance
         from unnest($4::bigint[], $5::bigint[]) as range (start, until)
         join search_vector on index_id = $1 and space = $2 and number >= start and number < until
         order by distance, number limit $6",
    )
    .bind(index)
    .bind(space)
    .bind(HalfVector::from_f32_slice(query))
    .bind(starts)
    .bind(ends)
    .bind(limit)
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(cosine).collect())
}

/// The cosine of each number that has a vector.
pub(crate) async fn cosines(
    tx: &mut Tx,
    (index, space): (IndexId, i64),
    query: &[f32],
    numbers: &[u32],
) -> Result<Vec<(u32, f32)>, db::Error> {
    let numbers: Vec<i64> = numbers.iter().map(|number| i64::from(*number)).collect();
    let rows: Vec<(i64, f64)> = query_as(
        "select number, embedding <#> $3 from search_vector
         where index_id = $1 and space = $2 and number = any($4)",
    )
    .bind(index)
    .bind(space)
    .bind(HalfVector::from_f32_slice(query))
    .bind(numbers)
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(cosine).collect())
}

/// The vectors of `numbers`, in half precision.
pub(crate) async fn vectors(
    tx: &mut Tx,
    (index, space): (IndexId, i64),
    numbers: &[u32],
) -> Result<Vec<(u32, Vec<half::f16>)>, db::Error> {
    let numbers: Vec<i64> = numbers.iter().map(|number| i64::from(*number)).collect();
    let rows: Vec<(i64, HalfVector)> = query_as(
        "select number, embedding from search_vector
         where index_id = $1 and space = $2 and number = any($3)",
    )
    .bind(index)
    .bind(space)
    .bind(numbers)
    .fetch_all(&mut **tx)
    .await?;
    let vectors =
        rows.into_iter().map(|(at, vector)| (super::small(at), vector.as_slice().to_vec()));
    Ok(vectors.collect())
}

/// pgvector's `<#>` is the negative inner product.
#[expect(clippy::cast_possible_truncation, reason = "single precision is what is stored at most")]
fn cosine((number, distance): (i64, f64)) -> (u32, f32) {
    (super::small(number), -distance as f32)
}
