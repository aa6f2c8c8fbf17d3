//! The highest scores of many.

use std::cmp::Ordering;

/// The `count` best offered so far. Of equal scores the lower number is the better one, if numbers
/// are offered in ascending order.
pub(crate) struct Best {
    found: Vec<(u32, f32)>,
    count: usize,
    /// No score up to here can be among them.
    floor: f32,
}

impl Best {
    pub(crate) fn new(count: usize) -> Self {
        Self { found: Vec::new(), count, floor: f32::NEG_INFINITY }
    }

    /// Of those above `floor` alone.
    pub(crate) fn above(floor: f32, count: usize) -> Self {
        Self { floor, ..Self::new(count) }
    }

    /// Most are refused by one comparison; what passes is sorted out seldom and all at once.
    #[inline]
    pub(crate) fn offer(&mut self, number: u32, score: f32) {
        if score > self.floor {
            self.found.push((number, score));
            if self.found.len() > self.count * 2 {
                self.cut();
            }
        }
    }

    /// Best first.
    pub(crate) fn into_sorted(mut self) -> Vec<(u32, f32)> {
        self.cut();
        self.found.sort_unstable_by(order);
        self.found
    }

    fn cut(&mut self) {
        if self.found.len() > self.count {
            let (_, worst_kept, _) =
                self.found.select_nth_unstable_by(self.count.saturating_sub(1), order);
            self.floor = self.floor.max(worst_kept.1);
            self.found.truncate(self.count);
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as sorting calls it")]
fn order(a: &(u32, f32), b: &(u32, f32)) -> Ordering {
    b.1.total_cmp(&a.1).then(a.0.cmp(&b.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Best, order};

    proptest! {
        #[test]
        fn the_best_are_those_of_a_sort(scores: Vec<u8>, count in 0_usize..20) {
            let all: Vec<(u32, f32)> = (0_u32..).zip(scores.iter().map(|it| f32::from(*it))).collect();
            let mut best = Best::new(count);
            for (number, score) in &all {
                best.offer(*number, *score);
            }
            let mut expected = all;
            expected.sort_by(order);
            expected.truncate(count);
            prop_assert_eq!(best.into_sorted(), expected);
        }
    }
}
