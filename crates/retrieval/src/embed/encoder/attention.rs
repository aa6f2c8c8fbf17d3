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
        let (queries, rest) = self.projected.lines.split_at(out.lines.len());
        let (keys, values) = rest.split_at(out.lines.len());
        let heads = queries
            .chunks_exact(lines)
            .zip(keys.chunks_exact(lines))
            .zip(values.chunks_exact(lines));
        let heads = heads.map(|((queries, keys), values)| Head { queries, keys, values });
        let tasks = heads.zip(out.lines.chunks_exact_mut(lines));
        match threads {
            Threads::One => tasks.for_each(|(head, out)| self.head(&head, out)),
            Threads::All => {
                let tasks: Vec<_> = tasks.collect();
                tasks.into_par_iter().for_each(|(head, out)| self.head(&head, out));
            }
        }
    }

    fn head(&self, head: &Head, out: &mut [Line]) {
        let stride = self.projected.rows;
        for rows in self.sequences {
            let view = |lines| View { stride, rows: rows.clone(), lines };
            let keys = transposed(&view(head.keys));
            let mut scores = Matrix::new(rows.len(), rows.len().next_multiple_of(WIDTH));
            let panels = scores.lines.chunks_exact_mut(rows.len());
            for (out, right) in panels.zip(keys.panels()) {
                let left = view(head.queries);
                ARCH.dispatch(Product { left, right, bias: &Line::ZERO, then: Then::Keep, out });
            }
            pointwise::softmax(&mut scores, rows.len());
            let panels = out.chunks_exact_mut(stride).zip(view(head.values).panels());
            for (out, right) in panels {
                let Some(out) = out.get_mut(rows.clone()) else { return };
                let left = scores.view();
                ARCH.dispatch(Product { left, right, bias: &Line::ZERO, then: Then::Keep, out });
            }
        }
    }
}

/// The panels of one head, with the rows of the whole batch.
struct Head<'a> {
    queries: &'a [Line],
    keys: &'a [Line],
    values: &'a [Line],
}

/// A row per column of `keys`, a column per row; filled up with zeros.
fn transposed(keys: &View) -> Matrix {
    let rows = keys.lines.len() / keys.stride * WIDTH;
    let mut matrix = Matrix::new(rows, keys.rows.len().next_multiple_of(WIDTH));
    for (index, panel) in keys.panels().enumerate() {
        for (key, line) in panel.iter().enumerate() {
            let place = key / WIDTH * rows + index * WIDTH;
            for (value, out) in line.0.iter().zip(matrix.lines.iter_mut().skip(place)) {
                if let Some(place) = out.0.get_mut(key % WIDTH) {
                    *place = *value;
                }
            }
        }
    }
    matrix
}
