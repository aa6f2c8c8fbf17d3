//! Maximal marginal relevance: each next hit is the best that says something else (Carbonell &
//! Goldstein, 1998).

use std::collections::HashMap;
use std::hash::BuildHasher;

use super::Hit;
use crate::index::IndexId;

/// Reorders the first `count` of `hits`. `strength` is 1 − λ of the paper: 0 keeps the order.
pub fn diversify(
    mut hits: Vec<Hit>,
    vectors: &HashMap<(IndexId, u32), Vec<f32>, impl BuildHasher>,
    strength: f32,
    count: usize,
) -> Vec<Hit> {
    let vector = |hit: &Hit| vectors.get(&(hit.index, hit.number));
    let mut chosen: Vec<Hit> = Vec::with_capacity(count);
    // The highest similarity of each remaining hit to any chosen one.
    let mut nearest = vec![0.0_f32; hits.len()];
    while chosen.len() < count && !hits.is_empty() {
        let gains = hits.iter().zip(&nearest);
        let gains = gains.map(|(hit, near)| (1.0 - strength) * hit.score - strength * near);
        let best = gains.enumerate().reduce(|best, next| if next.1 > best.1 { next } else { best });
        let Some((at, _)) = best else { break };
        let hit = hits.remove(at);
        nearest.remove(at);
        if let Some(chosen) = vector(&hit) {
            for (other, near) in hits.iter().zip(&mut nearest) {
                let similarity = vector(other).map_or(0.0, |other| dot(chosen, other));
                *near = near.max(similarity);
            }
        }
        chosen.push(hit);
    }
    chosen.extend(hits);
    chosen
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
