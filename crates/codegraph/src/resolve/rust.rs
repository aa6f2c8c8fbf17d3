//! Where Rust's modules are: files by the tree of `mod`, crates by the manifests.

use std::{cell::RefCell, collections::HashMap};

use wire::graph::{NodeKind, Proof};

use super::{FileId, Locate, Value, World, value::Found, world::folder};
use crate::manifest::Ecosystem;

pub(crate) struct Modules;

/// What paths lead to, as they are asked for.
#[derive(Default)]
pub(crate) struct RustModules {
    found: RefCell<HashMap<(FileId, Box<str>), Option<Value>>>,
}

impl Locate for Modules {
    fn module(&self, world: &World<'_>, from: FileId, module: &str) -> Option<Value> {
        let key = (from, module.into());
        if let Some(known) = world.rust.found.borrow().get(&key) {
            return *known;
        }
        // Modules may lend each other their names in a circle.
        world.rust.found.borrow_mut().insert(key.clone(), None);
        let found = find(world, from, module);
        world.rust.found.borrow_mut().insert(key, found);
        found
    }

    fn name(&self, world: &World<'_>, from: FileId, name: &str) -> Option<Value> {
        match name {
            "crate" => Some(Value::Module(root(world, from))),
            // Inside of a module in this file it would be this file.
            "super" if has_modules(world, from) => None,
            "super" => parent(world, from).map(Value::Module),
            _ => package(world, from, name),
        }
    }

    fn qualifier(&self, world: &World<'_>, file: FileId) -> String {
        let path = world.path(file);
        let manifest = world.packages.around(path, Ecosystem::Cargo).next();
        let home = manifest.map_or("", |(manifest, _)| folder(world.path(manifest)));
        let name = manifest.and_then(|(_, manifest)| manifest.name.as_deref());
        let inside = path.strip_prefix(home).unwrap_or(path).trim_start_matches('/');
        let inside = inside.strip_prefix("src/").unwrap_or(inside).trim_end_matches(".rs");
        let parts = inside.split('/').filter(|part| !matches!(*part, "lib" | "main" | "mod"));
        let name = name.map(|name| name.replace('-', "_"));
        let parts: Vec<_> = name.as_deref().into_iter().chain(parts).collect();
        format!("{}::", parts.join("::"))
    }
}

fn find(world: &World<'_>, from: FileId, module: &str) -> Option<Value> {
    let mut parts = module.split("::").map(|part| part.trim().trim_start_matches("r#"));
    let head = parts.next()?;
    let mut value = match head {
        "crate" => Value::Module(root(world, from)),
        "self" => Value::Module(from),
        "super" => Value::Module(parent(world, from)?),
        "" => package(world, from, parts.next()?)?,
        _ => match package(world, from, head) {
            Some(package) => package,
            None => world.evaluate(from, 0, head)?.value,
        },
    };
    for part in parts {
        value = match (part, value) {
            ("super", Value::Module(file)) => Value::Module(parent(world, file)?),
            (part, value) => {
                let child = match value {
                    Value::Module(file) => child(world, file, part).map(Value::Module),
                    _ => None,
                };
                let found = || world.member_of(Found { value, proof: Proof::Import }, part);
                child.or_else(|| found().map(|found| found.value))?
            }
        };
    }
    Some(value)
}

/// A crate of the manifest: one of this tree, or of a registry.
fn package(world: &World<'_>, from: FileId, name: &str) -> Option<Value> {
    let path = world.path(from);
    for (file, manifest) in world.packages.around(path, Ecosystem::Cargo) {
        if manifest.name.as_ref().is_some_and(|own| is_called(own, name)) {
            return library(world, file);
        }
        let wanted = manifest.dependencies.iter().find(|one| is_called(&one.local, name));
        if let Some(wanted) = wanted {
            let own = world.packages.own(Ecosystem::Cargo, &wanted.package);
            let external = || world.packages.external(Ecosystem::Cargo, &wanted.package);
            return match own {
                Some(manifest) => library(world, manifest),
                None => external().map(Value::Package),
            };
        }
    }
    None
}

/// A crate is written with `_` in code where its name may have `-`.
fn is_called(package: &str, name: &str) -> bool {
    package.len() == name.len()
        && package.bytes().zip(name.bytes()).all(|(one, two)| one == two || (one, two) == (b'-', b'_'))
}

fn library(world: &World<'_>, manifest: FileId) -> Option<Value> {
    let home = folder(world.path(manifest));
    let entry = world.facts(manifest)?.manifest.as_ref()?.entry.as_deref().unwrap_or("src/lib.rs");
    world.at(format!("{home}/{entry}").trim_start_matches('/')).map(Value::Module)
}

/// The first file of the crate.
fn root(world: &World<'_>, mut file: FileId) -> FileId {
    while let Some(outer) = parent(world, file) {
        file = outer;
    }
    file
}

fn is_root(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let place = folder(path).rsplit('/').next().unwrap_or_default();
    matches!(name, "lib.rs" | "main.rs" | "build.rs")
        || matches!(place, "tests" | "examples" | "benches" | "bin")
}

/// The file that declares the module which a file is.
fn parent(world: &World<'_>, file: FileId) -> Option<FileId> {
    let path = world.path(file);
    if is_root(path) {
        return None;
    }
    let place = if path.ends_with("/mod.rs") { folder(folder(path)) } else { folder(path) };
    let beside = ["mod.rs", "lib.rs", "main.rs"].map(|name| format!("{place}/{name}"));
    let above = format!("{place}.rs");
    let candidates = beside.iter().chain([&above]);
    candidates.map(|path| path.trim_start_matches('/')).find_map(|path| world.at(path))
}

/// The file of a module that a file declares.
fn child(world: &World<'_>, file: FileId, name: &str) -> Option<FileId> {
    let path = world.path(file);
    let owns_folder = path.ends_with("mod.rs") || is_root(path);
    let place = if owns_folder { folder(path) } else { path.trim_end_matches(".rs") };
    [format!("{place}/{name}.rs"), format!("{place}/{name}/mod.rs")]
        .iter()
        .find_map(|path| world.at(path.trim_start_matches('/')))
}

fn has_modules(world: &World<'_>, file: FileId) -> bool {
    let facts = world.facts(file);
    facts.is_some_and(|facts| facts.symbols.iter().any(|symbol| symbol.kind == NodeKind::Module))
}
