//! From a question to ranked chunks: what is allowed, the two legs, their fusion.

mod connect;
mod diversify;
mod fusion;
mod keyword_leg;
mod vector_leg;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use db::Tx;

pub use connect::{Place, connect};
pub use diversify::diversify;
pub use fusion::{Candidate, Hit, Leg};

use crate::Error;
use crate::bits::Bits;
use crate::index::{IndexId, Outlines};
use crate::keyword::memory::Terms;
use crate::keyword::{Analyzer, Query};
use crate::vector::memory::Memory;

/// The weight of the vector leg where none was fitted.
pub const DEFAULT_WEIGHT: f32 = 0.7;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    #[default]
    Hybrid,
    Vector,
    Keyword,
}

/// A question as one index understands it.
pub struct Question<'a> {
    pub index: IndexId,
    /// The one the index was made with.
    pub analyzer: &'a Analyzer,
    pub query: &'a Query,
    /// The unit vector of the query's text, in the index's space; `None` leaves the keyword leg.
    pub vector: Option<&'a [f32]>,
    /// Only chunks of these numbers.
    pub within: Option<&'a [Range<u32>]>,
    /// Of the vector leg, 0 to 1.
    pub weight: f32,
}

/// What the legs found in all the indexes that were asked, not ranked yet.
#[derive(Debug, Clone, Default)]
pub struct Found {
    pub candidates: Vec<Candidate>,
    /// The highest cosine of any allowed chunk.
    pub closest: Option<f32>,
    /// How much of what the query asks for one chunk has at most: the sum of the inverse
    /// frequencies of its terms over that of all the query's terms; 0 to 1.
    pub covered: f32,
    /// The terms that told chunks apart.
    pub terms: HashSet<String>,
}

impl Found {
    /// Ranks the candidates, best first.
    pub fn rank(&self, mode: Mode) -> Vec<Hit> {
        fusion::fuse(&self.candidates, mode)
    }

    /// The same with another weight of the vector leg.
    pub fn rank_weighted(&self, weight: f32) -> Vec<Hit> {
        let reweighted = self.candidates.iter().map(|it| Candidate { weight, ..*it });
        fusion::fuse(&reweighted.collect::<Vec<_>>(), Mode::Hybrid)
    }
}

/// Searches indexes; keeps what makes that fast in memory.
pub struct Searcher {
    outlines: Outlines,
    terms: Terms,
    memory: Memory,
}

impl Searcher {
    /// `vectors` bounds the memory for vectors, in bytes; PostgreSQL keeps its own.
    pub fn new(vectors: usize) -> Self {
        Self {
            outlines: Outlines::default(),
            terms: Terms::default(),
            memory: Memory::new(vectors),
        }
    }

    /// Drops what is kept of an index that is gone.
    pub fn forget(&self, index: IndexId) {
        self.terms.forget(index);
        self.memory.forget(index);
    }

    /// Asks every index; each leg of `mode` brings up to `pool` candidates of each.
    pub async fn gather(
        &self,
        tx: &mut Tx,
        questions: &[Question<'_>],
        mode: Mode,
        pool: usize,
    ) -> Result<Found, Error> {
        let mut found = Found::default();
        for question in questions {
            let one = self.ask(tx, question, mode, pool).await?;
            found.candidates.extend(one.candidates);
            found.closest = match (found.closest, one.closest) {
                (Some(a), Some(b)) => Some(a.max(b)),
                (a, b) => a.or(b),
            };
            found.covered = found.covered.max(one.covered);
            found.terms.extend(one.terms);
        }
        Ok(found)
    }

    async fn ask(
        &self,
        tx: &mut Tx,
        question: &Question<'_>,
        mode: Mode,
        pool: usize,
    ) -> Result<Found, Error> {
        let outline = self.outlines.get(tx, question.index).await?;
        let index =
            keyword_leg::Index { id: question.index, outline: &outline, terms: &self.terms };
        let allowed = allowed(tx, &index, question).await?;
        if allowed.is_empty() {
            return Ok(Found::default());
        }
        let keyword = match mode {
            Mode::Vector => keyword_leg::Scores::default(),
            Mode::Hybrid | Mode::Keyword => index.score(tx, &question.query.any).await?,
        };
        let by_keyword = keyword.best(&allowed, pool);
        let covered = keyword.covered(by_keyword.iter().map(|(number, _)| *number));
        let (mut cosines, mut closest) = (Vec::new(), None);
        if let Some(vector) = question.vector.filter(|_| mode != Mode::Keyword) {
            let memory = &self.memory;
            let leg = vector_leg::Leg { memory, index: question.index, outline: &outline, vector };
            let nearest = leg.nearest(tx, &allowed, pool).await?;
            closest = nearest.first().map(|(_, cosine)| *cosine);
            cosines = leg.and_of(tx, nearest, &by_keyword).await?;
            cosines.sort_unstable_by_key(|(number, _)| *number);
        }
        let of = fusion::Origin { index: question.index, weight: question.weight };
        let candidates = of.candidates(&by_keyword, &cosines, |number| keyword.of(number));
        Ok(Found { candidates, closest, covered, terms: keyword.into_terms() })
    }

    /// The vectors of `hits`, as far as they have one.
    pub async fn vectors(
        &self,
        tx: &mut Tx,
        hits: &[Hit],
    ) -> Result<HashMap<(IndexId, u32), Vec<f32>>, Error> {
        let mut numbers: HashMap<IndexId, Vec<u32>> = HashMap::new();
        for hit in hits {
            numbers.entry(hit.index).or_default().push(hit.number);
        }
        let mut vectors = HashMap::new();
        for (index, numbers) in numbers {
            let outline = self.outlines.get(tx, index).await?;
            let found = vector_leg::vectors(tx, &self.memory, (index, outline.space), &numbers);
            for (number, vector) in found.await? {
                vectors.insert((index, number), vector);
            }
        }
        Ok(vectors)
    }
}

/// The chunks a question may be answered with.
async fn allowed(
    tx: &mut Tx,
    index: &keyword_leg::Index<'_>,
    question: &Question<'_>,
) -> Result<Bits, Error> {
    let mut allowed = index.outline.live.clone();
    if let Some(ranges) = question.within {
        allowed.intersect(&Bits::of_ranges(allowed.len(), ranges));
    }
    for terms in &question.query.phrases {
        allowed.intersect(&index.containing(tx, question.analyzer, terms).await?);
    }
    for terms in &question.query.without {
        allowed.subtract(&index.containing(tx, question.analyzer, terms).await?);
    }
    Ok(allowed)
}
