//! Where the modules of JavaScript and TypeScript are.

use super::{FileId, Locate, Value, World, world::folder};
use crate::manifest::Ecosystem;

pub(crate) struct Modules;

/// What runs before what is only declared.
const EXTENSIONS: &[&str] =
    &["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs", "d.ts", "d.mts", "d.cts"];

/// What is written in an import where the file before compilation has another extension.
const COMPILED: &[(&str, &[&str])] = &[
    (".js", &["ts", "tsx", "js", "d.ts"]),
    (".jsx", &["tsx", "jsx"]),
    (".mjs", &["mts", "mjs", "d.mts"]),
    (".cjs", &["cts", "cjs", "d.cts"]),
];

impl Locate for Modules {
    fn module(&self, world: &World<'_>, from: FileId, module: &str) -> Option<Value> {
        let path = world.path(from);
        if module.starts_with('.') {
            return at(world, &join(folder(path), module)?).map(Value::Module);
        }
        let mapped = mapped(world, path, module).or_else(|| of_tree(world, module));
        mapped.map(Value::Module).or_else(|| {
            let (package, _) = package(module);
            let called = world.packages.called(path, Ecosystem::Npm, package);
            called.or_else(|| {
                let types = format!("@types/{package}");
                world.packages.called(path, Ecosystem::Npm, &types)
            })
        })
    }
}

/// `@scope/name/a/b` is the package `@scope/name` and `a/b` inside of it.
fn package(module: &str) -> (&str, &str) {
    let names = if module.starts_with('@') { 2 } else { 1 };
    let end = module.match_indices('/').nth(names - 1).map_or(module.len(), |(at, _)| at);
    let (package, inside) = module.split_at(end);
    (package, inside.trim_start_matches('/'))
}

/// The place of a relative path; none if it leads out of the tree.
fn join(base: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<_> = base.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The file that a place without extension is.
fn at(world: &World<'_>, place: &str) -> Option<FileId> {
    for (extension, sources) in COMPILED {
        if let Some(stem) = place.strip_suffix(extension) {
            let found = sources.iter().find_map(|source| world.at(&format!("{stem}.{source}")));
            if found.is_some() {
                return found;
            }
        }
    }
    let is_code = |file: &FileId| {
        world
            .path(*file)
            .rsplit_once('.')
            .is_some_and(|(_, extension)| EXTENSIONS.contains(&extension))
    };
    world
        .at(place)
        .filter(is_code)
        .or_else(|| with_extension(world, place))
        .or_else(|| with_extension(world, format!("{place}/index").trim_start_matches('/')))
        .or_else(|| entry(world, place))
}

fn with_extension(world: &World<'_>, place: &str) -> Option<FileId> {
    EXTENSIONS.iter().find_map(|extension| world.at(&format!("{place}.{extension}")))
}

/// The file that a folder with a manifest is; its source, where the manifest names what is built.
fn entry(world: &World<'_>, place: &str) -> Option<FileId> {
    let manifest = world.at(format!("{place}/package.json").trim_start_matches('/'))?;
    let manifest = world.facts(manifest)?.manifest.as_ref()?;
    let named = manifest.entry.as_deref().and_then(|entry| join(place, entry));
    named.and_then(|named| world.at(&named).or_else(|| with_extension(world, &named))).or_else(
        || {
            ["src/index", "index", "lib/index", "src/main"].iter().find_map(|source| {
                with_extension(world, format!("{place}/{source}").trim_start_matches('/'))
            })
        },
    )
}

/// By `paths` of the nearest `tsconfig.json` that has them.
fn mapped(world: &World<'_>, path: &str, module: &str) -> Option<FileId> {
    let manifests = world.packages.around(path, Ecosystem::Npm);
    manifests.filter(|(_, manifest)| !manifest.paths.is_empty()).find_map(|(file, manifest)| {
        let base = folder(world.path(file));
        manifest.paths.iter().find_map(|(pattern, to)| {
            let place = match pattern.split_once('*') {
                Some((before, after)) => {
                    let middle = module.strip_prefix(before)?.strip_suffix(after)?;
                    to.replace('*', middle)
                }
                None if module == pattern.as_ref() => to.to_string(),
                None => return None,
            };
            at(world, &join(base, &place)?)
        })
    })
}

/// A package of this tree.
fn of_tree(world: &World<'_>, module: &str) -> Option<FileId> {
    let (package, inside) = package(module);
    let manifest = world.packages.own(Ecosystem::Npm, package)?;
    let root = folder(world.path(manifest));
    if inside.is_empty() {
        return entry(world, root).or_else(|| at(world, root));
    }
    at(world, &join(root, inside)?).or_else(|| at(world, &join(root, &format!("src/{inside}"))?))
}
