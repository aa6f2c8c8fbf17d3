//! Where Python's modules are.

use std::collections::{BTreeMap, HashMap};

use super::{
    FileId, Locate, Value, World,
    world::{FileFacts, folder},
};
use crate::manifest::Ecosystem;

pub(crate) struct Modules;

/// Every Python file under the names by which it can be imported.
pub(crate) struct PythonModules {
    /// By dotted name, each with the folder that the name begins in.
    by_name: BTreeMap<String, Vec<(String, FileId)>>,
    /// Folders without `__init__.py` that hold modules, under their dotted names.
    namespaces: HashMap<String, u32>,
    names: Vec<String>,
    /// The name of each file from the outermost folder that is a package.
    qualified: HashMap<FileId, String>,
}

impl PythonModules {
    pub(super) fn new(files: &[FileFacts<'_>]) -> Self {
        let mut modules = Self {
            by_name: BTreeMap::new(),
            namespaces: HashMap::new(),
            names: Vec::new(),
            qualified: HashMap::new(),
        };
        let python = (0..).zip(files).filter(|(_, file)| file.language.name == "python");
        let python: Vec<(FileId, &str)> = python.map(|(id, file)| (id, file.path)).collect();
        let packages: Vec<&str> =
            python.iter().filter(|(_, path)| is_init(path)).map(|(_, path)| folder(path)).collect();
        for (file, path) in &python {
            let mut root = folder(path);
            while packages.binary_search(&root).is_ok() && !root.is_empty() {
                root = folder(root);
            }
            modules.add(root, path, *file);
            // Without packages the tree's own folders are the names: `tools.lint`, or after `src`.
            let mut outer = root;
            while !outer.is_empty() {
                outer = folder(outer);
                modules.add(outer, path, *file);
            }
            modules.qualified.insert(*file, dotted(root, path));
        }
        modules
    }

    fn add(&mut self, root: &str, path: &str, file: FileId) {
        let name = dotted(root, path);
        let mut outer = name.as_str();
        while let Some((package, _)) = outer.rsplit_once('.') {
            if !self.namespaces.contains_key(package) {
                let next = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
                self.namespaces.insert(package.to_owned(), next);
                self.names.push(package.to_owned());
            }
            outer = package;
        }
        self.by_name.entry(name).or_default().push((root.to_owned(), file));
    }

    /// The module of a name, as a file sees it: beginning in the nearest folder around the file,
    /// else in the only one there is.
    fn find(&self, world: &World<'_>, from: &str, name: &str) -> Option<Value> {
        let Some(places) = self.by_name.get(name) else {
            return self.namespaces.get(name).map(|index| Value::Namespace(*index));
        };
        let around = |root: &str| {
            root.is_empty() || from.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'))
        };
        let nearest =
            places.iter().filter(|(root, _)| around(root)).map(|(root, _)| root.len()).max();
        let mut candidates: Vec<FileId> = places
            .iter()
            .filter(|(root, _)| nearest.is_none_or(|nearest| around(root) && root.len() == nearest))
            .map(|(_, file)| *file)
            .collect();
        // A stub beside its module says the same.
        candidates.sort_by_key(|file| is_stub(world.path(*file)));
        let first = *candidates.first()?;
        let stem = |file: FileId| world.path(file).trim_end_matches('i');
        let is_one = candidates.iter().all(|file| stem(*file) == stem(first));
        is_one.then_some(Value::Module(first))
    }
}

fn is_stub(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, extension)| extension == "pyi")
}

fn is_init(path: &str) -> bool {
    matches!(path.rsplit('/').next(), Some("__init__.py" | "__init__.pyi"))
}

/// The name of a module that begins in a folder.
fn dotted(root: &str, path: &str) -> String {
    let path = path.strip_prefix(root).unwrap_or(path).trim_start_matches('/');
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let stem = stem.strip_suffix("/__init__").unwrap_or(stem);
    stem.replace('/', ".")
}

impl Locate for Modules {
    fn module(&self, world: &World<'_>, from: FileId, module: &str) -> Option<Value> {
        let path = world.path(from);
        let named = module.trim_start_matches('.');
        let dots = module.len() - named.len();
        if dots == 0 {
            let outermost = named.split('.').next().unwrap_or(named);
            let found = world.python.find(world, path, named);
            return found.or_else(|| world.packages.called(path, Ecosystem::Pypi, outermost));
        }
        let mut package = folder(path);
        for _ in 1..dots {
            package = folder(package);
        }
        let place = named.replace('.', "/");
        let place = match (package, place.as_str()) {
            ("", _) => place,
            (_, "") => package.to_owned(),
            _ => format!("{package}/{place}"),
        };
        ["/__init__.py", ".py", "/__init__.pyi", ".pyi"]
            .iter()
            .find_map(|end| world.at(format!("{place}{end}").trim_start_matches('/')))
            .map(Value::Module)
    }

    fn submodule(&self, world: &World<'_>, module: Value, name: &str) -> Option<Value> {
        match module {
            Value::Module(file) if is_init(world.path(file)) => {
                self.module(world, file, &format!(".{name}"))
            }
            Value::Namespace(index) => {
                let package = world.python.names.get(index as usize)?;
                world.python.find(world, "", &format!("{package}.{name}"))
            }
            _ => None,
        }
    }

    fn qualifier(&self, world: &World<'_>, file: FileId) -> String {
        world.python.qualified.get(&file).map_or_else(String::new, |name| format!("{name}."))
    }
}
