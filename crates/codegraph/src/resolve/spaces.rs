//! Packages that are more than one file: folders of Go, packages of the JVM, namespaces of C# and
//! PHP, targets of Swift, schemas of SQL, modules of Terraform; a header of C with the file that
//! implements it.

use std::collections::{BTreeMap, HashMap};

use super::{
    FileId, Locate, Value, World,
    value::Found,
    world::{FileFacts, folder},
};
use crate::{Facts, manifest::Ecosystem, path};
use wire::graph::{NodeKind, Proof};

/// Languages whose packages are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Family {
    C,
    Dotnet,
    Go,
    Jvm,
    Php,
    Sql,
    Swift,
    Terraform,
}

#[derive(Default)]
pub(crate) struct Spaces {
    all: Vec<Space>,
    ids: BTreeMap<(Family, String), u32>,
    of_file: HashMap<FileId, u32>,
    by_file_name: HashMap<String, Vec<FileId>>,
    /// The bodies of C++'s namespaces, each with the whole of its namespace.
    of_scope: HashMap<(FileId, u32), u32>,
}

struct Space {
    family: Family,
    name: String,
    files: Vec<FileId>,
    /// Where a namespace is opened.
    bodies: Vec<(FileId, u32)>,
}

impl Family {
    fn of(language: &str) -> Option<Self> {
        Some(match language {
            "c" | "cpp" => Self::C,
            "csharp" => Self::Dotnet,
            "go" => Self::Go,
            "java" | "kotlin" | "scala" => Self::Jvm,
            "php" => Self::Php,
            "sql" => Self::Sql,
            "swift" => Self::Swift,
            "terraform" => Self::Terraform,
            _ => return None,
        })
    }
}

