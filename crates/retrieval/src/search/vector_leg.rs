//! The vector leg on an index: a scan in memory on SQLite, pgvector on PostgreSQL.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use db::{Engine, Tx};
use half::f16;
use sqlx::{Sqlite, Transaction};

use crate::Error;
use crate::bits::Bits;
use crate::index::{IndexId, Outline, postgres, sqlite};
use crate::vector::codes::Codes;
use crate::vector::memory::{Memory, Space};

/// One question's vector on one index.
pub(super) struct Leg<'a> {
    pub memory: &'a Memory,
    pub index: IndexId,
    pub outline: &'a Outline,
    pub vector: &'a [f32],
}

impl Leg<'_> {
    /// The `count` chunks of `allowed` with the highest cosine, best first.
    pub(super) async fn nearest(
        &self,
        tx: &mut Tx,
        allowed: &Bits,
        count: usize,
    ) -> Result<Vec<(u32, f32)>, Error> {
        let Self { index, outline, vector, .. } = self;
        match &mut tx.engine {
            Engine::Sqlite(tx) => {
                let codes = codes(tx, self.memory, *index, outline, vector.len()).await?;
                Ok(codes.nearest(vector, allowed, count))
            }
            Engine::Postgres(tx) => {
                let of = (*index, outline.space);
                if allowed.count() > postgres::EXACT_UP_TO {
                    let found = postgres::nearest(tx, of, vector, count).await?;
                    let found: Vec<_> =
                        found.into_iter().filter(|(number, _)| allowed.contains(*number)).collect();
                    if found.len() >= count {
                        return Ok(found.into_iter().take(count).collect());
                    }
                }
                let limit = i64::try_from(count).unwrap_or(i64::MAX);
                Ok(postgres::nearest_exactly(tx, of, vector, &ranges(allowed), limit).await?)
            }
        }
    }

    /// `nearest`, and the cosine of what the other leg found.
    pub(super) async fn and_of(
        &self,
        tx: &mut Tx,
        mut nearest: Vec<(u32, f32)>,
        others: &[(u32, f32)],
    ) -> Result<Vec<(u32, f32)>, Error> {
        let Self { index, outline, vector, .. } = self;
        let known: HashSet<u32> = nearest.iter().map(|(number, _)| *number).collect();
        let others = others.iter().map(|(number, _)| *number);
        let missing: Vec<u32> = others.filter(|number| !known.contains(number)).collect();
        match &mut tx.engine {
            Engine::Sqlite(tx) => {
                let codes = codes(tx, self.memory, *index, outline, vector.len()).await?;
                nearest.extend(codes.cosines(vector, &missing));
            }
            Engine::Postgres(tx) => {
                let of = (*index, outline.space);
                nearest.extend(postgres::cosines(tx, of, vector, &missing).await?);
            }
        }
        Ok(nearest)
    }
}

/// The vectors of `numbers`, as far as they have one.
pub(super) async fn vectors(
    tx: &mut Tx,
    memory: &Memory,
    (index, space): (IndexId, i64),
    numbers: &[u32],
) -> Result<Vec<(u32, Vec<f32>)>, Error> {
    let single = |vector: &[f16]| vector.iter().map(|value| value.to_f32()).collect();
    match &mut tx.engine {
        Engine::Sqlite(_) => {
            let Some(space) = memory.get(index, space) else { return Ok(Vec::new()) };
            let exact = |number: u32| Some((number, single(space.codes.exact(number)?)));
            Ok(numbers.iter().filter_map(|number| exact(*number)).collect())
        }
        Engine::Postgres(tx) => {
            let found = postgres::vectors(tx, (index, space), numbers).await?;
            Ok(found.into_iter().map(|(number, vector)| (number, single(&vector))).collect())
        }
    }
}

/// The vectors in memory, with those that came since they were loaded.
async fn codes(
    tx: &mut Transaction<'static, Sqlite>,
    memory: &Memory,
    index: IndexId,
    outline: &Outline,
    dimensions: usize,
) -> Result<Arc<Codes>, Error> {
    let known = memory.get(index, outline.space);
    let known = known.unwrap_or_else(|| Space::new(Arc::new(Codes::new(dimensions)), 0));
    if known.codes.dimensions() != dimensions {
        let expected = known.codes.dimensions();
        return Err(Error::Dimensions { expected, found: dimensions });
    }
    if known.upto >= outline.end {
        return Ok(known.codes);
    }
    let vectors = sqlite::vectors(tx, index, outline.space, known.upto).await?;
    if let Some((_, vector)) = vectors.iter().find(|(_, vector)| vector.len() != dimensions) {
        return Err(Error::Dimensions { expected: vector.len(), found: dimensions });
    }
    let mut codes = known.codes;
    Arc::make_mut(&mut codes).extend(vectors);
    memory.put(index, outline.space, Space::new(Arc::clone(&codes), outline.end));
    Ok(codes)
}

/// The runs of numbers in a set.
fn ranges(bits: &Bits) -> Vec<Range<u32>> {
    let mut ranges: Vec<Range<u32>> = Vec::new();
    for number in bits.iter() {
        match ranges.last_mut() {
            Some(last) if last.end == number => last.end += 1,
            _ => ranges.push(number..number + 1),
        }
    }
    ranges
}
