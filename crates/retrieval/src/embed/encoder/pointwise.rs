//! What is done to each value, or to each row.

#![expect(
    clippy::inline_always,
    reason = "what is not inlined below the dispatch gets no wide vectors"
)]

use pulp::{Simd, WithSimd};

use super::matrix::{Line, Matrix, WIDTH};
use super::product::ARCH;

/// `x/2 · (1 + erf(x/√2))`, to 1e-6 for |x| ≤ 5.5 and to 2e-7 · |x| beyond.
///
/// The error function is the rational approximation of Eigen (`generic_fast_erf_float`), right to a
/// few units of the last place; beyond ±4 it is ±1 in single precision.
#[inline(always)]
pub(super) fn gelu<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    const NUMERATOR: [f32; 7] = [
        -2.726_142_3e-10,
        2.770_681_4e-8,
        -2.101_024e-6,
        -5.692_506_4e-5,
        -7.349_906_3e-4,
        -2.954_6e-3,
        -1.609_603_3e-2,
    ];
    const DENOMINATOR: [f32; 5] =
        [-1.456_607_2e-5, -2.133_740_6e-4, -1.682_827e-3, -7.373_329e-3, -1.426_473_9e-2];
    let polynomial = |z, coefficients: &[f32]| {
        let mut sum = simd.splat_f32s(0.0);
        for coefficient in coefficients {
            sum = simd.mul_add_f32s(sum, z, simd.splat_f32s(*coefficient));
        }
        sum
    };
    let scaled = simd.mul_f32s(x, simd.splat_f32s(std::f32::consts::FRAC_1_SQRT_2));
    let clamped = simd.min_f32s(simd.max_f32s(scaled, simd.splat_f32s(-4.0)), simd.splat_f32s(4.0));
    let square = simd.mul_f32s(clamped, clamped);
    let numerator = simd.mul_f32s(clamped, polynomial(square, &NUMERATOR));
    let erf = simd.div_f32s(numerator, polynomial(square, &DENOMINATOR));
    let half = simd.mul_f32s(x, simd.splat_f32s(0.5));
    simd.mul_add_f32s(half, erf, half)
}

/// Makes each row of `scores` a distribution over its first `keys` columns; the others become zero.
pub(super) fn softmax(scores: &mut Matrix, keys: usize) {
    ARCH.dispatch(Softmax { scores, keys });
}

struct Softmax<'a> {
    scores: &'a mut Matrix,
    keys: usize,
}

impl WithSimd for Softmax<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let rows = self.scores.rows;
        let beyond = self.keys % WIDTH;
        if beyond > 0 {
            let last = self.scores.lines.len().saturating_sub(rows);
            for line in self.scores.lines.iter_mut().skip(last) {
                for score in line.0.iter_mut().skip(beyond) {
                    *score = f32::NEG_INFINITY;
                }
            }
        }
        for row in 0..rows {
            let mut largest = [f32::NEG_INFINITY; WIDTH];
            for line in self.scores.row(row) {
                for (largest, score) in largest.iter_mut().zip(&line.0) {
                    *largest = if *score > *largest { *score } else { *largest };
                }
            }
            let largest = largest.into_iter().fold(f32::NEG_INFINITY, f32::max);
            let mut sums = Line::ZERO;
            for line in self.scores.row_mut(row) {
                for (score, sum) in line.0.iter_mut().zip(&mut sums.0) {
                    *score = exp(*score - largest);
                    *sum += *score;
                }
            }
            let scale = sum(&sums).recip();
            for line in self.scores.row_mut(row) {
                for score in &mut line.0 {
                    *score *= scale;
                }
            }
        }
    }
}

/// `e^x` for `x ≤ 0`, to 2e-7 of its value; zero below -87.
///
/// As in Cephes: `x = n·ln 2 + r`, a polynomial for `e^r`, and `n` added to the exponent. Adding
/// 1.5 · 2²³ rounds to a whole number and leaves it in the lowest bits.
#[inline(always)]
fn exp(x: f32) -> f32 {
    const ROUND: f32 = 12_582_912.0;
    const COEFFICIENTS: [f32; 6] =
        [1.987_569_1e-4, 1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5];
    let kept = if x < -87.0 { -87.0 } else { x };
    let shifted = kept * std::f32::consts::LOG2_E + ROUND;
    let whole = shifted - ROUND;
    // ln 2 in two parts, so that the remainder is exact.
    let r = kept - whole * 0.693_359_4 - whole * -2.121_944_4e-4;
    let mut polynomial = 0.0;
    for coefficient in COEFFICIENTS {
        polynomial = polynomial * r + coefficient;
    }
    let fraction = polynomial * r * r + r + 1.0;
    let value = f32::from_bits(fraction.to_bits().wrapping_add(shifted.to_bits() << 23));
    if x < -87.0 { 0.0 } else { value }
}

