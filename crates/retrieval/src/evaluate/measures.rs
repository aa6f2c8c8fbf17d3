//! nDCG, recall and reciprocal rank of one ranking; their means with confidence intervals.

use std::collections::HashSet;
use std::hash::{BuildHasher, Hash};

/// Ranks that count for nDCG; for recall it is a hundred.
pub const TOP: usize = 10;
const DEEP: usize = 100;
const RESAMPLES: u64 = 1_000;

/// What one query's ranking is worth, each 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// nDCG@10 with binary relevance; the ideal ranking holds every relevant document there is.
    pub ndcg: f64,
    /// Of the relevant documents, the part among the first 100.
    pub recall: f64,
    /// One over the rank of the first relevant document.
    pub reciprocal_rank: f64,
}

/// Measures `ranked`, best first and each once, against the documents that are `relevant`.
pub fn measure<Id: Eq + Hash>(ranked: &[Id], relevant: &HashSet<Id, impl BuildHasher>) -> Measured {
    let hits = || ranked.iter().map(|id| relevant.contains(id));
    let gains = (1_u32..).zip(hits().take(TOP)).filter(|(_, hit)| *hit);
    let gained = gains.map(|(rank, _)| discount(rank)).fold(0.0, |sum, gain| sum + gain);
    let ideal: f64 = (1_u32..).zip(relevant).take(TOP).map(|(rank, _)| discount(rank)).sum();
    let found = hits().take(DEEP).filter(|hit| *hit).count();
    let first = (1_u32..).zip(hits()).find(|(_, hit)| *hit).map(|(rank, _)| rank);
    Measured {
        ndcg: if relevant.is_empty() { 0.0 } else { gained / ideal },
        recall: ratio(found, relevant.len()),
        reciprocal_rank: first.map_or(0.0, |rank| 1.0 / f64::from(rank)),
    }
}

fn discount(rank: u32) -> f64 {
    1.0 / f64::from(rank + 1).log2()
}

#[expect(clippy::cast_precision_loss, reason = "counts of documents are far below 2^53")]
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// A mean and the interval that holds it in 95 of 100 resamplings of the queries.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    pub mean: f64,
    pub low: f64,
    pub high: f64,
}

/// The mean of `values` with a percentile bootstrap interval (Efron, 1979). The same values give
/// the same interval.
pub fn summarise(values: &[f64]) -> Summary {
    let mean = |sum: f64| if values.is_empty() { 0.0 } else { sum * ratio(1, values.len()) };
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut means: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            let picked = values.iter().map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let at = (state >> 33) % values.len().max(1) as u64;
                usize::try_from(at).ok().and_then(|at| values.get(at)).copied().unwrap_or(0.0)
            });
            mean(picked.sum())
        })
        .collect();
    means.sort_unstable_by(f64::total_cmp);
    let at = |share: usize| means.get(means.len() * share / 1000).copied().unwrap_or(0.0);
    Summary { mean: mean(values.iter().sum()), low: at(25), high: at(974) }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{Summary, measure, summarise};

    #[test]
    fn measures_of_small_rankings_are_those_worked_out_by_hand() {
        let relevant = HashSet::from([1, 2]);
        let perfect = measure(&[2, 1, 3], &relevant);
        assert_eq!((perfect.ndcg, perfect.recall, perfect.reciprocal_rank), (1.0, 1.0, 1.0));
        let second = measure(&[9, 1], &relevant);
        let expected = (1.0 / 3_f64.log2()) / (1.0 + 1.0 / 3_f64.log2());
        assert!((second.ndcg - expected).abs() < 1e-12);
        assert_eq!((second.recall, second.reciprocal_rank), (0.5, 0.5));
        let none = measure(&[9, 8], &relevant);
        assert_eq!((none.ndcg, none.recall, none.reciprocal_rank), (0.0, 0.0, 0.0));
        assert!(measure(&[1], &HashSet::new()).ndcg.abs() < f64::EPSILON);
    }

    #[test]
    fn the_interval_holds_the_mean_and_narrows_with_more_queries() {
        let few: Vec<f64> = (0..20).map(|at| f64::from(at % 2)).collect();
        let many: Vec<f64> = (0..2000).map(|at| f64::from(at % 2)).collect();
        let (wide, narrow) = (summarise(&few), summarise(&many));
        assert!(wide.low < 0.5 && 0.5 < wide.high);
        assert!(narrow.high - narrow.low < (wide.high - wide.low) / 4.0);
        assert_eq!(summarise(&[]), Summary { mean: 0.0, low: 0.0, high: 0.0 });
    }
}
