//! Which terms' posting blocks are in memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::IndexId;

/// All terms of 300,000 chunks take about as much, in bytes; past it all are read anew.
const MOST: usize = 64 << 20;
/// What holding a term takes beside its name and its blocks.
const OVERHEAD: usize = 128;

/// The posting blocks of one term.
pub(crate) type Blocks = Vec<(u32, Vec<u8>)>;
pub(crate) type BlocksOf = HashMap<String, Arc<Blocks>>;

/// The posting blocks asked for since their index changed. A term that does not occur is known too.
#[derive(Default)]
pub(crate) struct Terms(Mutex<Held>);

#[derive(Default)]
struct Held {
    indexes: HashMap<IndexId, Known>,
    bytes: usize,
}

#[derive(Default)]
struct Known {
    version: i64,
    terms: BlocksOf,
}

impl Terms {
    /// Those of `terms` that are known at this version of the index.
    pub(crate) fn get<'a>(
        &self,
        (index, version): (IndexId, i64),
        terms: impl Iterator<Item = &'a str>,
    ) -> BlocksOf {
        let held = self.lock();
        let known = held.indexes.get(&index).filter(|known| known.version == version);
        let Some(known) = known else { return BlocksOf::new() };
        let found = terms.filter_map(|term| known.terms.get_key_value(term));
        found.map(|(term, blocks)| (term.clone(), Arc::clone(blocks))).collect()
    }

    /// Keeps what was read at this version, unless a later one is known.
    pub(crate) fn put(&self, (index, version): (IndexId, i64), read: &BlocksOf) {
        let mut held = self.lock();
        if held.bytes > MOST {
            *held = Held::default();
        }
        if held.indexes.get(&index).is_some_and(|known| known.version < version) {
            held.forget(index);
        }
        let known =
            held.indexes.entry(index).or_insert_with(|| Known { version, ..Known::default() });
        if known.version == version {
            let mut added = 0;
            for (term, blocks) in read {
                if known.terms.insert(term.clone(), Arc::clone(blocks)).is_none() {
                    added += bytes(term, blocks);
                }
            }
            held.bytes += added;
        }
    }

    pub(crate) fn forget(&self, index: IndexId) {
        self.lock().forget(index);
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn forget(&mut self, index: IndexId) {
        let terms = self.indexes.remove(&index).unwrap_or_default().terms;
        self.bytes -= terms.iter().map(|(term, blocks)| bytes(term, blocks)).sum::<usize>();
    }
}

fn bytes(term: &str, blocks: &Blocks) -> usize {
    OVERHEAD + term.len() + blocks.iter().map(|(_, rows)| rows.len() + 32).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{BlocksOf, Terms};
    use crate::IndexId;

    fn read(term: &str, size: usize) -> BlocksOf {
        BlocksOf::from([(term.to_owned(), Arc::new(vec![(0, vec![0; size])]))])
    }

    #[test]
    fn a_term_is_known_until_the_index_changes() {
        let (terms, index) = (Terms::default(), IndexId::new());
        terms.put((index, 1), &read("a", 2));
        assert_eq!(terms.get((index, 1), ["a", "b"].into_iter()).len(), 1);
        assert!(terms.get((index, 2), ["a"].into_iter()).is_empty());
        terms.put((index, 2), &read("b", 2));
        assert!(terms.get((index, 2), ["a"].into_iter()).is_empty());
        terms.put((index, 1), &read("a", 2));
        assert!(terms.get((index, 2), ["a"].into_iter()).is_empty(), "what is old is not kept");
    }

    #[test]
    fn memory_is_bounded() {
        let (terms, index) = (Terms::default(), IndexId::new());
        for number in 0..40 {
            terms.put((index, 1), &read(&number.to_string(), 4 << 20));
            assert!(terms.lock().bytes <= super::MOST + (5 << 20));
        }
        terms.forget(index);
        assert_eq!(terms.lock().bytes, 0);
    }
}
