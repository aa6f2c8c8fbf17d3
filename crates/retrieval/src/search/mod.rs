//! From a question to ranked chunks: what is allowed, the two legs, their fusion.

mod diversify;
mod fusion;
mod keyword_leg;
mod vector_leg;

use std::ops::Range;

use db::Tx;

pub use fusion::{Hit, Leg, fuse};

use crate::bits::Bits;
use crate::index::{IndexId, Outlines};
use crate::keyword::{Analyzer, Query};
use crate::vector::memory::Memory;
use crate::Error;

/// The weight of the vector leg where none was fitted.
pub const DEFAULT_WEIGHT: f32 = 0.7;
/// Candidates a leg brings to the fusion at least.
const POOL: usize = 200;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    #[default]
    Hybrid,
    Vector,
    Keyword,
}

/// A question to one index.
pub struct Question<'a> {
    pub query: &'a Query,
    /// The unit vector of the query's text; `None` leaves the keyword leg alone.
    pub vector: Option<&'a [f32]>,
    pub mode: Mode,
    /// Of the vector leg, 0 to 1.
    pub weight: f32,
    /// 0 ranks by score alone, 1 by difference from what stands above alone.
    pub diversify: Option<f32>,
    /// The best so many.
    pub limit: usize,
    /// Only chunks of these numbers.
    pub within: Option<&'a [Range<u32>]>,
}

/// Ranked chunks, and how far the best of them is from the question.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    pub hits: Vec<Hit>,
    /// The highest cosine of any allowed chunk.
    pub closest: Option<f32>,
    /// How much of what the query asks for the best chunk has: the sum of the inverse frequencies
    /// of its terms over that of all the query's terms; 0 to 1.
    pub covered: f32,
}

/// Searches indexes; keeps what makes that fast in memory.
pub struct Searcher {
    outlines: Outlines,
    memory: Memory,
}

impl Searcher {
    /// `vectors` bounds the memory for vectors, in bytes; PostgreSQL keeps its own.
    pub fn new(vectors: usize) -> Self {
        Self { outlines: Outlines::default(), memory: Memory::new(vectors) }
    }

    /// Drops what is kept of an index that is gone.
    pub fn forget(&self, index: IndexId) {
        self.memory.forget(index);
    }

    pub async fn search(
        &self,
        tx: &mut Tx,
        (index, analyzer): (IndexId, &Analyzer),
        question: &Question<'_>,
    ) -> Result<Answer, Error> {
        let outline = self.outlines.get(tx, index).await?;
        let mut allowed = outline.live.clone();
        if let Some(ranges) = question.within {
            allowed.intersect(&Bits::of_ranges(outline.end as usize, ranges));
        }
        for terms in &question.query.phrases {
            allowed.intersect(&keyword_leg::containing(tx, index, analyzer, &outline, terms).await?);
        }
        for terms in &question.query.without {
            allowed.subtract(&keyword_leg::containing(tx, index, analyzer, &outline, terms).await?);
        }
        if allowed.is_empty() {
            return Ok(Answer::default());
        }
        let pool = POOL.max(question.limit * 2);
        let keyword = match question.mode {
            Mode::Vector => keyword_leg::Scores::default(),
            Mode::Hybrid | Mode::Keyword => {
                keyword_leg::score(tx, index, &outline, &question.query.any).await?
            }
        };
        let by_keyword = keyword.best(&allowed, pool);
        let covered = keyword.covered(by_keyword.iter().map(|(number, _)| *number));
        let vector = question.vector.filter(|_| question.mode != Mode::Keyword);
        let (mut cosines, closest) = match vector {
            None => (Vec::new(), None),
            Some(vector) => {
                let leg = vector_leg::Leg { memory: &self.memory, index, outline: &outline, vector };
                let nearest = leg.nearest(tx, &allowed, pool).await?;
                let closest = nearest.first().map(|(_, cosine)| *cosine);
                (leg.and_of(tx, nearest, &by_keyword).await?, closest)
            }
        };
        cosines.sort_unstable_by_key(|(number, _)| *number);
        let candidates = fusion::candidates(&by_keyword, &cosines, |number| keyword.of(number));
        let mut hits = fuse(candidates, question.mode, question.weight);
        if let Some(strength) = question.diversify.filter(|_| vector.is_some()) {
            hits.truncate(pool);
            let numbers: Vec<u32> = hits.iter().map(|hit| hit.number).collect();
            let vectors = vector_leg::vectors(tx, &self.memory, index, &outline, &numbers).await?;
            hits = diversify::diversify(hits, &vectors, strength, question.limit);
        }
        hits.truncate(question.limit);
        Ok(Answer { hits, closest, covered })
    }
}
