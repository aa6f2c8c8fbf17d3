//! All files together, with what is needed to look names up in them.

use std::{
    cell::{OnceCell, RefCell},
    collections::HashMap,
    sync::Arc,
};

use wire::graph::{EdgeKind, NodeKind};

use super::{
    bash::SourcedFiles,
    packages::Packages,
    python::PythonModules,
    reach::Reaches,
    ruby::RubyNames,
    rust::RustModules,
    spaces::Spaces,
    value::{Found, SymbolId, Value},
};
use crate::{
    Facts,
    facts::{ScopeKind, Word},
    languages::Language,
};

/// Where a file stands among all.
pub(crate) type FileId = u32;

/// A name of any file: the same number for the same text.
pub(super) type Name = u32;

/// What declares a name in a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Slot {
    Symbol(u32),
    Import(u32),
    Binding(u32),
}

pub(crate) struct World<'a> {
    pub(super) files: Vec<FileFacts<'a>>,
    names: HashMap<&'a str, Name>,
    by_path: HashMap<&'a str, FileId>,
    pub(super) packages: Packages<'a>,
    pub(super) python: PythonModules,
    pub(super) ruby: RubyNames,
    pub(super) sourced: SourcedFiles,
    pub(super) rust: RustModules,
    pub(super) spaces: Spaces,
    /// The scopes of members that stand outside of the declaration of their type.
    pub(super) containers: HashMap<SymbolId, Vec<(FileId, u32)>>,
    pub(super) owners: HashMap<(FileId, u32), SymbolId>,
    /// The direct bases of a class, as they are asked for.
    pub(super) bases: RefCell<HashMap<SymbolId, Arc<[SymbolId]>>>,
    pub(super) hints: RefCell<HashMap<(FileId, u32), Option<Found>>>,
    pub(super) reaches: RefCell<Reaches>,
    /// The files whose outermost scope declares a name.
    declaring: OnceCell<HashMap<Name, Vec<FileId>>>,
    /// What is declared in code by each name; only documents ask.
    by_name: OnceCell<HashMap<Name, Vec<SymbolId>>>,
}

pub(super) struct FileFacts<'a> {
    pub path: &'a str,
    pub facts: &'a Facts,
    pub language: &'static Language,
    /// The number of each word of the file among all.
    names: Vec<Name>,
    /// What each scope declares, sorted.
    slots: Vec<(u32, Name, Slot)>,
    pub wildcards: Vec<u32>,
    /// Mentions of bases, by the scope of the class.
    pub base_mentions: Vec<(u32, u32)>,
}

impl<'a> World<'a> {
    pub(super) fn new(files: &'a [(Arc<str>, Arc<Facts>)]) -> Self {
        let mut names = HashMap::new();
        let files: Vec<_> = files
            .iter()
            .filter_map(|(path, facts)| FileFacts::new(path, facts, &mut names))
            .collect();
        let number = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
        let by_path =
            files.iter().enumerate().map(|(index, file)| (file.path, number(index))).collect();
        let packages = Packages::new(&files);
        let python = PythonModules::new(&files);
        let ruby = RubyNames::new(&files);
        let spaces = Spaces::new(&files);
        let mut world = Self {
            files,
            names,
            by_path,
            packages,
            python,
            ruby,
            sourced: SourcedFiles::default(),
            rust: RustModules::default(),
            spaces,
            containers: HashMap::new(),
            owners: HashMap::new(),
            bases: RefCell::default(),
            hints: RefCell::default(),
            reaches: RefCell::default(),
            declaring: OnceCell::new(),
            by_name: OnceCell::new(),
        };
        world.join_containers();
        world.sourced = SourcedFiles::new(&world);
        world
    }

    /// Finds the type of each `impl` and its like.
    fn join_containers(&mut self) {
        let mut owners = Vec::new();
        for file in self.ids() {
            let Some(facts) = self.facts(file) else { continue };
            for (scope, found) in (0..).zip(&facts.scopes) {
                let (Some(owner), Some(parent)) = (found.owner, found.parent) else { continue };
                let owner = facts.word(owner);
                let is_own =
                    facts.rules().is_some_and(|rules| rules.instance_names.contains(&owner));
                match self.evaluate(file, parent, owner).map(|found| found.value) {
                    Some(Value::Instance(class)) if is_own => owners.push(((file, scope), class)),
                    Some(Value::Symbol(class)) => owners.push(((file, scope), class)),
                    _ => {}
                }
            }
        }
        for (place, class) in owners {
            self.owners.insert(place, class);
            self.containers.entry(class).or_default().push(place);
        }
        self.hints.take();
        self.reaches.take();
        self.bases.take();
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = FileId> + use<> {
        0..u32::try_from(self.files.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn file(&self, file: FileId) -> Option<&FileFacts<'a>> {
        self.files.get(file as usize)
    }

    pub(crate) fn facts(&self, file: FileId) -> Option<&'a Facts> {
        self.file(file).map(|file| file.facts)
    }

    pub(crate) fn path(&self, file: FileId) -> &'a str {
        self.file(file).map_or("", |file| file.path)
    }

    pub(crate) fn at(&self, path: &str) -> Option<FileId> {
        self.by_path.get(path).copied()
    }

