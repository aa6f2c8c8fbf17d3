//! BM25 over posting blocks.

use super::postings::decode;

/// Term frequency saturation and length normalisation (Robertson & Zaragoza, "The Probabilistic
/// Relevance Framework", 2009, section 3.4).
const K1: f32 = 1.2;
const B: f32 = 0.75;

/// The part of BM25's denominator that depends on the chunk alone.
pub(crate) fn norm(length: u16, average: f32) -> f32 {
    K1 * (1.0 - B + B * f32::from(length) / average.max(1.0))
}

/// Rarer terms say more. Never negative: `ln(1 + (N − n + 0.5) / (n + 0.5))`.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts far below 2^24 are exact, larger ones close"
)]
pub(crate) fn inverse_frequency(chunks: usize, with_term: usize) -> f32 {
    let (all, with) = (chunks as f32, with_term.min(chunks) as f32);
    (1.0 + (all - with + 0.5) / (with + 0.5)).ln()
}

/// Adds one block of a term of weight `idf` to the `scores` by chunk number.
pub(crate) fn add(scores: &mut [f32], norms: &[f32], block: u32, postings: &[u8], idf: f32) {
    let weight = idf * (K1 + 1.0);
    for (number, frequency) in decode(block, postings) {
        let at = number as usize;
        if let (Some(score), Some(norm)) = (scores.get_mut(at), norms.get(at)) {
            #[expect(clippy::cast_precision_loss, reason = "at most 31")]
            let frequency = frequency as f32;
            *score += weight * frequency / (frequency + norm);
        }
    }
}
