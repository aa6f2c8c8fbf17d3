//! Packages: those that the manifests of the tree are, and those that they need.

use std::collections::{BTreeMap, HashMap};

use super::{
    value::Value,
    world::{FileFacts, FileId, folder},
};
use crate::manifest::{Ecosystem, Manifest};

pub(crate) struct Packages<'a> {
    /// Of registries, as `(npm, react)`.
    pub external: Vec<(Ecosystem, &'a str)>,
    external_ids: HashMap<(Ecosystem, &'a str), u32>,
    /// Packages of this tree, and the manifest of each.
    own: HashMap<(Ecosystem, &'a str), FileId>,
    /// The manifests of each folder.
    by_folder: BTreeMap<&'a str, Vec<(FileId, &'a Manifest)>>,
}

impl<'a> Packages<'a> {
    pub(super) fn new(files: &[FileFacts<'a>]) -> Self {
        let mut packages = Self {
            external: Vec::new(),
            external_ids: HashMap::new(),
            own: HashMap::new(),
            by_folder: BTreeMap::new(),
        };
        for (file, found) in (0..).zip(files) {
            let Some(manifest) = &found.facts.manifest else { continue };
            packages.by_folder.entry(folder(found.path)).or_default().push((file, manifest));
            if let Some(name) = &manifest.name {
                packages.own.entry((manifest.ecosystem, name)).or_insert(file);
            }
            for dependency in &manifest.dependencies {
                packages.add((manifest.ecosystem, &dependency.package));
            }
        }
        packages
    }

    fn add(&mut self, key: (Ecosystem, &'a str)) {
        let next = u32::try_from(self.external.len()).unwrap_or(u32::MAX);
        if *self.external_ids.entry(key).or_insert(next) == next {
            self.external.push(key);
        }
    }

    pub(crate) fn external(&self, ecosystem: Ecosystem, name: &str) -> Option<u32> {
        self.external_ids.get(&(ecosystem, name)).copied()
    }

    /// The manifest of a package of this tree.
    pub(crate) fn own(&self, ecosystem: Ecosystem, name: &str) -> Option<FileId> {
        self.own.get(&(ecosystem, name)).copied()
    }

    /// The manifests that hold for a file, the nearest first.
    pub(crate) fn around(
        &self,
        path: &'a str,
        ecosystem: Ecosystem,
    ) -> impl Iterator<Item = (FileId, &'a Manifest)> + '_ {
        let mut next = Some(folder(path));
        let folders = std::iter::from_fn(move || {
            let current = next?;
            next = (!current.is_empty()).then(|| folder(current));
            Some(current)
        });
        let manifests = folders.filter_map(|folder| self.by_folder.get(folder)).flatten().copied();
        manifests.filter(move |(_, manifest)| manifest.ecosystem == ecosystem)
    }

    /// The package that a file's manifests call by a name, if it is one of a registry.
    pub(crate) fn called(&self, path: &'a str, ecosystem: Ecosystem, local: &str) -> Option<Value> {
        let dependency = self.around(path, ecosystem).find_map(|(_, manifest)| {
            manifest.dependencies.iter().find(|dependency| dependency.local.as_ref() == local)
        })?;
        self.external(ecosystem, &dependency.package).map(Value::Package)
    }
}
