//! What a name, a member or a whole path is.

use wire::graph::{EdgeKind, NodeKind, Proof};

use super::reach::Seen;
use super::world::{FileId, Name, Slot, World};
use crate::{
    facts::{Hint, Import, ScopeKind},
    path,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct SymbolId {
    pub file: FileId,
    pub index: u32,
}

/// What a path leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value {
    Symbol(SymbolId),
    /// Something of this class.
    Instance(SymbolId),
    /// The bases of this class.
    Super(SymbolId),
    /// What a file exports.
    Module(FileId),
    /// A package without a file of its own: an entry of [`super::python::PythonModules`].
    Namespace(u32),
    /// The files of one package: an entry of [`super::spaces::Spaces`].
    Space(u32),
    /// Of a registry: an entry of [`super::packages::Packages`].
    Package(u32),
}

/// A value, and what proves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    pub value: Value,
    pub proof: Proof,
}

/// What a module is where it is used as a value: what it exports as its default.
const DEFAULT: &str = "default";

/// Steps from name to name; cycles of imports and of bases end here.
const DEEPEST: u8 = 24;

impl World<'_> {
    /// What a path is where it stands.
    pub(crate) fn evaluate(&self, file: FileId, scope: u32, path: &str) -> Option<Found> {
        self.path_value(file, scope, path, DEEPEST)
    }

    /// What a name is after an evaluated receiver.
    pub(crate) fn member_of(&self, receiver: Found, name: &str) -> Option<Found> {
        let value = self.member(receiver.value, name, DEEPEST)?;
        Some(Found { value, proof: step(receiver) })
    }

    fn path_value(&self, file: FileId, scope: u32, path: &str, fuel: u8) -> Option<Found> {
        if path == path::UNKNOWN {
            return None;
        }
        let fuel = fuel.checked_sub(1)?;
        let mut parts = path.split('.');
        let head = parts.next()?;
        let mut found = self.head(file, scope, head, fuel)?;
        for part in parts {
            let name = part.trim_end_matches("()");
            let proof = step(found);
            if let Some(value) = self.made(file, found.value, name) {
                found = Found { value, proof };
                continue;
            }
            let receiver = found;
            found = Found { value: self.member(found.value, name, fuel)?, proof };
            if !part.ends_with("()") || !self.returns_instance(found.value) {
                found = self.called(found, part, fuel)?;
            } else if let Value::Instance(_) = receiver.value {
                found = receiver;
            } else {
                return None;
            }
        }
        Some(found)
    }

    /// An instance, by a member that the class need not declare: `Class.new`.
    fn made(&self, file: FileId, class: Value, name: &str) -> Option<Value> {
        match class {
            Value::Symbol(id)
                if self.file(file)?.language.locate.makes_instance(name)
                    && is_class(self.symbol(id)?.kind) =>
            {
                Some(Value::Instance(id))
            }
            _ => None,
        }
    }

    fn head(&self, file: FileId, scope: u32, head: &str, fuel: u8) -> Option<Found> {
        let language = self.file(file)?.language;
        let receiver = |value| Some(Found { value, proof: Proof::Receiver });
        if language.super_names.contains(&head) {
            return receiver(Value::Super(self.class_around(file, scope)?));
        }
        if language.instance_names.contains(&head) {
            let class = self.class_around(file, scope);
            return receiver(Value::Instance(class.or_else(|| self.constructor(file, scope))?));
        }
        if language.class_names.contains(&head) {
            return receiver(Value::Symbol(self.class_around(file, scope)?));
        }
        let found = self.lookup(file, scope, head.trim_end_matches("()"), fuel)?;
        self.called(found, head, fuel)
    }

    /// The value of a call, once for each pair of brackets.
    fn called(&self, mut found: Found, part: &str, fuel: u8) -> Option<Found> {
        let mut rest = part;
        while let Some(before) = rest.strip_suffix("()") {
            found.value = self.call(found.value, fuel)?;
            rest = before;
        }
        Some(found)
    }

    fn call(&self, value: Value, fuel: u8) -> Option<Value> {
        match value {
            Value::Symbol(id) => match self.symbol(id)?.kind {
                kind if is_class(kind) => Some(Value::Instance(id)),
                _ => self.returned(id, fuel),
            },
            Value::Package(_) => Some(value),
            Value::Module(file) => {
                self.call(self.exported(file, DEFAULT, fuel)?, fuel.checked_sub(1)?)
            }
            Value::Instance(_) | Value::Super(_) | Value::Namespace(_) | Value::Space(_) => None,
        }
    }

    pub(super) fn returned(&self, function: SymbolId, fuel: u8) -> Option<Value> {
        let symbol = self.symbol(function)?;
        let returns = self.facts(function.file)?.word(symbol.returns?);
        let found = self.path_value(function.file, symbol.scope, returns, fuel)?;
        self.instance(found.value)
    }

    /// What a bare name is.
    pub(super) fn lookup(&self, file: FileId, scope: u32, name: &str, fuel: u8) -> Option<Found> {
        let fuel = fuel.checked_sub(1)?;
        let own = self.file(file)?;
        let known = self.name(name);
        let mut at = Some(scope);
        while let Some(current) = at {
            let found = own.facts.scope(current)?;
            let is_class = found.kind == ScopeKind::Class;
            let is_seen = !is_class
                || current == scope
                || own.language.has_bare_members
                || self.is_module(file, current);
            if let Some(known) = known.filter(|_| is_seen)
                && let Some(slot) = self.slot(file, current, known, fuel)
            {
                return slot;
            }
            if let Some(space) = self.spaces.of_scope(file, current)
                && let Some(value) = self.reopened(space, name, fuel)
            {
                return Some(Found { value, proof: Proof::Package });
            }
            if let Some(value) = own.language.locate.reopened(self, file, current, name) {
                return Some(Found { value, proof: Proof::Package });
            }
            if is_class && own.language.has_bare_members {
                let class = self.class_of_scope(file, current);
                let value = class.and_then(|class| self.class_member(class, known?, fuel));
                if let Some(value) = value {
                    return Some(Found { value, proof: Proof::Scope });
                }
            }
            at = found.parent;
        }
        self.outside(file, name, fuel)
    }

    /// A namespace: its names are seen by what is inside.
    fn is_module(&self, file: FileId, scope: u32) -> bool {
        let symbol = self.facts(file).and_then(|facts| facts.symbol(facts.scope(scope)?.symbol?));
        symbol.is_some_and(|symbol| symbol.kind == NodeKind::Module)
    }

    /// A name that no scope of the file declares.
    fn outside(&self, file: FileId, name: &str, fuel: u8) -> Option<Found> {
        let own = self.file(file)?;
        let brought = self.brought(file, name, Seen::Inside, fuel);
        if let Some(value) = brought.filter(|value| !matches!(value, Value::Package(_))) {
            return Some(Found { value, proof: Proof::Import });
        }
        if let Some(known) = self.name(name) {
            for neighbour in own.language.locate.neighbours(self, file) {
                if *neighbour != file
                    && let Some(Some(found)) = self.slot(*neighbour, 0, known, fuel)
                {
                    return Some(Found { proof: Proof::Package, ..found });
                }
            }
        }
        let value = own.language.locate.name(self, file, name)?;
        Some(Found { value, proof: Proof::Package })
    }

    /// What a scope says of a name: nothing, or that it has a value, which may not be known.
    #[expect(clippy::option_option, reason = "a name without a known value hides those outside")]
    pub(super) fn slot(
        &self,
        file: FileId,
        scope: u32,
        name: Name,
        fuel: u8,
    ) -> Option<Option<Found>> {
        let own = self.file(file)?;
        let mut symbol = None;
        let mut import = None;
        let mut hints = Vec::new();
        for slot in own.slots(scope, name) {
            match slot {
                Slot::Symbol(index) => symbol = Some(index),
                Slot::Import(index) if import.is_none() => import = Some(index),
                Slot::Import(_) => {}
                Slot::Binding(index) => hints.push(index),
            }
        }
        let known = symbol.and_then(|index| own.facts.symbol(index));
        let is_value = known.is_some_and(|symbol| is_value(symbol.kind));
        if let Some(index) = symbol.filter(|_| !is_value || hints.is_empty()) {
            let value = Value::Symbol(SymbolId { file, index });
            return Some(Some(Found { value, proof: Proof::Scope }));
        }
        if let Some(import) = import.and_then(|index| own.facts.imports.get(index as usize)) {
            let value = self.imported(file, import, fuel);
            return Some(value.map(|value| Found { value, proof: Proof::Import }));
        }
        if hints.is_empty() {
            return None;
        }
        let found = self.hinted(file, &hints, fuel);
        let variable = symbol.map(|index| Value::Symbol(SymbolId { file, index }));
        Some(found.or(variable.map(|value| Found { value, proof: Proof::Scope })))
    }

    /// The one value that all hints agree on.
    fn hinted(&self, file: FileId, bindings: &[u32], fuel: u8) -> Option<Found> {
        let mut agreed: Option<Found> = None;
        for index in bindings.iter().take(8) {
            let Some(found) = self.hint(file, *index, fuel) else { continue };
            if agreed.is_some_and(|agreed| agreed.value != found.value) {
                return None;
            }
            agreed = Some(found);
        }
        agreed
    }

    fn hint(&self, file: FileId, index: u32, fuel: u8) -> Option<Found> {
        if let Some(known) = self.hints.borrow().get(&(file, index)) {
            return *known;
        }
        // A value that is made of itself has none.
        self.hints.borrow_mut().insert((file, index), None);
        let facts = self.facts(file)?;
        let binding = facts.bindings.get(index as usize)?;
        let scope = binding.hint_scope;
        let found = match binding.hint? {
            Hint::Value(path) => self.path_value(file, scope, facts.word(path), fuel),
            Hint::Type(path) => self
                .path_value(file, scope, facts.word(path), fuel)
                .and_then(|found| Some(Found { value: self.instance(found.value)?, ..found })),
        };
        let found = found.map(|found| Found { proof: Proof::Receiver, ..found });
        self.hints.borrow_mut().insert((file, index), found);
        found
    }

    /// What an import brings.
    pub(super) fn imported(&self, file: FileId, import: &Import, fuel: u8) -> Option<Value> {
        let own = self.file(file)?;
        let module = own.language.locate.module(self, file, own.facts.word(import.module))?;
        match import.item {
            None => Some(module),
            Some(item) => self.member(module, own.facts.word(item), fuel),
        }
    }

    fn class_around(&self, file: FileId, scope: u32) -> Option<SymbolId> {
        let class = self.file(file)?.class_scope(scope)?;
        self.class_of_scope(file, class)
    }

    /// The function around: in JavaScript it may make instances.
    fn constructor(&self, file: FileId, mut scope: u32) -> Option<SymbolId> {
        loop {
            let found = self.facts(file)?.scope(scope)?;
            if let Some(index) = found.symbol {
                return Some(SymbolId { file, index });
            }
            scope = found.parent?;
        }
    }

    pub(super) fn class_of_scope(&self, file: FileId, scope: u32) -> Option<SymbolId> {
        let declared = self.facts(file)?.scope(scope)?.symbol;
        match declared {
            Some(index) => Some(SymbolId { file, index }),
            None => self.owners.get(&(file, scope)).copied(),
        }
    }

    /// What a mention names.
    pub(super) fn named(&self, file: FileId, mention: &crate::facts::Mention) -> Option<Found> {
        let facts = self.facts(file)?;
        let is_base = matches!(mention.kind, EdgeKind::Extends | EdgeKind::Implements);
        // A base is named outside of the body that it stands before.
        let outer = facts.scope(mention.scope).and_then(|scope| scope.parent);
        let scope = if is_base { outer.unwrap_or(mention.scope) } else { mention.scope };
        let name = facts.word(mention.name);
        let found = match mention.receiver {
            None => self.head(file, scope, name, DEEPEST),
            Some(receiver) => {
                let receiver = self.evaluate(file, scope, facts.word(receiver))?;
                self.member_of(receiver, name)
            }
        }?;
        match found.value {
            Value::Super(class) if mention.kind == EdgeKind::Calls => {
                let bases = self.bases_of(class);
                let mut bases = bases.iter().copied();
                let is_made = |base: &SymbolId| {
                    self.symbol(*base).is_some_and(|symbol| symbol.kind == NodeKind::Class)
                };
                let base = Value::Symbol(bases.find(is_made)?);
                Some(Found { value: base, ..found })
            }
            Value::Module(module)
                if !matches!(mention.kind, EdgeKind::References | EdgeKind::Documents) =>
            {
                let value = self.exported(module, DEFAULT, DEEPEST)?;
                Some(Found { value, ..found })
            }
            _ => Some(found),
        }
    }
}

/// What proves the next name of a path.
fn step(found: Found) -> Proof {
    match (found.value, found.proof) {
        (Value::Instance(_) | Value::Super(_), _) => Proof::Receiver,
        (_, proof) => proof,
    }
}

pub(super) fn is_class(kind: NodeKind) -> bool {
    matches!(kind, NodeKind::Class | NodeKind::Interface | NodeKind::Enum | NodeKind::Type)
}

fn is_value(kind: NodeKind) -> bool {
    matches!(kind, NodeKind::Constant | NodeKind::Variable)
}
