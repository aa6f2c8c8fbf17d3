//! The truth: every vector in single precision, compared with every question.

use super::corpus::{Corpus, Question};

pub(super) const WANTED: usize = 10;

/// Of each question the nearest chunks, and the nearest its filter allows.
pub(super) struct Truth {
    pub of_all: Vec<Vec<u32>>,
    pub of_filtered: Vec<Vec<u32>>,
}

impl Truth {
    pub(super) fn of(corpus: &Corpus, questions: &[Question]) -> Self {
        let all = u32::try_from(corpus.chunks.len()).unwrap_or(u32::MAX);
        let among_all = |question: &Question| nearest(corpus, question, 0..all);
        let filtered = |question: &Question| {
            nearest(corpus, question, question.within.iter().cloned().flatten())
        };
        Self {
            of_all: questions.iter().map(among_all).collect(),
            of_filtered: questions.iter().map(filtered).collect(),
        }
    }
}

fn nearest(corpus: &Corpus, question: &Question, numbers: impl Iterator<Item = u32>) -> Vec<u32> {
    let cosine = |number: u32| {
        let chunk = corpus.chunks.get(number as usize)?;
        Some((number, product(&chunk.vector, &question.vector)))
    };
    let mut scored: Vec<(u32, f32)> = numbers.filter_map(cosine).collect();
    scored.sort_unstable_by(|a, b| b.1.total_cmp(&a.1));
    scored.into_iter().take(WANTED).map(|(number, _)| number).collect()
}

fn product(a: &[f32], b: &[f32]) -> f32 {
    let (a_blocks, _) = a.as_chunks::<16>();
    let (b_blocks, _) = b.as_chunks::<16>();
    let mut sums = [0.0_f32; 16];
    for (a, b) in a_blocks.iter().zip(b_blocks) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    sums.iter().sum()
}

/// The share of `expected` that was found, in percent, over all questions.
pub(super) fn recall(expected: &[Vec<u32>], found: &[Vec<u32>]) -> f64 {
    let pairs = || expected.iter().zip(found);
    let hits: usize =
        pairs().map(|(of, found)| of.iter().filter(|it| found.contains(it)).count()).sum();
    let all: usize = pairs().map(|(of, _)| of.len()).sum();
    share(hits, all.max(1)) * 100.0
}

#[expect(clippy::cast_precision_loss, reason = "small counts")]
fn share(part: usize, of: usize) -> f64 {
    part as f64 / of as f64
}
