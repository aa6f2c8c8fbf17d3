//! Vectors kept in memory: eight bits a component to find the nearest, half precision to rank
//! them exactly.

use std::sync::Arc;

use half::f16;
use pulp::Arch;
use rayon::prelude::*;

use super::dot;
use crate::best::Best;
use crate::bits::Bits;

/// Numbers in a segment; a segment never changes once it is full.
pub(crate) const SEGMENT: u32 = 8192;
/// The eight-bit scan keeps half as many again as asked for, and at least this many, for the exact
/// ranking. The bench measures the recall that leaves.
const LEAST_KEPT: usize = 64;

/// The vectors of one space of an index, by chunk number.
#[derive(Clone)]
pub(crate) struct Codes {
    dimensions: usize,
    segments: Vec<Arc<Segment>>,
}

#[derive(Clone)]
struct Segment {
    /// Which numbers have a vector.
    present: Bits,
    codes: Vec<i8>,
    /// What one step of a code is worth, per number.
    steps: Vec<f32>,
    exact: Vec<f16>,
}

impl Codes {
    pub(crate) const fn new(dimensions: usize) -> Self {
        Self { dimensions, segments: Vec::new() }
    }

    pub(crate) const fn dimensions(&self) -> usize {
        self.dimensions
    }

    pub(crate) fn bytes(&self) -> usize {
        self.segments.len() * SEGMENT as usize * (self.dimensions * 3 + 4)
    }

    /// Adds vectors; a number past the end opens the segments up to it.
    pub(crate) fn extend(&mut self, vectors: impl IntoIterator<Item = (u32, Vec<f16>)>) {
        for (number, vector) in vectors {
            let (segment, at) = ((number / SEGMENT) as usize, (number % SEGMENT) as usize);
            while self.segments.len() <= segment {
                self.segments.push(Arc::new(Segment::new(self.dimensions)));
            }
            if let Some(segment) = self.segments.get_mut(segment) {
                Arc::make_mut(segment).set(at, &vector, self.dimensions);
            }
        }
    }

    /// The `count` numbers of `allowed` with the highest cosine to `query`, best first.
    pub(crate) fn nearest(&self, query: &[f32], allowed: &Bits, count: usize) -> Vec<(u32, f32)> {
        let (query_codes, step) = quantise(query);
        let keep = (count * 3 / 2).max(LEAST_KEPT);
        let arch = Arch::new();
        // Each thread that is free scans a run of segments; nothing is shared but what they read.
        let share = self.segments.len().div_ceil(rayon::current_num_threads()).max(1);
        let scan = |(run, segments): (usize, &[Arc<Segment>])| {
            let mut kept = Best::new(keep);
            let first = u32::try_from(run * share).unwrap_or(u32::MAX);
            let starts = (first * SEGMENT..).step_by(SEGMENT as usize);
            for (start, segment) in starts.zip(segments) {
                let mut wanted = allowed.window(start, SEGMENT as usize);
                wanted.intersect(&segment.present);
                segment.scan(arch, (&query_codes, step), &wanted, |score, at| {
                    kept.offer(start + at, score);
                });
            }
            kept.into_sorted()
        };
        let runs: Vec<_> = self.segments.par_chunks(share).enumerate().map(scan).collect();
        let mut kept = Best::new(keep);
        runs.into_iter().flatten().for_each(|(number, score)| kept.offer(number, score));
        let numbers: Vec<u32> = kept.into_sorted().into_iter().map(|(number, _)| number).collect();
        let mut ranked: Vec<_> = self.cosines(query, &numbers).collect();
        ranked.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked.truncate(count);
        ranked
    }

    /// The exact cosine of each number that has a vector.
    pub(crate) fn cosines<'a>(
        &'a self,
        query: &'a [f32],
        numbers: &'a [u32],
    ) -> impl Iterator<Item = (u32, f32)> + 'a {
        let mut scratch = Vec::new();
        numbers.iter().filter_map(move |number| {
            self.exact(*number).map(|stored| (*number, dot::half(stored, query, &mut scratch)))
        })
    }

    pub(crate) fn exact(&self, number: u32) -> Option<&[f16]> {
        let segment = self.segments.get((number / SEGMENT) as usize)?;
        let at = (number % SEGMENT) as usize;
        segment.present.contains(number % SEGMENT).then_some(())?;
        segment.exact.get(at * self.dimensions..(at + 1) * self.dimensions)
    }
}

