//! The keyword leg on an index: posting blocks in, BM25 scores out.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use db::{Tx, run};

use sqlx::types::Json;
use sqlx::{AssertSqlSafe, query_as};

use crate::Error;
use crate::best::Best;
use crate::bits::Bits;
use crate::index::{self, IndexId, Outline};
use crate::keyword::memory::{Blocks, BlocksOf, Terms};
use crate::keyword::postings::decode;
use crate::keyword::score::{self, inverse_frequency};
use crate::keyword::{Analyzer, Token};

/// Chunks of a phrase that are read to see whether its words follow each other.
const MOST_READ: usize = 10_000;
const READ_AT_ONCE: usize = 256;
/// A term in more than half of the chunks tells them apart no more: its inverse frequency is
/// below that of one occurrence in two.
const COMMON: usize = 2;

/// BM25 of every chunk.
#[derive(Default)]
pub(super) struct Scores {
    by_number: Vec<f32>,
    terms: Vec<Term>,
}

struct Term {
    text: String,
    /// Inverse document frequency × occurrences in the query.
    weight: f32,
    blocks: Arc<Blocks>,
}

impl Scores {
    pub(super) fn of(&self, number: u32) -> f32 {
        self.by_number.get(number as usize).copied().unwrap_or(0.0)
    }

    /// The `count` best of `allowed` that have any of the terms, best first.
    pub(super) fn best(&self, allowed: &Bits, count: usize) -> Vec<(u32, f32)> {
        let mut best = Best::above(0.0, count);
        for (number, score) in (0_u32..).zip(self.by_number.iter().copied()) {
            if score > 0.0 && allowed.contains(number) {
                best.offer(number, score);
            }
        }
        best.into_sorted()
    }

    pub(super) fn into_terms(self) -> HashSet<String> {
        self.terms.into_iter().map(|term| term.text).collect()
    }

    /// The largest part of the query's weight that one of `numbers` has.
    pub(super) fn covered(&self, numbers: impl Iterator<Item = u32>) -> f32 {
        let all: f32 = self.terms.iter().map(|term| term.weight).sum();
        let mut weights: HashMap<u32, f32> = numbers.map(|number| (number, 0.0)).collect();
        // Few of all the chunks of a term are asked about: a bit says so faster than the map.
        let mut asked = Bits::none(self.by_number.len());
        for number in weights.keys() {
            asked.insert(*number);
        }
        for term in &self.terms {
            let rows = term.blocks.iter().flat_map(|(block, rows)| decode(*block, rows));
            for (number, _) in rows.filter(|(number, _)| asked.contains(*number)) {
                *weights.entry(number).or_default() += term.weight;
            }
        }
        weights.into_values().fold(0.0_f32, f32::max) / all.max(f32::MIN_POSITIVE)
    }
}

/// An index as one question sees it.
pub(super) struct Index<'a> {
    pub id: IndexId,
    pub outline: &'a Outline,
    pub terms: &'a Terms,
}

