//! What a question needs to know of every chunk, kept in memory until the index changes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use db::{Tx, run};
use sqlx::query_as;

use super::IndexId;
use crate::Error;
use crate::bits::Bits;
use crate::keyword::postings::BLOCK;
use crate::keyword::score;

/// The length of a chunk that was removed.
pub(super) const GONE: u16 = u16::MAX;
/// Outlines take 5 bytes a chunk; past this many all are read anew.
const MOST: usize = 256;

/// The chunks of an index by number, at one version of it.
pub(crate) struct Outline {
    pub version: i64,
    pub space: i64,
    /// Numbers are below.
    pub end: u32,
    pub live: Bits,
    /// Live chunks.
    pub count: usize,
    /// BM25's length normalisation, by number.
    pub norms: Vec<f32>,
}

#[derive(Default)]
pub(crate) struct Outlines(Mutex<HashMap<IndexId, Arc<Outline>>>);

impl Outlines {
    pub(crate) async fn get(&self, tx: &mut Tx, index: IndexId) -> Result<Arc<Outline>, Error> {
        let head = Head::load(tx, index).await?;
        let known = self.lock().get(&index).map(Arc::clone);
        if let Some(outline) = known.filter(|outline| outline.version == head.version) {
            return Ok(outline);
        }
        let outline = Arc::new(Outline::load(tx, index, &head).await?);
        let mut kept = self.lock();
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(index, Arc::clone(&outline));
        Ok(outline)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<IndexId, Arc<Outline>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(sqlx::FromRow)]
struct Head {
    next_number: i64,
    chunk_count: i64,
    word_count: i64,
    space: i64,
    version: i64,
}

impl Head {
    async fn load(tx: &mut Tx, index: IndexId) -> Result<Self, Error> {
        let text = "select next_number, chunk_count, word_count, space, version
                    from search_index where id = $1";
        let found: Option<Self> = run!(tx, fetch_optional, query_as(text).bind(index))?;
        found.ok_or(Error::NoSuchIndex(index))
    }
}

impl Outline {
    async fn load(tx: &mut Tx, index: IndexId, head: &Head) -> Result<Self, Error> {
        let text = "select block, lengths from search_block where index_id = $1";
        let blocks: Vec<(i64, Vec<u8>)> = run!(tx, fetch_all, query_as(text).bind(index))?;
        let end = super::small(head.next_number);
        let mut live = Bits::none(end as usize);
        let mut norms = vec![0.0; end as usize];
        #[expect(clippy::cast_precision_loss, reason = "an average needs no more")]
        let average = head.word_count as f32 / head.chunk_count.max(1) as f32;
        for (block, lengths) in blocks {
            let (lengths, _) = lengths.as_chunks::<2>();
            for (number, length) in (super::small(block) * BLOCK..).zip(lengths) {
                let length = u16::from_le_bytes(*length);
                if length != GONE
                    && let Some(norm) = norms.get_mut(number as usize)
                {
                    *norm = score::norm(length, average);
                    live.insert(number);
                }
            }
        }
        let count = live.count();
        Ok(Self { version: head.version, space: head.space, end, live, count, norms })
    }
}
