//! Questions asked as the server asks them, timed from the transaction's begin to the ranking.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use retrieval::IndexId;
use retrieval::keyword::{Analyzer, Language, Query};
use retrieval::search::{DEFAULT_WEIGHT, Mode, Question, Searcher};
use tokio::task::JoinSet;

use super::corpus;
use super::exact::WANTED;
use crate::knowledge::Base;

/// Candidates the server lets each leg bring.
pub(super) const POOL: usize = 500;

pub(super) struct Bench {
    pub base: Base,
    pub index: IndexId,
    pub searcher: Searcher,
    pub questions: Vec<corpus::Question>,
    analyzer: Analyzer,
}

#[derive(Clone, Copy)]
pub(super) enum Narrowed {
    No,
    ByFilter,
}

impl Bench {
    pub(super) fn new(base: Base, index: IndexId, questions: Vec<corpus::Question>) -> Self {
        let analyzer = Analyzer::new(Language::English);
        Self { base, index, searcher: Searcher::new(1 << 30), questions, analyzer }
    }

    /// The best chunks for a question, and how long that took.
    pub(super) async fn ask(
        &self,
        number: usize,
        mode: Mode,
        narrowed: Narrowed,
    ) -> Result<(Vec<u32>, Duration)> {
        let Some(asked) = self.questions.get(number % self.questions.len()) else {
            return Ok((Vec::new(), Duration::ZERO));
        };
        let began = Instant::now();
        let query = Query::parse(&asked.text, &self.analyzer);
        let question = Question {
            index: self.index,
            analyzer: &self.analyzer,
            query: &query,
            vector: Some(&asked.vector),
            within: match narrowed {
                Narrowed::No => None,
                Narrowed::ByFilter => Some(&asked.within),
            },
            weight: DEFAULT_WEIGHT,
        };
        let mut tx = self.base.read().await?;
        let found = self.searcher.gather(&mut tx, &[question], mode, POOL).await?;
        let hits = found.rank(mode);
        drop(tx);
        let took = began.elapsed();
        Ok((hits.iter().take(WANTED).map(|hit| hit.number).collect(), took))
    }

    /// The best chunks for each of the first `count` questions.
    pub(super) async fn answers(&self, count: usize, narrowed: Narrowed) -> Result<Vec<Vec<u32>>> {
        let mut answers = Vec::new();
        for number in 0..count {
            answers.push(self.ask(number, Mode::Vector, narrowed).await?.0);
        }
        Ok(answers)
    }
}

/// `count` questions asked by `clients` at once, each the next as soon as it has its answer.
pub(super) async fn times(
    bench: &Arc<Bench>,
    mode: Mode,
    clients: usize,
    count: usize,
) -> Result<Vec<Duration>> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut asking = JoinSet::new();
    for _ in 0..clients {
        let (bench, next) = (Arc::clone(bench), Arc::clone(&next));
        asking.spawn(async move {
            let mut taken = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    return anyhow::Ok(taken);
                }
                taken.push(bench.ask(number, mode, Narrowed::No).await?.1);
            }
        });
    }
    let mut all = Vec::new();
    while let Some(taken) = asking.join_next().await {
        all.extend(taken??);
    }
    Ok(all)
}
