//! Dot products on the widest vector instructions of the processor.
//!
//! The loops are written so that the compiler vectorises them; `pulp` compiles them once per
//! instruction set and picks one at run time.

use half::f16;
use half::slice::HalfFloatSliceExt;
use pulp::{Arch, NullaryFnOnce};

/// Elements a loop handles at once: a whole number of the widest registers.
const LANES: usize = 64;

/// Calls `each` with the place and the dot product of every row of `rows` with `query`.
/// `rows` is row after row, each as long as `query`.
pub(crate) fn each_i8(arch: Arch, rows: &[i8], query: &[i8], each: impl FnMut(usize, i32)) {
    struct Scan<'a, F> {
        rows: &'a [i8],
        query: &'a [i8],
        each: F,
    }
    impl<F: FnMut(usize, i32)> NullaryFnOnce for Scan<'_, F> {
        type Output = ();

        #[expect(
            clippy::inline_always,
            reason = "what is not inlined keeps the plain instructions"
        )]
        #[inline(always)]
        fn call(mut self) {
            for (at, row) in self.rows.chunks_exact(self.query.len()).enumerate() {
                (self.each)(at, i8_product(row, self.query));
            }
        }
    }
    if !query.is_empty() {
        arch.dispatch(Scan { rows, query, each });
    }
}

/// Nothing here can overflow below 100,000 dimensions; saying so (`wrapping`) lets a build that
/// checks for it vectorise the loop as well. Products are made in 32 bits
/// because the compiler knows an instruction that multiplies pairs and adds them.
#[expect(clippy::inline_always, reason = "what is not inlined keeps the plain instructions")]
#[inline(always)]
fn i8_product(a: &[i8], b: &[i8]) -> i32 {
    let (a_blocks, a_rest) = a.as_chunks::<LANES>();
    let (b_blocks, b_rest) = b.as_chunks::<LANES>();
    let mut sum = 0_i32;
    for (a, b) in a_blocks.iter().zip(b_blocks) {
        for (a, b) in a.iter().zip(b) {
            sum = sum.wrapping_add(i32::from(*a).wrapping_mul(i32::from(*b)));
        }
    }
    for (a, b) in a_rest.iter().zip(b_rest) {
        sum = sum.wrapping_add(i32::from(*a).wrapping_mul(i32::from(*b)));
    }
    sum
}

/// The dot product of a stored vector with a query, in single precision.
pub(crate) fn half(stored: &[f16], query: &[f32], scratch: &mut Vec<f32>) -> f32 {
    scratch.resize(stored.len(), 0.0);
    stored.convert_to_f32_slice(scratch);
    let (a_blocks, a_rest) = scratch.as_chunks::<16>();
    let (b_blocks, b_rest) = query.as_chunks::<16>();
    let mut sums = [0.0_f32; 16];
    for (a, b) in a_blocks.iter().zip(b_blocks) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + rest
}