/// The learnt part of a layer normalisation.
pub(super) struct Norm {
    pub(super) scale: Vec<Line>,
    pub(super) shift: Vec<Line>,
    pub(super) epsilon: f32,
}

impl Norm {
    /// Adds `residual` to each row of `values`, then brings the row to mean 0 and variance 1, scales and
    /// shifts it.
    pub(super) fn apply(&self, values: &mut Matrix, residual: &Matrix) {
        ARCH.dispatch(Normalise { norm: self, values, residual });
    }
}

struct Normalise<'a> {
    norm: &'a Norm,
    values: &'a mut Matrix,
    residual: &'a Matrix,
}

impl WithSimd for Normalise<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        #[expect(clippy::cast_precision_loss, reason = "a row has a few hundred columns")]
        let columns = (self.norm.scale.len() * WIDTH) as f32;
        for row in 0..self.values.rows {
            let mut total = Line::ZERO;
            for (line, residual) in self.values.row_mut(row).zip(self.residual.row(row)) {
                for ((value, residual), total) in
                    line.0.iter_mut().zip(&residual.0).zip(&mut total.0)
                {
                    *value += residual;
                    *total += *value;
                }
            }
            let mean = sum(&total) / columns;
            let mut squares = Line::ZERO;
            for line in self.values.row(row) {
                for (value, square) in line.0.iter().zip(&mut squares.0) {
                    *square += (value - mean) * (value - mean);
                }
            }
            let factor = (sum(&squares) / columns + self.norm.epsilon).sqrt().recip();
            let learnt = self.norm.scale.iter().zip(&self.norm.shift);
            for (line, (scale, shift)) in self.values.row_mut(row).zip(learnt) {
                for ((value, scale), shift) in line.0.iter_mut().zip(&scale.0).zip(&shift.0) {
                    *value = (*value - mean) * factor * scale + shift;
                }
            }
        }
    }
}

#[inline(always)]
fn sum(line: &Line) -> f32 {
    let mut totals = [0.0; 8];
    for values in line.0.as_chunks::<8>().0 {
        for (total, value) in totals.iter_mut().zip(values) {
            *total += value;
        }
    }
    totals.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By its series, which converges for every `x` and is right to 1e-9 as far as ±4.
    fn erf(x: f64) -> f64 {
        let mut term = x;
        let mut sum = x;
        for n in 1..200 {
            let n = f64::from(n);
            term *= -x * x / n;
            sum += term / (2.0 * n + 1.0);
        }
        sum * std::f64::consts::FRAC_2_SQRT_PI
    }

    #[test]
    fn gelu_is_as_right_as_it_says() {
        for step in -5_500_i16..5_500 {
            let x = f32::from(step) / 1_000.0;
            let exact =
                f64::from(x) / 2.0 * (1.0 + erf(f64::from(x) * std::f64::consts::FRAC_1_SQRT_2));
            let found = f64::from(gelu(pulp::Scalar::new(), x));
            assert!((found - exact).abs() < 1e-6, "{x}: {found} {exact}");
        }
        assert!(gelu(pulp::Scalar::new(), -30.0).abs() < 30.0 * 2e-7);
        assert!((gelu(pulp::Scalar::new(), 30.0) - 30.0).abs() < 30.0 * 2e-7);
    }

    #[test]
    fn exp_is_right_to_its_last_places() {
        for step in -8_700_i16..=0 {
            let x = f32::from(step) / 100.0;
            let exact = f64::from(x).exp();
            assert!((f64::from(exp(x)) - exact).abs() < 2e-7 * exact, "{x}");
        }
        assert!(exp(-87.1) + exp(f32::NEG_INFINITY) < f32::MIN_POSITIVE);
    }

    #[test]
    fn a_distribution_covers_its_keys_and_nothing_else() {
        for keys in [1_usize, 31, 32, 33, 64] {
            let mut scores = Matrix::new(3, keys.next_multiple_of(WIDTH));
            scores.lines.fill(Line([80.0; WIDTH]));
            softmax(&mut scores, keys);
            for row in 0..3 {
                let shares: Vec<f32> = scores.row(row).flat_map(|line| line.0).collect();
                let (covered, beyond) = shares.split_at(keys);
                assert!((covered.iter().sum::<f32>() - 1.0).abs() < 1e-6);
                assert!(beyond.iter().all(|share| *share < f32::MIN_POSITIVE));
            }
        }
    }
}
