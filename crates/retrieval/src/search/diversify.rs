//! Maximal marginal relevance: each next hit is the best that says something else (Carbonell &
//! Goldstein, 1998).

use std::collections::HashMap;

use half::f16;

use super::Hit;

/// Reorders the first `count` of `hits`. `strength` is 1 − λ of the paper: 0 keeps the order.
pub(super) fn diversify(
    mut hits: Vec<Hit>,
    vectors: &HashMap<u32, Vec<f16>>,
    strength: f32,
    count: usize,
) -> Vec<Hit> {
    let vectors: HashMap<u32, Vec<f32>> = vectors
        .iter()
        .map(|(number, vector)| (*number, vector.iter().map(|value| value.to_f32()).collect()))
        .collect();
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
        if let Some(vector) = vectors.get(&hit.number) {
            for (other, near) in hits.iter().zip(&mut nearest) {
                let similarity = vectors.get(&other.number).map_or(0.0, |other| dot(vector, other));
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