impl Spaces {
    pub(super) fn new(files: &[FileFacts<'_>]) -> Self {
        let mut spaces = Self::default();
        for (file, found) in (0..).zip(files) {
            let file_name = found.path.rsplit('/').next().unwrap_or(found.path);
            spaces.by_file_name.entry(file_name.to_owned()).or_default().push(file);
        }
        for (file, found) in (0..).zip(files) {
            let Some(family) = Family::of(found.language.name) else { continue };
            let package = found.facts.package.as_deref().unwrap_or_default();
            let name = match family {
                Family::C => without_extension(found.path).to_owned(),
                Family::Go if package.ends_with("_test") => format!("{}:test", folder(found.path)),
                Family::Go | Family::Sql | Family::Terraform => folder(found.path).to_owned(),
                Family::Swift => target(found.path).to_owned(),
                Family::Dotnet | Family::Jvm | Family::Php => package.replace('\\', "."),
            };
            let id = spaces.add(family, name);
            // What a module of Terraform is given is no part of it.
            if let Some(space) = spaces.all.get_mut(id as usize)
                && !found.path.ends_with(".tfvars")
            {
                space.files.push(file);
            }
            spaces.of_file.insert(file, id);
            if found.language.name == "cpp" {
                spaces.add_namespaces(file, found.facts);
            }
        }
        spaces
    }

    fn add(&mut self, family: Family, name: String) -> u32 {
        if let Some(known) = self.ids.get(&(family, name.clone())) {
            return *known;
        }
        // What is written in full begins with the outermost package, which may have no file.
        let outer = name.rsplit_once('.').map(|(outer, _)| outer);
        let outer = outer.or((family == Family::Php && !name.is_empty()).then_some(""));
        if matches!(family, Family::Dotnet | Family::Jvm | Family::Php)
            && let Some(outer) = outer
        {
            self.add(family, outer.to_owned());
        }
        let id = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.ids.insert((family, name.clone()), id);
        self.all.push(Space { family, name, files: Vec::new(), bodies: Vec::new() });
        id
    }

    /// A namespace is one, however often it is opened: `::a.b`.
    fn add_namespaces(&mut self, file: FileId, facts: &Facts) {
        let modules = facts.symbols.iter().filter(|symbol| symbol.kind == NodeKind::Module);
        for module in modules {
            let Some(body) = module.body else { continue };
            let outer = self.of_scope.get(&(file, module.scope));
            let outer = outer.and_then(|outer| self.all.get(*outer as usize));
            let mut name = outer.map_or_else(|| ":".to_owned(), |outer| outer.name.clone());
            let mut id = None;
            for part in facts.word(module.name).split("::") {
                name.push(if name == ":" { ':' } else { '.' });
                name.push_str(part.trim().trim_start_matches("inline "));
                id = Some(self.add(Family::C, name.clone()));
            }
            let Some(id) = id else { continue };
            self.of_scope.insert((file, body), id);
            if let Some(space) = self.all.get_mut(id as usize) {
                space.bodies.push((file, body));
            }
        }
    }

    /// The namespace whose body a scope is.
    pub(super) fn of_scope(&self, file: FileId, scope: u32) -> Option<u32> {
        self.of_scope.get(&(file, scope)).copied()
    }

    pub(super) fn bodies(&self, space: u32) -> &[(FileId, u32)] {
        self.all.get(space as usize).map_or(&[], |space| &space.bodies)
    }

    pub(super) fn files(&self, space: u32) -> &[FileId] {
        self.all.get(space as usize).map_or(&[], |space| &space.files)
    }

    /// Whether a file of C implements a header of its name.
    pub(super) fn is_behind_header(&self, world: &World<'_>, space: u32, file: FileId) -> bool {
        let is_header = |file: FileId| {
            let extension = world.path(file).rsplit('.').next();
            extension.is_some_and(|it| it.starts_with(['h', 'H']))
        };
        !is_header(file) && self.files(space).iter().any(|other| is_header(*other))
    }

    /// A package in a package.
    pub(super) fn inside(&self, space: u32, name: &str) -> Option<u32> {
        let outer = self.all.get(space as usize)?;
        match outer.name.as_str() {
            "" => self.named(outer.family, name),
            outer_name => self.named(outer.family, &format!("{outer_name}.{name}")),
        }
    }

    fn named(&self, family: Family, name: &str) -> Option<u32> {
        self.ids.get(&(family, name.to_owned())).copied()
    }

    /// The one file whose path ends so, or the one that lies nearest.
    fn ending(&self, world: &World<'_>, from: &str, end: &str) -> Option<FileId> {
        let named = self.by_file_name.get(end.rsplit('/').next()?)?;
        let fits = |file: &&FileId| {
            world
                .path(**file)
                .strip_suffix(end)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
        };
        let shared = |file: FileId| {
            let both = world.path(file).split('/').zip(from.split('/'));
            both.take_while(|(one, two)| one == two).count()
        };
        let nearest = named.iter().filter(fits).map(|file| shared(*file)).max()?;
        let mut nearest = named.iter().filter(fits).filter(|file| shared(**file) == nearest);
        let first = *nearest.next()?;
        nearest.next().is_none().then_some(first)
    }
}

fn without_extension(path: &str) -> &str {
    let dot = path.rfind('.').filter(|dot| !path.get(*dot..).unwrap_or_default().contains('/'));
    path.get(..dot.unwrap_or(path.len())).unwrap_or(path)
}

/// The folder of a target: the one below `Sources` or `Tests`, else the whole tree.
fn target(path: &str) -> &str {
    let starts = ["Sources/", "Tests/"].iter().filter_map(|name| {
        let at = path.find(name)? + name.len();
        let length = path.get(at..)?.find('/')?;
        path.get(..at + length)
    });
    starts.min_by_key(|found| found.len()).unwrap_or_default()
}

/// What is declared in a package is seen in all its files.
pub(crate) struct Packages(pub Family, /** Between package and name. */ pub &'static str);

impl Locate for Packages {
    fn module(&self, world: &World<'_>, from: FileId, module: &str) -> Option<Value> {
        let path = world.path(from);
        match self.0 {
            Family::C => included(world, path, module).or_else(|| {
                let name = module.trim_start_matches("namespace ").replace("::", ".");
                world.spaces.named(Family::C, &format!("::{name}")).map(Value::Space)
            }),
            Family::Go => imported(world, path, module),
            Family::Swift => {
                let target = format!("Sources/{module}");
                world.spaces.named(Family::Swift, &target).map(Value::Space)
            }
            Family::Php if module.contains('.') => {
                let near = beside(path, module).and_then(|path| world.at(&path));
                near.or_else(|| world.at(module)).map(Value::Module)
            }
            family => packaged(world, family, &module.replace('\\', ".")),
        }
    }

    /// What begins a name that is written in full; in C# also what the outer namespaces declare.
    fn name(&self, world: &World<'_>, from: FileId, name: &str) -> Option<Value> {
        let (prefix, is_seen_inside) = match self.0 {
            Family::C => ("::", false),
            Family::Dotnet => ("", true),
            Family::Jvm => ("", false),
            Family::Php => return global(world, from, name),
            Family::Terraform if name.starts_with('.') => {
                let folder = beside(world.path(from), name)?;
                return world.spaces.named(self.0, &folder).map(Value::Space);
            }
            Family::Go | Family::Sql | Family::Swift | Family::Terraform => return None,
        };
        let own = world.spaces.of_file.get(&from).filter(|_| is_seen_inside);
        let mut around = own.and_then(|own| world.spaces.all.get(*own as usize));
        while let Some(space) = around {
            let id = world.spaces.named(space.family, &space.name)?;
            let receiver = Found { value: Value::Space(id), proof: Proof::Package };
            if let Some(found) = world.member_of(receiver, name) {
                return Some(found.value);
            }
            let outer = space.name.rsplit_once('.');
            around = outer
                .and_then(|(outer, _)| world.spaces.named(space.family, outer))
                .and_then(|outer| world.spaces.all.get(outer as usize));
        }
        world.spaces.named(self.0, &format!("{prefix}{name}")).map(Value::Space)
    }

    fn neighbours<'w>(&self, world: &'w World<'_>, file: FileId) -> &'w [FileId] {
        // What PHP does not put into a namespace may be of any number of programs.
        let space = world.spaces.of_file.get(&file).filter(|space| {
            let space = world.spaces.all.get(**space as usize);
            space.is_some_and(|space| space.family != Family::Php || !space.name.is_empty())
        });
        space.map_or(&[], |space| world.spaces.files(*space))
    }

    fn qualifier(&self, world: &World<'_>, file: FileId) -> String {
        let space =
            world.spaces.of_file.get(&file).and_then(|id| world.spaces.all.get(*id as usize));
        match (self.0, space) {
            (Family::C | Family::Sql | Family::Swift | Family::Terraform, _) | (_, None) => {
                format!("{}#", world.path(file))
            }
            (_, Some(space)) if space.name.is_empty() => String::new(),
            (Family::Php, Some(space)) => format!("{}\\", space.name.replace('.', "\\")),
            (_, Some(space)) => format!("{}{}", space.name, self.1),
        }
    }
}

/// A name of PHP: the outermost namespace, one inside of the file's own, or what stands in none,
/// if it is declared once. Of that a namespace sees functions and constants, not classes.
fn global(world: &World<'_>, from: FileId, name: &str) -> Option<Value> {
    let root = world.spaces.named(Family::Php, "")?;
    if name == path::ROOT {
        return Some(Value::Space(root));
    }
    let own = *world.spaces.of_file.get(&from)?;
    if let Some(inner) = world.spaces.inside(own, name) {
        return Some(Value::Space(inner));
    }
    let files = world.spaces.files(root).iter();
    let mut found = files.filter_map(|file| {
        let receiver = Found { value: Value::Module(*file), proof: Proof::Package };
        match world.member_of(receiver, name)?.value {
            Value::Symbol(id) => Some((id, world.symbol(id)?.kind)),
            _ => None,
        }
    });
    let (id, kind) = found.next()?;
    let is_seen = own == root || matches!(kind, NodeKind::Function | NodeKind::Constant);
    (is_seen && found.next().is_none()).then_some(Value::Symbol(id))
}

/// A header, and the file of the same name that implements it.
fn included(world: &World<'_>, from: &str, module: &str) -> Option<Value> {
    let beside = beside(from, module).and_then(|path| world.at(&path));
    let file = beside.or_else(|| world.spaces.ending(world, from, module))?;
    Some(world.spaces.of_file.get(&file).map_or(Value::Module(file), |space| Value::Space(*space)))
}

/// A folder below that of the module of this tree, or a module of elsewhere.
fn imported(world: &World<'_>, from: &str, module: &str) -> Option<Value> {
    let manifest = world.packages.around(from, Ecosystem::Go).next();
    let (file, manifest) = manifest?;
    let inside = manifest.name.as_deref().and_then(|name| module.strip_prefix(name));
    if let Some(inside) = inside.filter(|inside| inside.is_empty() || inside.starts_with('/')) {
        let root = folder(world.path(file));
        let place = format!("{root}{inside}");
        return world.spaces.named(Family::Go, place.trim_start_matches('/')).map(Value::Space);
    }
    let mut wanted = module;
    loop {
        if let Some(package) = world.packages.called(from, Ecosystem::Go, wanted) {
            return Some(package);
        }
        wanted = wanted.rsplit_once('/')?.0;
    }
}

/// A package, or something in one.
fn packaged(world: &World<'_>, family: Family, name: &str) -> Option<Value> {
    if let Some(space) = world.spaces.named(family, name) {
        return Some(Value::Space(space));
    }
    let (outer, last) = name.rsplit_once('.')?;
    let value = packaged(world, family, outer)?;
    let found = world.member_of(Found { value, proof: Proof::Import }, last)?;
    Some(found.value)
}

/// Files that are named by their path, with or without what it ends in.
pub(crate) struct Paths(pub &'static [&'static str]);

impl Locate for Paths {
    fn module(&self, world: &World<'_>, from: FileId, module: &str) -> Option<Value> {
        let path = world.path(from);
        let ends = self.0.iter().map(|end| format!("{module}{end}"));
        let found = ends.into_iter().find_map(|name| {
            let beside = beside(path, &name).and_then(|path| world.at(&path));
            beside.or_else(|| world.spaces.ending(world, path, &name))
        });
        found.map(Value::Module)
    }
}

/// A path from the folder of a file.
pub(super) fn beside(from: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder(from).split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
