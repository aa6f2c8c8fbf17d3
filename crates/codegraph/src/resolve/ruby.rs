//! Ruby: a module is one however often it is opened, and its constants are seen in the whole
//! program.

use std::collections::HashMap;

use wire::graph::NodeKind;

use super::{FileId, Locate, Value, World, spaces::Paths, value::SymbolId, world::FileFacts};

/// What modules and classes declare, by the names from the outermost on: `Acme.Shop.sell`.
#[derive(Default)]
pub(crate) struct RubyNames {
    declared: HashMap<String, Vec<(SymbolId, NodeKind)>>,
    /// The names of the body of a module or class.
    of_scope: HashMap<(FileId, u32), String>,
}

impl RubyNames {
    pub(super) fn new(files: &[FileFacts<'_>]) -> Self {
        let mut names = Self::default();
        for (file, found) in (0..).zip(files) {
            if found.language.name == "ruby" {
                names.add(file, found);
            }
        }
        names
    }

    fn add(&mut self, file: FileId, found: &FileFacts<'_>) {
        for (index, symbol) in (0..).zip(&found.facts.symbols) {
            let name = found.facts.word(symbol.name).replace("::", ".");
            let name = match self.of_scope.get(&(file, symbol.scope)) {
                Some(outer) => format!("{outer}.{name}"),
                None if symbol.scope == 0 => name,
                None => continue,
            };
            let is_opened = matches!(symbol.kind, NodeKind::Module | NodeKind::Class);
            if let Some(body) = symbol.body.filter(|_| is_opened) {
                self.of_scope.insert((file, body), name.clone());
            }
            let id = SymbolId { file, index };
            self.declared.entry(name).or_default().push((id, symbol.kind));
        }
    }

    /// Nothing certain if it is declared twice: that may be two programs. A module only holds
    /// names, so each place that opens it leads to all of them.
    fn named(&self, name: &str) -> Option<Value> {
        let found = self.declared.get(name)?;
        let is_module = found.iter().all(|(_, kind)| *kind == NodeKind::Module);
        let (first, _) = found.first().filter(|_| is_module || found.len() == 1)?;
        Some(Value::Symbol(*first))
    }
}

/// Files by what they require, constants by their name.
pub(crate) struct Constants;

impl Locate for Constants {
    fn module(&self, world: &World<'_>, from: FileId, module: &str) -> Option<Value> {
        Paths(&["", ".rb"]).module(world, from, module)
    }

    fn name(&self, world: &World<'_>, _from: FileId, name: &str) -> Option<Value> {
        let is_constant = name.starts_with(|first: char| first.is_ascii_uppercase());
        is_constant.then(|| world.ruby.named(name)).flatten()
    }

    fn reopened(&self, world: &World<'_>, file: FileId, scope: u32, name: &str) -> Option<Value> {
        let names = world.ruby.of_scope.get(&(file, scope))?;
        world.ruby.named(&format!("{names}.{name}"))
    }

    fn makes_instance(&self, name: &str) -> bool {
        name == "new"
    }

    fn is_called_by_name(&self) -> bool {
        true
    }
}
