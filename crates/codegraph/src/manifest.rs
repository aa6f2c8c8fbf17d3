//! What packages a folder is and needs, as its manifest says.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Ecosystem {
    Cargo,
    Go,
    Npm,
    Pypi,
}

impl Ecosystem {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Cargo => "cargo",
            Self::Go => "go",
            Self::Npm => "npm",
            Self::Pypi => "pypi",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub ecosystem: Ecosystem,
    /// None for a manifest that only lists: `requirements.txt`.
    pub name: Option<Box<str>>,
    pub dependencies: Vec<Dependency>,
    /// The file that is the package, from the manifest's folder.
    pub entry: Option<Box<str>>,
    /// Patterns of module names, and where they lead: `paths` of `tsconfig.json`.
    pub paths: Vec<(Box<str>, Box<str>)>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Dependency {
    /// As the registry knows it.
    pub package: Box<str>,
    /// As the code calls it.
    pub local: Box<str>,
    /// From 1.
    pub line: u32,
}

pub(crate) const FILE_NAMES: &[&str] = &[
    "Cargo.toml",
    "go.mod",
    "jsconfig.json",
    "package.json",
    "pyproject.toml",
    "requirements.txt",
    "setup.cfg",
    "tsconfig.json",
];

pub(crate) fn read(path: &str, text: &str) -> Option<Manifest> {
    let mut manifest = match path.rsplit('/').next()? {
        "Cargo.toml" => cargo(text),
        "go.mod" => Some(go(text)),
        "package.json" => npm(text),
        "pyproject.toml" => pyproject(text),
        "requirements.txt" => Some(requirements(text)),
        "setup.cfg" => Some(setup_cfg(text)),
        "jsconfig.json" | "tsconfig.json" => tsconfig(text),
        _ => None,
    }?;
    manifest.dependencies.sort_by(|one, two| one.local.cmp(&two.local));
    manifest.dependencies.dedup_by(|one, two| one.local == two.local);
    Some(manifest)
}

fn empty(ecosystem: Ecosystem) -> Manifest {
    Manifest { ecosystem, name: None, dependencies: Vec::new(), entry: None, paths: Vec::new() }
}

/// The line on which a name stands first.
fn line_of(text: &str, name: &str) -> u32 {
    let at = text.lines().position(|line| line.contains(name));
    at.and_then(|at| u32::try_from(at + 1).ok()).unwrap_or(1)
}

fn cargo(text: &str) -> Option<Manifest> {
    let root: toml::Table = text.parse().ok()?;
    let mut manifest = empty(Ecosystem::Cargo);
    let package = root.get("package").and_then(toml::Value::as_table);
    manifest.name = text_of(package, "name");
    let library = root.get("lib").and_then(toml::Value::as_table);
    manifest.entry = text_of(library, "path");
    let targets = root.get("target").and_then(toml::Value::as_table);
    let targets = targets.into_iter().flat_map(toml::Table::values);
    let tables = targets.filter_map(toml::Value::as_table).chain([&root]);
    for table in tables {
        for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(wanted) = table.get(kind).and_then(toml::Value::as_table) else { continue };
            for (local, wish) in wanted {
                let renamed = wish.get("package").and_then(toml::Value::as_str);
                manifest.dependencies.push(Dependency {
                    package: renamed.unwrap_or(local).into(),
                    local: local.as_str().into(),
                    line: line_of(text, local),
                });
            }
        }
    }
    Some(manifest)
}

fn text_of(table: Option<&toml::Table>, key: &str) -> Option<Box<str>> {
    table?.get(key)?.as_str().map(Into::into)
}

fn pyproject(text: &str) -> Option<Manifest> {
    let root: toml::Table = text.parse().ok()?;
    let mut manifest = empty(Ecosystem::Pypi);
    let project = root.get("project").and_then(toml::Value::as_table);
    let poetry = root.get("tool").and_then(|tool| tool.get("poetry"));
    let poetry = poetry.and_then(toml::Value::as_table);
    manifest.name = text_of(project, "name").or_else(|| text_of(poetry, "name"));
    let groups = project.and_then(|project| project.get("optional-dependencies")?.as_table());
    let lists =
        groups.into_iter().chain(root.get("dependency-groups").and_then(|all| all.as_table()));
    let lists = lists.flat_map(toml::Table::values);
    let lists = lists.chain(project.and_then(|project| project.get("dependencies")));
    let wishes = lists.filter_map(toml::Value::as_array).flatten().filter_map(toml::Value::as_str);
    manifest.dependencies.extend(wishes.filter_map(|wish| python_wish(text, wish)));
    for kind in ["dependencies", "dev-dependencies"] {
        let wanted = poetry.and_then(|poetry| poetry.get(kind)?.as_table());
        let names = wanted.into_iter().flat_map(toml::Table::keys);
        let names = names.filter(|name| name.as_str() != "python");
        manifest.dependencies.extend(names.filter_map(|name| python_wish(text, name)));
    }
    Some(manifest)
}

fn requirements(text: &str) -> Manifest {
    let mut manifest = empty(Ecosystem::Pypi);
    manifest.dependencies.extend(text.lines().filter_map(|line| python_wish(text, line)));
    manifest
}

