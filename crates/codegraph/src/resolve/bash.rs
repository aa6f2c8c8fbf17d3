//! Bash: a sourced file brings what it sources.

use std::collections::HashMap;

use super::{FileId, Locate, Value, World, spaces::beside};

/// Files that a file sources only by way of others; more are not looked through.
const MOST: usize = 64;

/// What each file sources by way of others, nearest first.
#[derive(Default)]
pub(crate) struct SourcedFiles(HashMap<FileId, Vec<FileId>>);

impl SourcedFiles {
    pub(super) fn new(world: &World<'_>) -> Self {
        let is_bash =
            |file: &FileId| world.file(*file).is_some_and(|found| found.language.name == "bash");
        let direct: HashMap<_, _> =
            world.ids().filter(is_bash).map(|file| (file, sources(world, file))).collect();
        let reached = direct.iter().map(|(file, own)| {
            let mut all = own.clone();
            let mut next = 0;
            while let Some(files) = all.get(next).filter(|_| all.len() < MOST) {
                for file in direct.get(files).into_iter().flatten() {
                    if !all.contains(file) {
                        all.push(*file);
                    }
                }
                next += 1;
            }
            (*file, all.split_off(own.len()))
        });
        Self(reached.collect())
    }
}

fn sources(world: &World<'_>, file: FileId) -> Vec<FileId> {
    let Some(own) = world.file(file) else { return Vec::new() };
    let imports = own.wildcards.iter().filter_map(|import| own.facts.imports.get(*import as usize));
    let found = imports.filter_map(|import| {
        match Sourced.module(world, file, own.facts.word(import.module))? {
            Value::Module(file) => Some(file),
            _ => None,
        }
    });
    found.collect()
}

/// Files by their path from the one that names them, or from the root.
pub(crate) struct Sourced;

impl Locate for Sourced {
    fn module(&self, world: &World<'_>, from: FileId, module: &str) -> Option<Value> {
        let near = beside(world.path(from), module).and_then(|path| world.at(&path));
        near.or_else(|| world.at(module.trim_start_matches("./"))).map(Value::Module)
    }

    fn neighbours<'w>(&self, world: &'w World<'_>, file: FileId) -> &'w [FileId] {
        world.sourced.0.get(&file).map_or(&[], Vec::as_slice)
    }
}
