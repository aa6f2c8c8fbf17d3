//! The third leg: chunks that hang together with the best answers.

use std::collections::BTreeMap;

use super::{Hit, Leg};
use crate::index::IndexId;

/// A chunk: its index, and its number there.
pub type Place = (IndexId, u32);

/// Ranks `hits` again with the leg of `strengths`, 0 to 1, of chunks that may be among them or not.
/// The other legs keep their proportions: `weight` is taken from each alike.
///
/// Strengths are not normalised, as the other legs are: the strongest of weak connections is weak.
pub fn connect(hits: Vec<Hit>, strengths: &BTreeMap<Place, f32>, weight: f32) -> Vec<Hit> {
    let mut sorted: Vec<f32> = strengths.values().copied().collect();
    sorted.sort_unstable_by(f32::total_cmp);
    let leg = |strength: f32| Leg {
        rank: sorted.len() - sorted.partition_point(|other| *other <= strength) + 1,
        raw: strength,
        normalised: strength,
        weight,
    };
    let mut missing = strengths.clone();
    let lighter = |leg: Leg| Leg { weight: leg.weight * (1.0 - weight), ..leg };
    let mut joined: Vec<Hit> = hits
        .into_iter()
        .map(|hit| {
            let strength = missing.remove(&(hit.index, hit.number));
            Hit {
                score: hit.score * (1.0 - weight) + strength.unwrap_or(0.0) * weight,
                keyword: hit.keyword.map(lighter),
                vector: hit.vector.map(lighter),
                graph: strength.map(leg),
                ..hit
            }
        })
        .collect();
    joined.extend(missing.into_iter().map(|((index, number), strength)| Hit {
        index,
        number,
        score: strength * weight,
        keyword: None,
        vector: None,
        graph: Some(leg(strength)),
    }));
    super::fusion::sort(&mut joined);
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Always the same.
    fn index() -> IndexId {
        "0197a3c0-0000-7000-8000-000000000001".parse().unwrap()
    }

    fn hit(number: u32, score: f32) -> Hit {
        let vector = Some(Leg { rank: 1, raw: score, normalised: score, weight: 1.0 });
        Hit { index: index(), number, score, keyword: None, vector, graph: None }
    }

    fn ranking(hits: &[Hit]) -> Vec<u32> {
        hits.iter().map(|hit| hit.number).collect()
    }

    #[test]
    fn without_connections_the_order_stays() {
        let hits = vec![hit(3, 0.9), hit(1, 0.5), hit(2, 0.1)];
        assert_eq!(ranking(&connect(hits, &BTreeMap::new(), 0.3)), [3, 1, 2]);
    }

    #[test]
    fn a_connected_chunk_comes_in_and_up_and_scores_stay_sums() {
        let hits = vec![hit(3, 0.9), hit(1, 0.5), hit(2, 0.1)];
        let strengths = BTreeMap::from([((index(), 2), 0.7), ((index(), 7), 0.6)]);
        let connected = connect(hits, &strengths, 0.5);
        assert_eq!(ranking(&connected), [3, 2, 7, 1]);
        for hit in connected {
            let legs = [hit.keyword, hit.vector, hit.graph].into_iter().flatten();
            let sum: f32 = legs.map(|leg| leg.weight * leg.normalised).sum();
            assert!((sum - hit.score).abs() < 1e-6);
        }
    }
}
