//! How matrices lie in memory: cut into panels of 32 columns, each panel one row after the other.
//!
//! A panel is read from its first byte to its last by every product, so weights need no packing when
//! they are used; a head of attention is whole panels; and threads write to panels of their own.

use std::ops::Range;

/// Columns of a panel: two vectors of AVX-512, four of AVX2, eight of NEON.
pub(super) const WIDTH: usize = 32;

/// One row of one panel, on a cache line of its own.
#[derive(Clone, Copy)]
#[repr(C, align(128))]
pub(super) struct Line(pub(super) [f32; WIDTH]);

impl Line {
    pub(super) const ZERO: Self = Self([0.0; WIDTH]);
}

/// A matrix of `rows` × (32 × panels).
pub(super) struct Matrix {
    /// Never 0.
    pub(super) rows: usize,
    pub(super) lines: Vec<Line>,
}

impl Matrix {
    /// All zero. `columns` is a multiple of 32.
    pub(super) fn new(rows: usize, columns: usize) -> Self {
        Self { rows, lines: vec![Line::ZERO; rows * columns / WIDTH] }
    }

    /// Of the values of each column after those of the column before, `rows` in each.
    pub(super) fn from_columns(values: &[f32], rows: usize) -> Self {
        let columns = values.len() / rows;
        let mut matrix = Self::new(rows, columns);
        for (panel, columns) in
            matrix.lines.chunks_exact_mut(rows).zip(values.chunks_exact(rows * WIDTH))
        {
            for (index, column) in columns.chunks_exact(rows).enumerate() {
                for (value, line) in column.iter().zip(&mut *panel) {
                    if let Some(place) = line.0.get_mut(index) {
                        *place = *value;
                    }
                }
            }
        }
        matrix
    }

    /// The values of a row, left to right.
    pub(super) fn row(&self, row: usize) -> impl Iterator<Item = &Line> {
        self.lines.iter().skip(row).step_by(self.rows)
    }

    pub(super) fn row_mut(&mut self, row: usize) -> impl Iterator<Item = &mut Line> {
        self.lines.iter_mut().skip(row).step_by(self.rows)
    }

    pub(super) fn panels(&self) -> std::slice::ChunksExact<'_, Line> {
        self.lines.chunks_exact(self.rows)
    }

    pub(super) fn view(&self) -> View<'_> {
        View { stride: self.rows, rows: 0..self.rows, lines: &self.lines }
    }
}

/// Some rows of some neighbouring panels.
#[derive(Clone)]
pub(super) struct View<'a> {
    /// Lines from a panel to the next.
    pub(super) stride: usize,
    pub(super) rows: Range<usize>,
    pub(super) lines: &'a [Line],
}

impl<'a> View<'a> {
    /// The rows of each panel.
    #[expect(clippy::inline_always, reason = "part of the innermost loops")]
    #[inline(always)]
    pub(super) fn panels(&self) -> impl Iterator<Item = &'a [Line]> + use<'a> {
        let rows = self.rows.clone();
        self.lines
            .chunks_exact(self.stride)
            .map(move |panel| panel.get(rows.clone()).unwrap_or_default())
    }
}
