//! What wildcards bring: `#include`, `use a::*`, `from a import *`, `export * from`. Files bring each
//! other in circles and by many ways; each is looked into once.

use std::{collections::HashMap, sync::Arc};

use super::value::Value;
use super::world::{FileId, Name, Slot, World};
use crate::facts::Import;

/// What the wildcards of a file lead to, and those of what they lead to.
#[derive(Default)]
pub(super) struct Reach {
    files: Vec<FileId>,
    /// Of each file where it stands among them.
    places: HashMap<FileId, usize>,
    /// What is no file: packages, namespaces, enums.
    others: Vec<Value>,
}

/// Which wildcards of the first file are followed; of the others it is those that bring on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Seen {
    Inside,
    Outside,
}

/// Reaches of so many files in all are kept: some 100 MB.
const MOST_KEPT: usize = 4_000_000;

#[derive(Default)]
pub(super) struct Reaches {
    known: HashMap<(FileId, Seen), Arc<Reach>>,
    size: usize,
}

impl World<'_> {
    /// What the wildcards of a file say a name is.
    pub(super) fn brought(&self, file: FileId, name: &str, seen: Seen, fuel: u8) -> Option<Value> {
        let fuel = fuel.checked_sub(1)?;
        if self.file(file)?.wildcards.is_empty() {
            return None;
        }
        let reach = self.reach(file, seen);
        let shown = |file: FileId, name| self.shown(file, name, fuel).flatten();
        let in_file = self.name(name).and_then(|name| {
            let declaring = self.declaring(name);
            if declaring.len() > reach.files.len() {
                return reach.files.iter().find_map(|file| shown(*file, name));
            }
            let place = |file: &FileId| Some((*reach.places.get(file)?, *file));
            let mut reached: Vec<_> = declaring.iter().filter_map(place).collect();
            reached.sort_unstable();
            reached.into_iter().find_map(|(_, file)| shown(file, name))
        });
        in_file.or_else(|| {
            reach.others.iter().find_map(|other| match other {
                // It may declare the name, or not.
                Value::Package(_) if seen == Seen::Inside => None,
                other => self.member(*other, name, fuel),
            })
        })
    }

    /// What the outermost scope of a file says of a name, if it says it to others.
    #[expect(clippy::option_option, reason = "as in `slot`")]
    pub(super) fn shown(&self, file: FileId, name: Name, fuel: u8) -> Option<Option<Value>> {
        let own = self.file(file)?;
        let is_hidden = |slot: Slot| match slot {
            Slot::Import(index) => {
                own.facts.imports.get(index as usize).is_some_and(|import| !import.is_exported)
            }
            Slot::Symbol(_) | Slot::Binding(_) => false,
        };
        if own.slots(0, name).all(is_hidden) {
            return None;
        }
        self.slot(file, 0, name, fuel).map(|slot| slot.map(|found| found.value))
    }

    fn reach(&self, file: FileId, seen: Seen) -> Arc<Reach> {
        if let Some(known) = self.reaches.borrow().known.get(&(file, seen)) {
            return Arc::clone(known);
        }
        let mut reach = Reach::default();
        // Depth first, in the order of the text.
        let mut ahead: Vec<Value> = self.wildcards(file, seen).rev().collect();
        while let Some(value) = ahead.pop() {
            match value {
                Value::Module(file) => {
                    if reach.add(file) {
                        ahead.extend(self.wildcards(file, Seen::Outside).rev());
                    }
                }
                Value::Space(space) if !self.spaces.files(space).is_empty() => {
                    for file in self.spaces.files(space) {
                        let is_first = reach.add(*file);
                        // What implements a header brings nothing to those who include that.
                        if is_first && !self.spaces.is_behind_header(self, space, *file) {
                            ahead.extend(self.wildcards(*file, Seen::Outside).rev());
                        }
                    }
                }
                other => reach.others.push(other),
            }
        }
        self.reaches.borrow_mut().keep((file, seen), Arc::new(reach))
    }

    fn wildcards(
        &self,
        file: FileId,
        seen: Seen,
    ) -> impl DoubleEndedIterator<Item = Value> + use<> {
        let values = self.file(file).map(|own| {
            let imports = own.wildcards.iter();
            let imports = imports.filter_map(|import| own.facts.imports.get(*import as usize));
            let followed = imports.filter(|import| seen == Seen::Inside || import.is_exported);
            let value = |import: &Import| {
                own.language.locate.module(self, file, own.facts.word(import.module))
            };
            followed.filter_map(value).collect::<Vec<_>>()
        });
        values.unwrap_or_default().into_iter()
    }
}

impl Reach {
    /// Whether it was not there yet.
    fn add(&mut self, file: FileId) -> bool {
        let next = self.files.len();
        let is_new = *self.places.entry(file).or_insert(next) == next;
        if is_new {
            self.files.push(file);
        }
        is_new
    }
}

impl Reaches {
    fn keep(&mut self, of: (FileId, Seen), reach: Arc<Reach>) -> Arc<Reach> {
        self.size += reach.files.len();
        if self.size > MOST_KEPT {
            self.known.clear();
            self.size = reach.files.len();
        }
        self.known.insert(of, Arc::clone(&reach));
        reach
    }
}
