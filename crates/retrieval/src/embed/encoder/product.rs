//! The one product all of the encoder's arithmetic is made of, on the widest vectors the processor has.

#![expect(
    clippy::inline_always,
    reason = "what is not inlined below the dispatch gets no wide vectors"
)]

use std::sync::LazyLock;

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::matrix::{Line, Matrix, View, WIDTH};
use super::pointwise;

pub(super) static ARCH: LazyLock<Arch> = LazyLock::new(Arch::new);

/// A fully connected layer.
pub(super) struct Linear {
    /// A row per input, a column per output.
    pub(super) weights: Matrix,
    pub(super) bias: Vec<Line>,
}

/// What is done to a product while it is still in the nearest cache.
#[derive(Clone, Copy)]
pub(super) enum Then {
    Keep,
    Gelu,
}

/// Who works on a product.
#[derive(Clone, Copy)]
pub(super) enum Threads {
    /// The calling thread: the others have batches of their own.
    One,
    /// The whole pool.
    All,
}

impl Linear {
    /// `out = then(left · weights + bias)`.
    pub(super) fn apply(&self, left: &Matrix, out: &mut Matrix, then: Then, threads: Threads) {
        let panels = self.weights.panels().zip(&self.bias);
        let tasks = out.lines.chunks_exact_mut(left.rows).zip(panels);
        let run = |(out, (right, bias)): (&mut [Line], (&[Line], &Line))| {
            ARCH.dispatch(Product { left: left.view(), right, bias, then, out });
        };
        match threads {
            Threads::One => tasks.for_each(run),
            Threads::All => tasks.collect::<Vec<_>>().into_par_iter().for_each(run),
        }
    }
}

/// One panel of a product: `out = then(left · right + bias)`.
pub(super) struct Product<'a> {
    pub(super) left: View<'a>,
    /// A line for each column of `left`; what `left` has beyond them counts as zero.
    pub(super) right: &'a [Line],
    pub(super) bias: &'a Line,
    pub(super) then: Then,
    pub(super) out: &'a mut [Line],
}

impl WithSimd for Product<'_> {
    type Output = ();

    /// Rows of a tile × vectors of a line are the accumulators, and all of them stay in registers:
    /// 24 of AVX-512's 32, 12 of AVX2's 16, 24 of NEON's 32.
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        match S::F32_LANES {
            16 => self.tiles::<S, 12, 2>(simd),
            8 => self.tiles::<S, 3, 4>(simd),
            4 => self.tiles::<S, 3, 8>(simd),
            _ => self.tiles::<S, 1, WIDTH>(simd),
        }
    }
}

impl Product<'_> {
    /// Tiles of `ROWS` rows; what is left over goes by four, two and one.
    #[inline(always)]
    fn tiles<S: Simd, const ROWS: usize, const VECTORS: usize>(mut self, simd: S) {
        while self.tile::<S, ROWS, VECTORS>(simd) {}
        while self.tile::<S, 4, VECTORS>(simd) {}
        while self.tile::<S, 2, VECTORS>(simd) {}
        while self.tile::<S, 1, VECTORS>(simd) {}
    }

    /// Computes the first rows of what is left to do, or says that there are not so many.
    #[inline(always)]
    fn tile<S: Simd, const ROWS: usize, const VECTORS: usize>(&mut self, simd: S) -> bool {
        let left_over = std::mem::take(&mut self.out);
        if left_over.len() < ROWS {
            self.out = left_over;
            return false;
        }
        let (out, rest) = left_over.split_at_mut(ROWS);
        let bias = vectors::<S, VECTORS>(self.bias);
        let mut sums = [*bias; ROWS];
        for (left, right) in self.left.panels().zip(self.right.chunks(WIDTH)) {
            let Some(left) = left.first_chunk() else { break };
            sums = added(simd, sums, left, right);
        }
        for (out, sums) in out.iter_mut().zip(sums) {
            for (out, sum) in S::as_mut_simd_f32s(&mut out.0).0.iter_mut().zip(sums) {
                *out = match self.then {
                    Then::Keep => sum,
                    Then::Gelu => pointwise::gelu(simd, sum),
                };
            }
        }
        self.left.rows.start += ROWS;
        self.out = rest;
        true
    }
}

/// `sums + left · right`. By value, so that the sums live in registers: behind a reference the compiler
/// writes each of them to memory after each step.
#[inline(always)]
fn added<S: Simd, const ROWS: usize, const VECTORS: usize>(
    simd: S,
    mut sums: [[S::f32s; VECTORS]; ROWS],
    left: &[Line; ROWS],
    right: &[Line],
) -> [[S::f32s; VECTORS]; ROWS] {
    for (column, right) in right.iter().enumerate() {
        let right = vectors::<S, VECTORS>(right);
        for (sums, left) in sums.iter_mut().zip(left) {
            #[expect(clippy::indexing_slicing, reason = "the remainder is in range")]
            let left = simd.splat_f32s(left.0[column % WIDTH]);
            for (sum, right) in sums.iter_mut().zip(right) {
                *sum = simd.mul_add_f32s(left, *right, *sum);
            }
        }
    }
    sums
}

/// `VECTORS` is `WIDTH` by the lanes of a vector.
#[inline(always)]
fn vectors<S: Simd, const VECTORS: usize>(line: &Line) -> &[S::f32s; VECTORS] {
    let (vectors, _) = S::as_simd_f32s(&line.0);
    let (whole, _) = vectors.as_chunks();
    #[expect(clippy::indexing_slicing, reason = "the caller chose `VECTORS` so that there is one")]
    &whole[0]
}

#[cfg(test)]
#[expect(clippy::cast_precision_loss, clippy::float_cmp, reason = "small whole numbers")]
mod tests {
    use super::*;

    const COLUMNS: usize = 2 * WIDTH;

    /// The product of small whole numbers, which is exact however it is summed.
    fn product(rows: usize, inputs: usize, run: impl FnOnce(Product)) {
        let number = |row: usize, column: usize| ((row * 7 + column * 3) % 11) as f32 - 5.0;
        let values: Vec<f32> = (0..COLUMNS * rows).map(|at| number(at % rows, at / rows)).collect();
        let left = Matrix::from_columns(&values, rows);
        let right: Vec<Line> =
            (0..inputs).map(|input| Line(std::array::from_fn(|at| number(at, input)))).collect();
        let bias = Line(std::array::from_fn(|at| at as f32));
        let mut out = vec![Line::ZERO; rows];
        let (left, then) = (left.view(), Then::Keep);
        run(Product { left, right: &right, bias: &bias, then, out: &mut out });
        for (row, line) in out.iter().enumerate() {
            for (at, found) in line.0.iter().enumerate() {
                let terms = (0..inputs).map(|input| number(row, input) * number(at, input));
                assert_eq!(*found, terms.sum::<f32>() + at as f32, "{rows} {inputs} {row} {at}");
            }
        }
    }

    fn all_shapes(run: impl Fn(Product) + Copy) {
        for rows in 1..40 {
            for inputs in [1, WIDTH - 1, WIDTH, WIDTH + 5, COLUMNS] {
                product(rows, inputs, run);
            }
        }
    }

    #[test]
    fn products_are_exact_on_the_vectors_of_this_processor() {
        all_shapes(|product| ARCH.dispatch(product));
    }

    #[test]
    fn products_are_exact_without_vectors() {
        all_shapes(|product| Simd::vectorize(pulp::Scalar::new(), product));
    }

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn products_are_exact_on_avx2() {
        if let Some(avx2) = pulp::x86::V3::try_new() {
            all_shapes(|product| Simd::vectorize(avx2, product));
        }
    }
}
