//! The forward pass of a BERT encoder (Devlin et al., 2018) with mean pooling (Reimers and Gurevych, 2019).

use std::ops::Range;

use super::attention::Attention;
use super::config::Config;
use super::matrix::{Matrix, WIDTH};
use super::product::{Then, Threads};
use super::weights::{Layer, Weights};

/// A vector of length 1 for each sequence of token numbers. The sequences are packed: one matrix holds
/// all their tokens and no padding.
pub(super) fn forward(
    weights: &Weights,
    config: &Config,
    batch: &[&[u32]],
    threads: Threads,
) -> Vec<Vec<f32>> {
    let mut end = 0;
    let sequences: Vec<Range<usize>> = batch
        .iter()
        .map(|tokens| {
            let start = end;
            end += tokens.len();
            start..end
        })
        .collect();
    let mut tokens = embedded(weights, config.hidden_size, batch, end);
    let mut pass = Pass::new(config, &sequences, threads, end);
    for layer in &weights.layers {
        pass.layer(layer, &mut tokens);
    }
    sequences.iter().map(|rows| pooled(&tokens, rows.clone())).collect()
}

/// What each token means before it has seen any other, a row per token.
fn embedded(weights: &Weights, hidden: usize, batch: &[&[u32]], rows: usize) -> Matrix {
    let (mut words, mut places) = (Matrix::new(rows, hidden), Matrix::new(rows, hidden));
    let panels = hidden / WIDTH;
    let tokens =
        batch.iter().flat_map(|tokens| tokens.iter().zip(weights.places.chunks_exact(panels)));
    for (row, (token, place)) in tokens.enumerate() {
        let word = weights.words.iter().skip(*token as usize * panels);
        words.row_mut(row).zip(word).for_each(|(out, line)| *out = *line);
        places.row_mut(row).zip(place).for_each(|(out, line)| *out = *line);
    }
    weights.norm.apply(&mut words, &places);
    words
}

/// One batch on its way through the layers, and the room it needs there.
struct Pass<'a> {
    sequences: &'a [Range<usize>],
    /// Panels of a head.
    panels: usize,
    threads: Threads,
    projected: Matrix,
    gathered: Matrix,
    attended: Matrix,
    wide: Matrix,
}

impl<'a> Pass<'a> {
    fn new(config: &Config, sequences: &'a [Range<usize>], threads: Threads, rows: usize) -> Self {
        let hidden = config.hidden_size;
        Self {
            sequences,
            panels: hidden / config.num_attention_heads / WIDTH,
            threads,
            projected: Matrix::new(rows, 3 * hidden),
            gathered: Matrix::new(rows, hidden),
            attended: Matrix::new(rows, hidden),
            wide: Matrix::new(rows, config.intermediate_size),
        }
    }

    fn layer(&mut self, layer: &Layer, tokens: &mut Matrix) {
        let Self { sequences, panels, threads, projected, gathered, attended, wide } = self;
        layer.attention.apply(tokens, projected, Then::Keep, *threads);
        Attention { projected, sequences, panels: *panels }.apply(gathered, *threads);
        layer.gathered.apply(gathered, attended, Then::Keep, *threads);
        layer.attention_norm.apply(attended, tokens);
        layer.widened.apply(attended, wide, Then::Gelu, *threads);
        layer.narrowed.apply(wide, tokens, Then::Keep, *threads);
        layer.norm.apply(tokens, attended);
    }
}

/// The mean of the rows, brought to length 1.
fn pooled(tokens: &Matrix, rows: Range<usize>) -> Vec<f32> {
    let mut mean = Vec::new();
    for panel in tokens.panels() {
        let mut sum = [0.0; WIDTH];
        for line in panel.get(rows.clone()).unwrap_or_default() {
            for (sum, value) in sum.iter_mut().zip(&line.0) {
                *sum += value;
            }
        }
        mean.extend(sum);
    }
    // The length of the sum is as many times the length of the mean, so dividing by it does both.
    let length = mean.iter().map(|value| value * value).sum::<f32>().sqrt();
    for value in &mut mean {
        *value /= length;
    }
    mean
}
