//! Self-attention: each sequence of a batch looks at itself only, head by head.

use std::ops::Range;

use rayon::prelude::*;

use super::matrix::{Line, Matrix, View, WIDTH};
use super::pointwise;
use super::product::{ARCH, Product, Then, Threads};

/// Queries, keys and values of a batch, side by side; the queries are scaled already.
pub(super) struct Attention<'a> {
    pub(super) projected: &'a Matrix,
    /// The rows of each sequence.
    pub(super) sequences: &'a [Range<usize>],
    /// Panels of a head.
    pub(super) panels: usize,
}

impl Attention<'_> {
    /// Writes what each token gathered, as wide as the queries were.
    pub(super) fn apply(&self, out: &mut Matrix, threads: Threads) {
        let lines = self.panels * self.projected.rows;
        let part = out.lines.len();
        let (queries, rest) = self.projected.lines.split_at(part);
        let (keys, values) = rest.split_at(part);
        let heads = out.lines.chunks_exact_mut(lines.max(1)).zip(
            queries
                .chunks_exact(lines.max(1))
                .zip(keys.chunks_exact(lines.max(1)).zip(values.chunks_exact(lines.max(1)))),
        );
        let run =
            |(out, (queries, (keys, values))): (&mut [Line], (&[Line], (&[Line], &[Line])))| {
                self.head(queries, keys, values, out);
            };
        match threads {
            Threads::One => heads.for_each(run),
            Threads::All => heads.collect::<Vec<_>>().into_par_iter().for_each(run),
        }
    }

    fn head(&self, queries: &[Line], keys: &[Line], values: &[Line], out: &mut [Line]) {
        let stride = self.projected.rows;
        for rows in self.sequences {
            let length = rows.len();
            let transposed = transposed(&View { stride, rows: rows.clone(), lines: keys });
            let mut scores = Matrix::new(length, length.next_multiple_of(WIDTH));
            let panels = scores.lines.chunks_exact_mut(length.max(1)).zip(transposed.panels());
            for (out, right) in panels {
                let left = View { stride, rows: rows.clone(), lines: queries };
                ARCH.dispatch(Product { left, right, bias: &Line::ZERO, then: Then::Keep, out });
            }
            pointwise::softmax(&mut scores, length);
            for (out, values) in out.chunks_exact_mut(stride).zip(values.chunks_exact(stride)) {
                let (Some(out), Some(right)) =
                    (out.get_mut(rows.clone()), values.get(rows.clone()))
                else {
                    return;
                };
                ARCH.dispatch(Product {
                    left: scores.view(),
                    right,
                    bias: &Line::ZERO,
                    then: Then::Keep,
                    out,
                });
            }
        }
    }
}

/// A row per column of `keys`, a column per row; filled up with zeros.
fn transposed(keys: &View) -> Matrix {
    let rows = keys.lines.len() / keys.stride * WIDTH;
    let mut matrix = Matrix::new(rows, keys.rows.len().next_multiple_of(WIDTH));
    for (index, panel) in keys.panels().enumerate() {
        for (key, line) in panel.iter().enumerate() {
            let place = key / WIDTH * rows + index * WIDTH;
            for (value, out) in line.0.iter().zip(matrix.lines.iter_mut().skip(place)) {
                out.0[key % WIDTH] = *value;
            }
        }
    }
    matrix
}
