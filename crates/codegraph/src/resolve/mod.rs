//! From the facts of all files to one graph.
//!
//! A name is looked up in the scopes around it, then among what its file imports, then in what
//! its language brings without an import. A path is followed name by name, through modules,
//! classes, their bases and the types that the code writes down. Where a step is not proven the
//! name stays unresolved.

pub(crate) mod bash;
mod build;
pub(crate) mod documents;
mod edges;
mod member;
mod packages;
pub(crate) mod python;
mod reach;
pub(crate) mod ruby;
pub(crate) mod rust;
pub(crate) mod spaces;
pub(crate) mod script;
mod value;
mod world;

use std::sync::Arc;

pub(crate) use value::Value;
pub(crate) use world::{FileId, World};

use crate::{Facts, Graph};

/// How a language finds what an import names.
pub(crate) trait Locate: Sync {
    /// What a module is, as a file names it.
    fn module(&self, world: &World<'_>, from: FileId, module: &str) -> Option<Value>;

    /// A module inside of another that the other does not declare: a file of a package.
    fn submodule(&self, _world: &World<'_>, _module: Value, _name: &str) -> Option<Value> {
        None
    }

    /// What a name is that neither a scope nor an import of the file says: `crate`, a package of
    /// the manifest.
    fn name(&self, _world: &World<'_>, _from: FileId, _name: &str) -> Option<Value> {
        None
    }

    /// Files whose outermost names are seen without an import.
    fn neighbours<'w>(&self, _world: &'w World<'_>, _file: FileId) -> &'w [FileId] {
        &[]
    }

    /// What the body of a module or class says of a name where it is opened in other files.
    fn reopened(
        &self,
        _world: &World<'_>,
        _file: FileId,
        _scope: u32,
        _name: &str,
    ) -> Option<Value> {
        None
    }

    /// Whether a member that no class declares makes an instance: `new`.
    fn makes_instance(&self, _name: &str) -> bool {
        false
    }

    /// Whether a function is called where it is named, without brackets.
    fn is_called_by_name(&self) -> bool {
        false
    }

    /// What qualified names of the file begin with; `path#` unless the language knows better.
    fn qualifier(&self, world: &World<'_>, file: FileId) -> String {
        format!("{}#", world.path(file))
    }
}

/// For what imports nothing.
pub(crate) struct Nowhere;

impl Locate for Nowhere {
    fn module(&self, _world: &World<'_>, _from: FileId, _module: &str) -> Option<Value> {
        None
    }
}

/// The graph of all files of a tree, sorted by path.
pub fn resolve(files: &[(Arc<str>, Arc<Facts>)]) -> Graph {
    let world = World::new(files);
    let mut builder = build::Builder::new(&world);
    builder.places();
    edges::all(&mut builder);
    builder.finish()
}
