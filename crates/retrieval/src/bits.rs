//! A set of small numbers, one bit each.

/// A set over `0..len`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bits {
    words: Vec<u64>,
    len: usize,
}

impl Bits {
    pub fn none(len: usize) -> Self {
        Self { words: vec![0; len.div_ceil(64)], len }
    }

    pub fn all(len: usize) -> Self {
        let mut words = vec![u64::MAX; len.div_ceil(64)];
        if let (Some(last), rest @ 1..) = (words.last_mut(), len % 64) {
            *last = (1 << rest) - 1;
        }
        Self { words, len }
    }

    /// The numbers of `ranges`, as far as they are below `len`.
    pub fn of_ranges(len: usize, ranges: &[std::ops::Range<u32>]) -> Self {
        let mut bits = Self::none(len);
        for number in ranges.iter().cloned().flatten() {
            bits.insert(number);
        }
        bits
    }

    pub const fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// Numbers past the end are left out.
    #[inline]
    pub fn insert(&mut self, number: u32) {
        let number = number as usize;
        if number < self.len
            && let Some(word) = self.words.get_mut(number / 64)
        {
            *word |= 1 << (number % 64);
        }
    }

    #[inline]
    pub fn remove(&mut self, number: u32) {
        if let Some(word) = self.words.get_mut(number as usize / 64) {
            *word &= !(1 << (number % 64));
        }
    }

    #[inline]
    pub fn contains(&self, number: u32) -> bool {
        self.words.get(number as usize / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    pub fn intersect(&mut self, other: &Self) {
        for (index, word) in self.words.iter_mut().enumerate() {
            *word &= other.words.get(index).copied().unwrap_or(0);
        }
    }

    /// The `len` numbers from `start` on, renumbered from 0. `start` must be a multiple of 64.
    #[must_use]
    pub fn window(&self, start: u32, len: usize) -> Self {
        let first = start as usize / 64;
        let words = (first..first + len.div_ceil(64))
            .map(|at| self.words.get(at).copied().unwrap_or(0))
            .collect();
        Self { words, len }
    }

    pub fn subtract(&mut self, other: &Self) {
        for (word, gone) in self.words.iter_mut().zip(&other.words) {
            *word &= !gone;
        }
    }

    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// In ascending order.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        (0_u32..).step_by(64).zip(&self.words).flat_map(|(start, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let offset = (rest != 0).then(|| rest.trailing_zeros())?;
                rest &= rest - 1;
                Some(start + offset)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::Bits;

    proptest! {
        #[test]
        fn behaves_as_a_set(len in 1_usize..300, a: Vec<u8>, b: Vec<u8>) {
            let of = |numbers: &[u8]| {
                let mut bits = Bits::none(len);
                for number in numbers {
                    bits.insert(u32::from(*number));
                }
                let set = numbers.iter().map(|number| u32::from(*number));
                (bits, set.filter(|number| (*number as usize) < len).collect::<BTreeSet<_>>())
            };
            let ((left, left_set), (right, right_set)) = (of(&a), of(&b));
            let (mut both, mut rest) = (left.clone(), left.clone());
            both.intersect(&right);
            rest.subtract(&right);
            prop_assert!(left.iter().eq(left_set.iter().copied()));
            prop_assert!(both.iter().eq(left_set.intersection(&right_set).copied()));
            prop_assert!(rest.iter().eq(left_set.difference(&right_set).copied()));
            prop_assert_eq!(left.count(), left_set.len());
            prop_assert_eq!(Bits::all(len).count(), len);
        }
    }
}
