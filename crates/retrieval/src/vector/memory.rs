//! Which vectors are in memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::codes::Codes;
use crate::IndexId;

/// The vectors of the indexes searched last, bounded together.
pub(crate) struct Memory {
    limit: usize,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    spaces: HashMap<(IndexId, i64), Space>,
    clock: u64,
}

#[derive(Clone)]
pub(crate) struct Space {
    pub codes: Arc<Codes>,
    /// Numbers below are loaded, as far as they have a vector.
    pub upto: u32,
    used: u64,
}

impl Space {
    pub(crate) const fn new(codes: Arc<Codes>, upto: u32) -> Self {
        Self { codes, upto, used: 0 }
    }
}

impl Memory {
    /// `limit` in bytes. The index searched last is held even when it alone is larger.
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, held: Mutex::default() }
    }

    pub(crate) fn get(&self, index: IndexId, space: i64) -> Option<Space> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.clock += 1;
        let now = held.clock;
        let space = held.spaces.get_mut(&(index, space))?;
        space.used = now;
        Some(space.clone())
    }

    /// Keeps `loaded` unless more of the same is there already, and drops what was used longest
    /// ago past the limit.
    pub(crate) fn put(&self, index: IndexId, space: i64, loaded: Space) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.clock += 1;
        let now = held.clock;
        held.spaces.retain(|(id, other), _| *id != index || *other >= space);
        let slot = held.spaces.entry((index, space)).or_insert_with(|| loaded.clone());
        if slot.upto < loaded.upto {
            *slot = loaded;
        }
        slot.used = now;
        while held.spaces.len() > 1 && held.bytes() > self.limit {
            let oldest = held.spaces.iter().min_by_key(|(_, space)| space.used);
            let Some(key) = oldest.map(|(key, _)| *key) else { break };
            held.spaces.remove(&key);
        }
    }

    pub(crate) fn forget(&self, index: IndexId) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.spaces.retain(|(id, _), _| *id != index);
    }
}

impl Held {
    fn bytes(&self) -> usize {
        self.spaces.values().map(|space| space.codes.bytes()).sum()
    }
}
