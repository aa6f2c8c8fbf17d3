//! What is named behind a dot: members of classes, names of modules and of spaces.

use std::sync::Arc;

use wire::graph::NodeKind;

use super::reach::Seen;
use super::value::{SymbolId, Value, is_class};
use super::world::{FileId, Name, Slot, World};
use crate::path;

/// As JavaScript calls it: the one language whose callbacks are followed.
const CONSTRUCTOR: &str = "constructor";

/// Bases of a class, direct or not; what people write has a few.
const MOST_BASES: usize = 256;

impl World<'_> {
    pub(super) fn member(&self, value: Value, name: &str, fuel: u8) -> Option<Value> {
        let fuel = fuel.checked_sub(1)?;
        match value {
            Value::Instance(class) => self.class_member(class, self.name(name)?, fuel),
            Value::Super(class) => {
                let name = self.name(name)?;
                self.bases_of(class).iter().find_map(|base| self.class_member(*base, name, fuel))
            }
            Value::Symbol(id) => self.symbol_member(id, name, fuel),
            Value::Module(file) => self.exported(file, name, fuel),
            Value::Namespace(_) => {
                let python = crate::languages::named("python")?;
                python.locate.submodule(self, value, name)
            }
            Value::Space(space) => {
                let mut files = self.spaces.files(space).iter();
                let found = files.find_map(|file| self.exported(*file, name, fuel));
                let found = found.or_else(|| self.reopened(space, name, fuel));
                found.or_else(|| self.spaces.inside(space, name).map(Value::Space))
            }
            Value::Package(_) => Some(value),
        }
    }

    pub(super) fn symbol_member(&self, id: SymbolId, name: &str, fuel: u8) -> Option<Value> {
        let symbol = self.symbol(id)?;
        if symbol.kind == NodeKind::Module {
            let body = symbol.body?;
            let known = self.name(name)?;
            if let Some(slot) = self.slot(id.file, body, known, fuel) {
                return slot.map(|found| found.value);
            }
            let space = self.spaces.of_scope(id.file, body);
            let value = space.and_then(|space| self.reopened(space, name, fuel));
            return value.or_else(|| self.class_member(id, known, fuel)).or_else(|| {
                self.file(id.file)?.language.locate.reopened(self, id.file, body, name)
            });
        }
        if path::is_argument(name) {
            return self.argument(id, name, fuel);
        }
        if symbol.body.is_some() && !is_class(symbol.kind) {
            // A property: its value is what it returns.
            let returned = self.returned(id, fuel);
            let found = returned.and_then(|value| self.member(value, name, fuel));
            // In JavaScript a function is an object as well.
            return found.or_else(|| self.class_member(id, self.name(name)?, fuel));
        }
        self.class_member(id, self.name(name)?, fuel)
    }

    /// What a function, or the constructor of a class, gives to a function that it takes.
    fn argument(&self, id: SymbolId, name: &str, fuel: u8) -> Option<Value> {
        let function = if is_class(self.symbol(id)?.kind) {
            match self.class_member(id, self.name(CONSTRUCTOR)?, fuel)? {
                Value::Symbol(constructor) => constructor,
                _ => return None,
            }
        } else {
            id
        };
        let body = self.symbol(function)?.body?;
        self.slot(function.file, body, self.name(name)?, fuel)?.map(|found| found.value)
    }

    /// What a namespace declares, wherever it is opened: a name of it means one thing in the
    /// whole program, and nothing certain if more than one file declares it.
    pub(super) fn reopened(&self, space: u32, name: &str, fuel: u8) -> Option<Value> {
        let known = self.name(name)?;
        let inner = self.spaces.inside(space, name).map(Value::Space);
        if inner.is_some() {
            return inner;
        }
        let bodies = self.spaces.bodies(space).iter();
        let mut found = bodies.filter_map(|(file, body)| self.slot(*file, *body, known, fuel)?);
        let value = found.next()?.value;
        found.all(|other| other.value == value).then_some(value)
    }

    /// Of the class, or of the first of its bases that has one: depth first, each looked into once,
    /// however many ways lead to it.
    pub(super) fn class_member(&self, class: SymbolId, name: Name, fuel: u8) -> Option<Value> {
        let fuel = fuel.checked_sub(1)?;
        let mut seen = Vec::new();
        let mut ahead = vec![class];
        while let Some(class) = ahead.pop() {
            if seen.contains(&class) {
                continue;
            }
            seen.push(class);
            let mut scopes = self.member_scopes(class).into_iter();
            match scopes.find_map(|(file, scope)| self.slot(file, scope, name, fuel)) {
                Some(Some(found)) => return Some(found.value),
                // It has one, of which nothing is known; those of its bases are hidden.
                Some(None) => {}
                None if seen.len() < MOST_BASES => {
                    ahead.extend(self.bases_of(class).iter().rev().copied());
                }
                None => return None,
            }
        }
        None
    }

    /// What a file shows to those that import it.
    pub(super) fn exported(&self, file: FileId, name: &str, fuel: u8) -> Option<Value> {
        if let Some(slot) = self.name(name).and_then(|known| self.shown(file, known, fuel)) {
            return slot;
        }
        let brought = self.brought(file, name, Seen::Outside, fuel);
        brought.or_else(|| {
            let language = self.file(file)?.language;
            language.locate.submodule(self, Value::Module(file), name)
        })
    }

    /// Whether a method gives back what it is called on: `check(): this`.
    pub(super) fn returns_instance(&self, value: Value) -> bool {
        let Value::Symbol(id) = value else { return false };
        let (Some(own), Some(symbol)) = (self.file(id.file), self.symbol(id)) else { return false };
        let returns = symbol.returns.map(|returns| own.facts.word(returns));
        returns.is_some_and(|returns| own.language.instance_names.contains(&returns))
    }

    /// Something of a type. A function is none, but a type may have its name.
    pub(super) fn instance(&self, value: Value) -> Option<Value> {
        match value {
            Value::Symbol(id) => {
                let symbol = self.symbol(id)?;
                if !matches!(symbol.kind, NodeKind::Function | NodeKind::Method) {
                    return Some(Value::Instance(id));
                }
                let own = self.file(id.file)?;
                let mut same = own.slots(symbol.scope, own.name(symbol.name));
                same.find_map(|slot| match slot {
                    Slot::Symbol(index) if is_class(own.facts.symbol(index)?.kind) => {
                        Some(Value::Instance(SymbolId { file: id.file, index }))
                    }
                    _ => None,
                })
            }
            Value::Package(_) | Value::Instance(_) => Some(value),
            Value::Super(_) | Value::Module(_) | Value::Namespace(_) | Value::Space(_) => None,
        }
    }

    pub(super) fn bases_of(&self, class: SymbolId) -> Arc<[SymbolId]> {
        if let Some(known) = self.bases.borrow().get(&class) {
            return Arc::clone(known);
        }
        self.bases.borrow_mut().insert(class, Arc::new([]));
        let mut bases = Vec::new();
        for (file, scope) in self.member_scopes(class) {
            let Some(own) = self.file(file) else { continue };
            let from = own.base_mentions.partition_point(|(at, _)| *at < scope);
            let mentions = own.base_mentions.get(from..).unwrap_or_default();
            for (_, index) in mentions.iter().take_while(|(at, _)| *at == scope) {
                let base = own.facts.mentions.get(*index as usize);
                let found = base.and_then(|base| self.named(file, base));
                if let Some(Value::Symbol(base)) = found.map(|found| found.value) {
                    bases.push(base);
                }
            }
        }
        let bases: Arc<[_]> = bases.into();
        self.bases.borrow_mut().insert(class, Arc::clone(&bases));
        bases
    }
}
