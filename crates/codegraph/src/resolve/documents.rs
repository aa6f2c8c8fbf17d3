//! What documents speak of: files by their path, symbols by their name.

use super::{FileId, Locate, Value, World, spaces::beside, value::SymbolId};

/// What a name of code begins with, to tell it from a path.
pub(crate) const CODE: char = '`';

/// Shorter names are those of everything.
const SHORTEST: usize = 3;

/// Documents link to files from where they stand, or from the root.
pub(crate) struct Documents;

impl Locate for Documents {
    fn module(&self, _world: &World<'_>, _from: FileId, _module: &str) -> Option<Value> {
        None
    }

    fn name(&self, world: &World<'_>, from: FileId, name: &str) -> Option<Value> {
        if let Some(code) = name.strip_prefix(CODE) {
            return spoken_of(world, code).map(Value::Symbol);
        }
        let near = match name.strip_prefix('/') {
            Some(path) => Some(path.to_owned()),
            None => beside(world.path(from), name),
        };
        near.and_then(|path| world.at(&path)).map(Value::Module)
    }
}

/// The one symbol of all files that has the name, in what is named before it.
fn spoken_of(world: &World<'_>, code: &str) -> Option<SymbolId> {
    let (holder, name) = match code.rsplit_once('.') {
        Some((before, name)) => (before.rsplit('.').next(), name),
        None => (None, code),
    };
    if name.len() < SHORTEST {
        return None;
    }
    let is_meant = |id: &SymbolId| holder.is_none_or(|holder| is_in(world, *id, holder));
    let mut same = world.symbols_named(name).iter().copied().filter(is_meant);
    let found = same.next()?;
    same.next().is_none().then_some(found)
}

/// Whether a symbol is a member of what has a name, or stands in a file that has it.
fn is_in(world: &World<'_>, id: SymbolId, holder: &str) -> bool {
    let around = world.symbol(id).and_then(|symbol| world.class_of_scope(id.file, symbol.scope));
    let Some(around) = around else {
        let file_name = world.path(id.file).rsplit('/').next().unwrap_or_default();
        return file_name.split('.').next() == Some(holder);
    };
    let facts = world.facts(around.file);
    let named = world.symbol(around).zip(facts).map(|(symbol, facts)| facts.word(symbol.name));
    named == Some(holder)
}