impl Segment {
    fn new(dimensions: usize) -> Self {
        let rows = SEGMENT as usize;
        Self {
            present: Bits::none(rows),
            codes: vec![0; rows * dimensions],
            steps: vec![0.0; rows],
            exact: vec![f16::ZERO; rows * dimensions],
        }
    }

    fn set(&mut self, at: usize, vector: &[f16], dimensions: usize) {
        let values: Vec<f32> = vector.iter().map(|value| value.to_f32()).collect();
        let (codes, step) = quantise(&values);
        let row = at * dimensions..(at + 1) * dimensions;
        if let (Some(into), Some(exact), Some(into_step)) = (
            self.codes.get_mut(row.clone()).filter(|into| into.len() == codes.len()),
            self.exact.get_mut(row).filter(|into| into.len() == vector.len()),
            self.steps.get_mut(at),
        ) {
            into.copy_from_slice(&codes);
            exact.copy_from_slice(vector);
            *into_step = step;
            self.present.insert(u32::try_from(at).unwrap_or(u32::MAX));
        }
    }

    /// Calls `found` with score and place of the wanted rows. When many are wanted all are
    /// scanned: skipping costs more than a row.
    fn scan(
        &self,
        arch: Arch,
        (query, query_step): (&[i8], f32),
        wanted: &Bits,
        mut found: impl FnMut(f32, u32),
    ) {
        let dimensions = query.len();
        let mut offer = |at: usize, product: i32| {
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            if wanted.contains(at)
                && let Some(step) = self.steps.get(at as usize)
            {
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "below 2^24 up to 1,000 dimensions"
                )]
                found(product as f32 * step * query_step, at);
            }
        };
        if wanted.count() * 4 > SEGMENT as usize {
            dot::each_i8(arch, &self.codes, query, offer);
            return;
        }
        for at in wanted.iter().map(|at| at as usize) {
            if let Some(row) = self.codes.get(at * dimensions..(at + 1) * dimensions) {
                dot::each_i8(arch, row, query, |_, product| offer(at, product));
            }
        }
    }
}

/// Eight-bit codes and the worth of one step: the largest component becomes ±127.
fn quantise(vector: &[f32]) -> (Vec<i8>, f32) {
    let largest = vector.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
    let step = largest.max(f32::MIN_POSITIVE) / 127.0;
    #[expect(clippy::cast_possible_truncation, reason = "within ±127 by the choice of the step")]
    let codes = vector.iter().map(|value| (value / step).round() as i8).collect();
    (codes, step)
}

#[cfg(test)]
mod tests {
    use half::f16;
    use proptest::prelude::*;

    use super::Codes;
    use crate::bits::Bits;

    fn unit(seed: u32) -> Vec<f32> {
        let values: Vec<f32> = (0..48_u32)
            .map(|at| {
                f32::from(u16::try_from((seed * 7919 + at * 104_729) * 31 % 2003).unwrap()) - 1001.0
            })
            .collect();
        let length = values.iter().map(|value| value * value).sum::<f32>().sqrt();
        values.into_iter().map(|value| value / length).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20))]
        #[test]
        fn the_nearest_are_those_of_an_exact_scan(
            count in 1_u32..300,
            start in 0_u32..9000,
            skip in 1_u32..7,
            query in 0_u32..1000,
        ) {
            let vectors: Vec<(u32, Vec<f16>)> = (0..count)
                .map(|at| (start + at, unit(at).into_iter().map(f16::from_f32).collect()))
                .collect();
            let mut codes = Codes::new(48);
            codes.extend(vectors.clone());
            let mut allowed = Bits::none((start + count) as usize);
            (start..start + count).step_by(skip as usize).for_each(|number| allowed.insert(number));
            let query = unit(query + 5000);
            let mut expected: Vec<(u32, f32)> = vectors
                .iter()
                .filter(|(number, _)| allowed.contains(*number))
                .map(|(number, vector)| {
                    (*number, vector.iter().zip(&query).map(|(a, b)| a.to_f32() * b).sum())
                })
                .collect();
            expected.sort_by(|a, b| b.1.total_cmp(&a.1));
            let found = codes.nearest(&query, &allowed, 10);
            prop_assert_eq!(found.len(), expected.len().min(10));
            for (found, expected) in found.iter().zip(&expected) {
                prop_assert!((found.1 - expected.1).abs() < 1e-3, "{found:?} {expected:?}");
            }
        }
    }
}
