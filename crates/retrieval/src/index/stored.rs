//! Vectors as they are stored, for those who carry an index elsewhere.

use std::collections::HashMap;
use std::ops::Range;

use db::{Engine, Tx, run};
use half::f16;
use sqlx::query_scalar;

use super::{IndexId, postgres, sqlite};
use crate::Error;

/// The vectors that serve the chunks of `numbers`, as little-endian half precision, bit for bit
/// what is stored, the same on both engines. A chunk without a vector is left out.
pub async fn stored_vectors(
    tx: &mut Tx,
    index: IndexId,
    numbers: Range<u32>,
) -> Result<HashMap<u32, Vec<u8>>, Error> {
    let text = "select space from search_index where id = $1";
    let space: Option<i64> = run!(tx, fetch_optional, query_scalar(text).bind(index))?;
    let space = space.ok_or(Error::NoSuchIndex(index))?;
    let stored = match &mut tx.engine {
        Engine::Sqlite(tx) => sqlite::stored_vectors(tx, (index, space), numbers).await?,
        Engine::Postgres(tx) => {
            let numbers: Vec<u32> = numbers.collect();
            let vectors = postgres::vectors(tx, (index, space), &numbers).await?;
            let bytes = |vector: Vec<f16>| vector.into_iter().flat_map(f16::to_le_bytes).collect();
            vectors.into_iter().map(|(number, vector)| (number, bytes(vector))).collect()
        }
    };
    Ok(stored.into_iter().collect())
}

/// How many dimensions the vectors that serve have, if there are any.
pub async fn dimensions(tx: &mut Tx, index: IndexId) -> Result<Option<u32>, Error> {
    let text = tx.dialect(
        "select length(embedding) / 2 from search_vector where index_id = $1
             and space = (select space from search_index where id = $1)
         order by number limit 1",
        "select cast(vector_dims(embedding) as bigint) from search_vector where index_id = $1
             and space = (select space from search_index where id = $1)
         order by number limit 1",
    );
    let found: Option<i64> = run!(tx, fetch_optional, query_scalar(text).bind(index))?;
    Ok(found.map(super::small))
}

/// The vector that is stored as exactly these bytes; `None` when they are none.
pub fn vector_of(stored: &[u8]) -> Option<Vec<f32>> {
    let (pairs, rest) = stored.as_chunks::<2>();
    if !rest.is_empty() || pairs.is_empty() {
        return None;
    }
    let value =
        |pair: &[u8; 2]| Some(f16::from_le_bytes(*pair).to_f32()).filter(|it| it.is_finite());
    pairs.iter().map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vector;

    #[test]
    fn every_finite_half_survives_the_way_through_single_precision() {
        let all: Vec<u8> = (0..=u16::MAX)
            .filter(|bits| f16::from_bits(*bits).is_finite())
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(vector::to_bytes(&vector_of(&all).unwrap()), all);
    }

    #[test]
    fn what_is_no_vector_is_refused() {
        assert_eq!(vector_of(&[]), None);
        assert_eq!(vector_of(&[0]), None);
        assert_eq!(vector_of(&f16::NAN.to_le_bytes()), None);
        assert_eq!(vector_of(&f16::INFINITY.to_le_bytes()), None);
    }
}
