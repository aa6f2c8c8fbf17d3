//! The posting blocks: which chunks a term occurs in, and how often.
//!
//! Chunk numbers are cut into blocks of 2,048. A block of a term is a run of little-endian 16 bit
//! words, one a chunk: 11 bits of the place in the block, 5 bits of the frequency, which saturates
//! at 31 (BM25 with k1 = 1.2 is within 4 % of its limit there). A word stands for itself, so a
//! block grows by appending and a chunk is taken out by dropping its word.

/// Chunks in a block. A full block is 4 KiB, half a page of PostgreSQL.
pub(crate) const BLOCK: u32 = 2048;
const FREQUENCY_BITS: u32 = 5;
const MOST: u32 = (1 << FREQUENCY_BITS) - 1;

pub(crate) const fn block_of(number: u32) -> u32 {
    number / BLOCK
}

pub(crate) fn encode(number: u32, frequency: u32) -> [u8; 2] {
    let word = (number % BLOCK) << FREQUENCY_BITS | frequency.clamp(1, MOST);
    u16::try_from(word).unwrap_or(u16::MAX).to_le_bytes()
}

/// The chunk numbers and frequencies of a block.
pub(crate) fn decode(block: u32, postings: &[u8]) -> impl Iterator<Item = (u32, u32)> + '_ {
    let (words, _) = postings.as_chunks::<2>();
    words.iter().map(move |word| {
        let word = u32::from(u16::from_le_bytes(*word));
        (block * BLOCK + (word >> FREQUENCY_BITS), word & MOST)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{MOST, block_of, decode, encode};

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(
            block in 0_u32..1000,
            pairs in prop::collection::vec((0_u32..2048, 1_u32..100), 0..50),
        ) {
            let pairs: Vec<_> = pairs.iter().map(|(at, count)| (block * 2048 + at, *count)).collect();
            let bytes: Vec<u8> = pairs.iter().flat_map(|(at, count)| encode(*at, *count)).collect();
            prop_assert!(pairs.iter().all(|(at, _)| block_of(*at) == block));
            let expected = pairs.iter().map(|(at, count)| (*at, (*count).min(MOST)));
            prop_assert!(decode(block, &bytes).eq(expected));
        }
    }
}