impl Index<'_> {
    /// BM25 of every chunk for any of `terms`.
    pub(super) async fn score(&self, tx: &mut Tx, terms: &[String]) -> Result<Scores, Error> {
        // In one order, so that the same sum has the same rounding every time.
        let mut occurrences: BTreeMap<&str, u16> = BTreeMap::new();
        for term in terms {
            *occurrences.entry(term).or_default() += 1;
        }
        let outline = self.outline;
        let blocks = self.blocks(tx, occurrences.keys().copied()).await?;
        let frequency = |term: &str| {
            let rows = blocks.get(term).into_iter().flat_map(|blocks| blocks.iter());
            rows.map(|(_, bytes)| bytes.len() / 2).sum::<usize>()
        };
        let frequencies: HashMap<&str, usize> =
            occurrences.keys().map(|term| (*term, frequency(term))).collect();
        let is_common = |with: usize| with * COMMON > outline.count;
        let all_common = frequencies.values().all(|with| *with == 0 || is_common(*with));
        let mut scores = Scores { by_number: vec![0.0; outline.end as usize], terms: Vec::new() };
        for (term, occurrences) in occurrences {
            let with = frequencies.get(term).copied().unwrap_or(0);
            if is_common(with) && !all_common {
                continue;
            }
            let weight = inverse_frequency(outline.count, with) * f32::from(occurrences);
            let blocks = blocks.get(term).map(Arc::clone).unwrap_or_default();
            for (block, rows) in blocks.iter() {
                score::add(&mut scores.by_number, &outline.norms, *block, rows, weight);
            }
            scores.terms.push(Term { text: term.to_owned(), weight, blocks });
        }
        Ok(scores)
    }

    /// The chunks in which `terms` follow each other.
    pub(super) async fn containing(
        &self,
        tx: &mut Tx,
        analyzer: &Analyzer,
        terms: &[String],
    ) -> Result<Bits, Error> {
        let outline = self.outline;
        let blocks = self.blocks(tx, terms.iter().map(String::as_str)).await?;
        let mut all = outline.live.clone();
        for term in terms {
            let mut with = Bits::none(outline.end as usize);
            let rows = blocks.get(term.as_str()).into_iter().flat_map(|blocks| blocks.iter());
            for (number, _) in rows.flat_map(|(block, rows)| decode(*block, rows)) {
                with.insert(number);
            }
            all.intersect(&with);
        }
        if terms.len() < 2 {
            return Ok(all);
        }
        let candidates: Vec<u32> = all.iter().take(MOST_READ).collect();
        let mut found = Bits::none(outline.end as usize);
        for numbers in candidates.chunks(READ_AT_ONCE) {
            for (number, chunk) in index::chunks(tx, self.id, numbers).await? {
                // A phrase does not reach from a heading into the text below it.
                let parts = [&chunk.context, &chunk.heading, &chunk.body];
                if parts.iter().any(|part| follow(&analyzer.tokens(part), terms)) {
                    found.insert(number);
                }
            }
        }
        Ok(found)
    }

    /// The posting blocks of `terms`: those in memory, and the others from the database.
    async fn blocks<'a>(
        &self,
        tx: &mut Tx,
        terms: impl Iterator<Item = &'a str> + Clone,
    ) -> Result<BlocksOf, Error> {
        let at = (self.id, self.outline.version);
        let mut known = self.terms.get(at, terms.clone());
        let missing: Vec<&str> = terms.filter(|term| !known.contains_key(*term)).collect();
        if !missing.is_empty() {
            let read = read(tx, self.id, &missing).await?;
            self.terms.put(at, &read);
            known.extend(read);
        }
        Ok(known)
    }
}

/// Whether `terms` stand one after another among `tokens`.
fn follow(tokens: &[Token], terms: &[String]) -> bool {
    let words = tokens.iter().filter(|token| !token.is_compound).map(|token| &token.term);
    let words: Vec<&String> = words.collect();
    words.windows(terms.len()).any(|window| window.iter().copied().eq(terms))
}

async fn read(tx: &mut Tx, index: IndexId, terms: &[&str]) -> Result<BlocksOf, Error> {
    let text = format!(
        "select term, block, postings from search_posting where index_id = $1 and {}",
        tx.is_one_of_texts("term", 2)
    );
    let rows: Vec<(String, i64, Vec<u8>)> =
        run!(tx, fetch_all, query_as(AssertSqlSafe(text)).bind(index).bind(Json(terms)))?;
    // A term without rows is known to have none.
    let mut blocks: HashMap<String, Blocks> =
        terms.iter().map(|term| ((*term).to_owned(), Blocks::new())).collect();
    for (term, block, postings) in rows {
        let block = u32::try_from(block).unwrap_or(u32::MAX);
        blocks.entry(term).or_default().push((block, postings));
    }
    Ok(blocks.into_iter().map(|(term, blocks)| (term, Arc::new(blocks))).collect())
}
