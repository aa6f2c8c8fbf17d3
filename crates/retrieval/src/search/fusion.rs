//! One ranking out of two: the min-max normalised weighted sum.
//!
//! Over 29 public collections it ranks better than reciprocal rank fusion on 27 (Bruch, Gai &
//! Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", 2023).

use super::Mode;
use crate::index::IndexId;

/// A chunk one of the legs found, with what each leg says of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    pub index: IndexId,
    pub number: u32,
    /// Of the vector leg, as its index has it.
    pub weight: f32,
    /// BM25; 0 when no term occurs in it.
    pub keyword: f32,
    /// Cosine; `None` without a vector.
    pub vector: Option<f32>,
}

/// A ranked chunk. `score` is the sum over the legs of weight × normalised score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    pub index: IndexId,
    pub number: u32,
    pub score: f32,
    pub keyword: Option<Leg>,
    pub vector: Option<Leg>,
    /// How strongly it hangs together with the best answers.
    pub graph: Option<Leg>,
}

/// What one leg says of a hit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Leg {
    /// Among the candidates of this leg, from 1.
    pub rank: usize,
    /// BM25, cosine, or strength of the connection.
    pub raw: f32,
    /// 0 for the worst candidate, 1 for the best.
    pub normalised: f32,
    pub weight: f32,
}

/// The index a leg's answers come from.
#[derive(Clone, Copy)]
pub(super) struct Origin {
    pub index: IndexId,
    pub weight: f32,
}

impl Origin {
    /// Every chunk of either leg, once. `cosines` is sorted by number.
    pub(super) fn candidates(
        self,
        by_keyword: &[(u32, f32)],
        cosines: &[(u32, f32)],
        keyword: impl Fn(u32) -> f32,
    ) -> Vec<Candidate> {
        let Self { index, weight } = self;
        let cosine = |number: u32| {
            let at = cosines.binary_search_by_key(&number, |(number, _)| *number).ok()?;
            cosines.get(at).map(|(_, cosine)| *cosine)
        };
        let without_vector = by_keyword.iter().map(|(number, _)| *number);
        let without_vector = without_vector.filter(|number| cosine(*number).is_none());
        let numbers = cosines.iter().map(|(number, _)| *number).chain(without_vector);
        let candidate = |number| {
            let (keyword, vector) = (keyword(number), cosine(number));
            Candidate { index, number, weight, keyword, vector }
        };
        numbers.map(candidate).collect()
    }
}

/// Ranks `candidates`.
pub(super) fn fuse(candidates: &[Candidate], mode: Mode) -> Vec<Hit> {
    let keyword = Normalised::of(candidates.iter().map(|it| Some(it.keyword)));
    let vector = Normalised::of(candidates.iter().map(|it| it.vector));
    let mut hits: Vec<Hit> = candidates
        .iter()
        .filter_map(|candidate| {
            let weight = match mode {
                Mode::Keyword => 0.0,
                Mode::Vector => 1.0,
                Mode::Hybrid => candidate.weight,
            };
            let has_keyword = mode != Mode::Vector && candidate.keyword > 0.0;
            let keyword = has_keyword.then(|| keyword.leg(candidate.keyword, 1.0 - weight));
            let cosine = candidate.vector.filter(|_| mode != Mode::Keyword);
            let vector = cosine.map(|raw| vector.leg(raw, weight));
            if keyword.is_none() && vector.is_none() {
                return None;
            }
            let of = |leg: Option<Leg>| leg.map_or(0.0, |leg| leg.weight * leg.normalised);
            let score = of(keyword) + of(vector);
            let (index, number) = (candidate.index, candidate.number);
            Some(Hit { index, number, score, keyword, vector, graph: None })
        })
        .collect();
    sort(&mut hits);
    hits
}

/// Best first; the lower number wins a tie.
pub(super) fn sort(hits: &mut [Hit]) {
    let place = |hit: &Hit| (hit.index, hit.number);
    hits.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(place(a).cmp(&place(b))));
}

/// The scores of one leg, worst to best.
struct Normalised {
    sorted: Vec<f32>,
}

impl Normalised {
    fn of(scores: impl Iterator<Item = Option<f32>>) -> Self {
        let mut sorted: Vec<f32> = scores.flatten().collect();
        sorted.sort_unstable_by(f32::total_cmp);
        Self { sorted }
    }

    fn leg(&self, raw: f32, weight: f32) -> Leg {
        let worst = self.sorted.first().copied().unwrap_or(raw);
        let best = self.sorted.last().copied().unwrap_or(raw);
        let span = best - worst;
        let normalised = if span > 0.0 { (raw - worst) / span } else { 1.0 };
        let better = self.sorted.len() - self.sorted.partition_point(|score| *score <= raw);
        Leg { rank: better + 1, raw, normalised, weight }
    }
}