    pub(super) fn name(&self, text: &str) -> Option<Name> {
        self.names.get(text).copied()
    }

    pub(super) fn declaring(&self, name: Name) -> &[FileId] {
        let declaring = self.declaring.get_or_init(|| {
            let mut declaring: HashMap<Name, Vec<FileId>> = HashMap::new();
            for (file, found) in self.ids().zip(&self.files) {
                let outermost = found.slots.iter().take_while(|(scope, ..)| *scope == 0);
                for (_, name, _) in outermost {
                    let files = declaring.entry(*name).or_default();
                    if files.last() != Some(&file) {
                        files.push(file);
                    }
                }
            }
            declaring
        });
        declaring.get(&name).map_or(&[], Vec::as_slice)
    }

    /// Wherever it is declared; what is declared twice in one place is one.
    pub(super) fn symbols_named(&self, name: &str) -> &[SymbolId] {
        let by_name = self.by_name.get_or_init(|| {
            let mut by_name: HashMap<Name, Vec<SymbolId>> = HashMap::new();
            for (file, found) in self.ids().zip(&self.files) {
                for (index, symbol) in (0..).zip(&found.facts.symbols) {
                    let same = by_name.entry(found.name(symbol.name)).or_default();
                    let is_again = same.last().is_some_and(|last| {
                        let before = self.symbol(*last).map(|before| before.scope);
                        last.file == file && before == Some(symbol.scope)
                    });
                    if symbol.kind.is_symbol() && symbol.kind != NodeKind::Test && !is_again {
                        same.push(SymbolId { file, index });
                    }
                }
            }
            by_name
        });
        let known = self.name(name).and_then(|name| by_name.get(&name));
        known.map(Vec::as_slice).unwrap_or_default()
    }

    /// The scopes that hold the members of a class.
    pub(super) fn member_scopes(&self, class: SymbolId) -> Vec<(FileId, u32)> {
        // What a function declares in its body is its own; it has members that are assigned to it.
        let is_function =
            |kind| matches!(kind, NodeKind::Function | NodeKind::Method | NodeKind::Test);
        let symbol = self.symbol(class).filter(|symbol| !is_function(symbol.kind));
        let own = symbol.and_then(|symbol| Some((class.file, symbol.body?)));
        let joined = self.containers.get(&class).into_iter().flatten().copied();
        own.into_iter().chain(joined).collect()
    }

    pub(super) fn symbol(&self, id: SymbolId) -> Option<&'a crate::facts::Symbol> {
        self.facts(id.file)?.symbol(id.index)
    }
}

impl<'a> FileFacts<'a> {
    fn new(path: &'a str, facts: &'a Facts, all: &mut HashMap<&'a str, Name>) -> Option<Self> {
        let language = facts.rules()?;
        let names: Vec<_> = facts
            .words
            .iter()
            .map(|word| {
                let next = u32::try_from(all.len()).unwrap_or(u32::MAX);
                *all.entry(word).or_insert(next)
            })
            .collect();
        let mut file = Self {
            path,
            facts,
            language,
            names,
            slots: Vec::new(),
            wildcards: Vec::new(),
            base_mentions: Vec::new(),
        };
        file.collect();
        Some(file)
    }

    fn collect(&mut self) {
        let facts = self.facts;
        let mut slots = Vec::new();
        for (index, symbol) in (0..).zip(&facts.symbols) {
            slots.push((symbol.scope, symbol.name, Slot::Symbol(index)));
        }
        for (index, import) in (0..).zip(&facts.imports) {
            if import.is_wildcard {
                self.wildcards.push(index);
            } else if let Some(local) = import.local {
                slots.push((import.scope, local, Slot::Import(index)));
            }
        }
        for (index, binding) in (0..).zip(&facts.bindings) {
            slots.push((binding.scope, binding.name, Slot::Binding(index)));
        }
        let slots = slots.into_iter().map(|(scope, word, slot)| (scope, self.name(word), slot));
        self.slots = slots.collect();
        self.slots.sort_unstable();
        for (index, mention) in (0..).zip(&facts.mentions) {
            if matches!(mention.kind, EdgeKind::Extends | EdgeKind::Implements) {
                self.base_mentions.push((mention.scope, index));
            }
        }
        self.base_mentions.sort_unstable();
    }

    pub(super) fn name(&self, word: Word) -> Name {
        self.names.get(word as usize).copied().unwrap_or(u32::MAX)
    }

    /// Symbols first, then imports, then bindings; each in the order of the text.
    pub(super) fn slots(&self, scope: u32, name: Name) -> impl Iterator<Item = Slot> + '_ {
        let from = self.slots.partition_point(|slot| (slot.0, slot.1) < (scope, name));
        let rest = self.slots.get(from..).unwrap_or_default();
        rest.iter().take_while(move |slot| (slot.0, slot.1) == (scope, name)).map(|slot| slot.2)
    }

    /// The class whose members a scope sees by `self`.
    pub(super) fn class_scope(&self, mut scope: u32) -> Option<u32> {
        loop {
            let found = self.facts.scope(scope)?;
            if found.kind == ScopeKind::Class {
                return Some(scope);
            }
            scope = found.parent?;
        }
    }
}

pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