fn setup_cfg(text: &str) -> Manifest {
    let mut manifest = empty(Ecosystem::Pypi);
    let mut is_wish = false;
    for line in text.lines() {
        if !line.starts_with([' ', '\t']) {
            is_wish = false;
        }
        if is_wish {
            manifest.dependencies.extend(python_wish(text, line));
        }
        let Some((key, value)) = line.split_once('=') else { continue };
        match key.trim() {
            "name" if manifest.name.is_none() => manifest.name = Some(value.trim().into()),
            "install_requires" | "tests_require" => {
                is_wish = true;
                manifest.dependencies.extend(python_wish(text, value));
            }
            _ => {}
        }
    }
    manifest
}

/// The name before versions, extras and markers, as the index writes it.
fn python_wish(text: &str, wish: &str) -> Option<Dependency> {
    let wish = wish.trim();
    let is_name =
        |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    let name = wish.split(|letter| !is_name(letter)).next()?;
    if name.is_empty() || name.starts_with('-') {
        return None;
    }
    let package = python_name(name);
    let local = package.replace('-', "_").into();
    Some(Dependency { package: package.into(), local, line: line_of(text, name) })
}

/// PEP 503.
pub(crate) fn python_name(name: &str) -> String {
    let parts: Vec<_> = name.split(['-', '_', '.']).filter(|part| !part.is_empty()).collect();
    parts.join("-").to_lowercase()
}

fn text_field(object: &Json, name: &str) -> Option<Box<str>> {
    object.get(name).and_then(Json::as_str).map(Into::into)
}

fn npm(text: &str) -> Option<Manifest> {
    let root: Json = serde_json::from_str(text).ok()?;
    let mut manifest = empty(Ecosystem::Npm);
    manifest.name = text_field(&root, "name");
    let entries = ["source", "types", "module", "main"];
    manifest.entry = entries.into_iter().find_map(|name| text_field(&root, name));
    for kind in ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"] {
        let wanted = root.get(kind).and_then(Json::as_object);
        for name in wanted.into_iter().flat_map(serde_json::Map::keys) {
            manifest.dependencies.push(Dependency {
                package: name.as_str().into(),
                local: name.as_str().into(),
                line: line_of(text, &format!("\"{name}\"")),
            });
        }
    }
    Some(manifest)
}

/// JSON with comments and commas that end nothing.
fn tsconfig(text: &str) -> Option<Manifest> {
    let root: Json = serde_json::from_str(&without_comments(text)).ok()?;
    let options = root.get("compilerOptions")?;
    let base = options.get("baseUrl").and_then(Json::as_str);
    let mut manifest = empty(Ecosystem::Npm);
    let mut lead = |pattern: &str, to: &str| {
        let to = to.strip_prefix("./").unwrap_or(to);
        let base = base.unwrap_or(".").trim_start_matches("./").trim_matches('/');
        let to =
            if base.is_empty() || base == "." { to.to_owned() } else { format!("{base}/{to}") };
        manifest.paths.push((pattern.into(), to.into()));
    };
    for (pattern, places) in options.get("paths").and_then(Json::as_object).into_iter().flatten() {
        for place in places.as_array().into_iter().flatten().filter_map(Json::as_str) {
            lead(pattern, place);
        }
    }
    if base.is_some() {
        lead("*", "*");
    }
    Some(manifest)
}

fn without_comments(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    let mut is_string = false;
    while let Some(letter) = letters.next() {
        match (letter, letters.peek()) {
            ('\\', Some(_)) if is_string => {
                plain.push(letter);
                plain.extend(letters.next());
                continue;
            }
            ('"', _) => is_string = !is_string,
            ('/', Some('/')) if !is_string => {
                for skipped in letters.by_ref() {
                    if skipped == '\n' {
                        break;
                    }
                }
                continue;
            }
            ('/', Some('*')) if !is_string => {
                let mut last = ' ';
                for skipped in letters.by_ref() {
                    if last == '*' && skipped == '/' {
                        break;
                    }
                    last = skipped;
                }
                continue;
            }
            ('}' | ']', _) if !is_string => {
                let kept = plain.trim_end().trim_end_matches(',').len();
                plain.truncate(kept);
            }
            _ => {}
        }
        plain.push(letter);
    }
    plain
}

fn go(text: &str) -> Manifest {
    let mut manifest = empty(Ecosystem::Go);
    let mut is_list = false;
    for (line, said) in (1..).zip(text.lines()) {
        let said = said.split("//").next().unwrap_or_default().trim();
        if let Some(name) = said.strip_prefix("module ") {
            manifest.name = Some(name.trim().into());
            continue;
        }
        is_list = match said {
            "require (" => true,
            ")" => false,
            _ => is_list,
        };
        let wish = match said.strip_prefix("require ") {
            Some(wish) if wish != "(" => wish,
            _ if is_list && said != "require (" => said,
            _ => continue,
        };
        if let Some(name) = wish.split_whitespace().next() {
            let dependency = Dependency { package: name.into(), local: name.into(), line };
            manifest.dependencies.push(dependency);
        }
    }
    manifest
}
