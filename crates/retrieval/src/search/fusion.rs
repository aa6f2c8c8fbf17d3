//! One ranking out of two: the min-max normalised weighted sum.
//!
//! Over 29 public collections it ranks better than reciprocal rank fusion on 27 (Bruch, Gai &
//! Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", 2023).

use super::Mode;

/// A chunk one of the legs found, with what each leg says of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    pub number: u32,
    /// BM25; 0 when no term occurs in it.
    pub keyword: f32,
    /// Cosine; `None` without a vector.
    pub vector: Option<f32>,
}

/// A ranked chunk. `score` is the sum over the legs of weight × normalised score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    pub number: u32,
    pub score: f32,
    pub keyword: Option<Leg>,
    pub vector: Option<Leg>,
}

/// What one leg says of a hit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Leg {
    /// Among the candidates of this leg, from 1.
    pub rank: usize,
    /// BM25 or cosine.
    pub raw: f32,
    /// 0 for the worst candidate, 1 for the best.
    pub normalised: f32,
    pub weight: f32,
}

/// Every chunk of either leg, once. `cosines` is sorted by number.
pub(super) fn candidates(
    by_keyword: &[(u32, f32)],
    cosines: &[(u32, f32)],
    keyword: impl Fn(u32) -> f32,
) -> Vec<Candidate> {
    let cosine = |number: u32| {
        let at = cosines.binary_search_by_key(&number, |(number, _)| *number).ok()?;
        cosines.get(at).map(|(_, cosine)| *cosine)
    };
    let without_vector = by_keyword.iter().map(|(number, _)| *number);
    let without_vector = without_vector.filter(|number| cosine(*number).is_none());
    let numbers = cosines.iter().map(|(number, _)| *number).chain(without_vector);
    numbers
        .map(|number| Candidate { number, keyword: keyword(number), vector: cosine(number) })
        .collect()
}

/// Ranks `candidates`, best first. `weight` is the vector leg's; the lower number wins a tie.
pub fn fuse(candidates: Vec<Candidate>, mode: Mode, weight: f32) -> Vec<Hit> {
    let (vector_weight, keyword_weight) = match mode {
        Mode::Keyword => (0.0, 1.0),
        Mode::Vector => (1.0, 0.0),
        Mode::Hybrid if candidates.iter().all(|candidate| candidate.vector.is_none()) => (0.0, 1.0),
        Mode::Hybrid => (weight, 1.0 - weight),
    };
    let keyword = Normalised::of(keyword_weight, candidates.iter().map(|it| Some(it.keyword)));
    let vector = Normalised::of(vector_weight, candidates.iter().map(|it| it.vector));
    let mut hits: Vec<Hit> = candidates
        .into_iter()
        .map(|candidate| {
            let keyword = (mode != Mode::Vector && candidate.keyword > 0.0)
                .then(|| keyword.leg(candidate.keyword));
            let vector = candidate.vector.map(|raw| vector.leg(raw));
            let of = |leg: Option<Leg>| leg.map_or(0.0, |leg| leg.weight * leg.normalised);
            Hit { number: candidate.number, score: of(keyword) + of(vector), keyword, vector }
        })
        .filter(|hit| hit.keyword.is_some() || hit.vector.is_some())
        .collect();
    hits.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.number.cmp(&b.number)));
    hits
}

/// The scores of one leg, worst to best.
struct Normalised {
    sorted: Vec<f32>,
    weight: f32,
}

impl Normalised {
    fn of(weight: f32, scores: impl Iterator<Item = Option<f32>>) -> Self {
        let mut sorted: Vec<f32> = scores.flatten().collect();
        sorted.sort_unstable_by(f32::total_cmp);
        Self { sorted, weight }
    }

    fn leg(&self, raw: f32) -> Leg {
        let worst = self.sorted.first().copied().unwrap_or(raw);
        let best = self.sorted.last().copied().unwrap_or(raw);
        let span = best - worst;
        let normalised = if span > 0.0 { (raw - worst) / span } else { 1.0 };
        let better = self.sorted.len() - self.sorted.partition_point(|score| *score <= raw);
        Leg { rank: better + 1, raw, normalised, weight: self.weight }
    }
}
