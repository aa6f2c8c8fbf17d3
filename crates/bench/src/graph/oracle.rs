//! What others say of the same files: Python's `ast`, the compiler of TypeScript, Universal Ctags
//! and Cargo.

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::{io::Write, thread};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// What is said of one file.
#[derive(Default, Deserialize)]
pub(crate) struct Said {
    pub path: String,
    /// A name, and the line from 1 on which its declaration begins.
    pub definitions: Vec<(String, u32)>,
    #[serde(default)]
    pub calls: Vec<Call>,
}

/// A call of which the oracle knows where it leads.
#[derive(Deserialize)]
pub(crate) struct Call(
    /// The line on which the declaration around it begins; 0 outside of all.
    pub u32,
    /// The name that is called.
    pub String,
    /// Its own line.
    pub IgnoredAny,
    /// One of these is called; none if it leads out of the files.
    pub Vec<(String, u32)>,
);

/// Python's `ast`, or the compiler of TypeScript.
pub(crate) fn script(
    program: &Path,
    script: &str,
    root: &Path,
    paths: &[&str],
) -> Result<Vec<Said>> {
    let mut command = Command::new(program);
    command.arg(Path::new("xtask/peers").join(script)).arg(root);
    let output = fed(&mut command, &paths.join("\n"))?;
    let said = output.lines().map(|line| serde_json::from_str(line).context("not what was asked"));
    said.collect()
}

/// Kinds of which everyone means the same; `struct` in C, `trait` in Rust.
const KINDS: &[&str] = &[
    "class",
    "enum",
    "func",
    "function",
    "interface",
    "message",
    "method",
    "methodSpec",
    "object",
    "protocol",
    "rpc",
    "service",
    "singletonMethod",
    "struct",
    "table",
    "talias",
    "trait",
    "type",
    "typealias",
    "typedef",
    "union",
    "view",
];

/// How ctags begins names of its own.
const MADE_UP: [&str; 4] = ["AnonymousFunction", "AnonymousClass", "__anon", "<lambda>"];

pub(crate) fn ctags(root: &Path, paths: &[&str]) -> Result<Vec<Said>> {
    let mut command = Command::new("ctags");
    command.args(["-f", "-", "--fields=+nK", "--excmd=number", "--sort=no", "-L", "-"]);
    let output = fed(command.current_dir(root), &paths.join("\n"))?;
    let mut said: Vec<Said> = Vec::new();
    for line in output.lines() {
        let mut fields = line.split('\t');
        let (Some(name), Some(path), Some(_), Some(kind)) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            continue;
        };
        let number = fields.find_map(|field| field.strip_prefix("line:"));
        // A macro is a function in Rust alone, a member one in Python alone.
        let extension = path.rsplit('.').next().unwrap_or_default();
        let is_function = matches!((kind, extension), ("macro", "rs") | ("member", "py"));
        let (Some(number), true) = (number, is_function || KINDS.contains(&kind)) else { continue };
        // What has no name gets one, and so does everything in it.
        let says = line.split('\t').filter(|field| !field.starts_with("typeref:"));
        if says.flat_map(|field| MADE_UP.map(|start| field.contains(start))).any(|is_so| is_so) {
            continue;
        }
        if said.last().is_none_or(|said| said.path != path) {
            said.push(Said { path: path.to_owned(), ..Said::default() });
        }
        if let Some(said) = said.last_mut() {
            said.definitions.push((name.to_owned(), number.parse()?));
        }
    }
    Ok(said)
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    manifest_path: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
}

/// The folder of each package from the root, and what it depends on.
pub(crate) fn cargo(root: &Path) -> Result<Vec<(String, String)>> {
    let mut command = Command::new("cargo");
    command.args(["metadata", "--no-deps", "--offline", "--format-version", "1"]);
    let metadata: Metadata = serde_json::from_str(&fed(command.current_dir(root), "")?)?;
    let root = root.canonicalize()?;
    let mut edges = Vec::new();
    for package in &metadata.packages {
        let folder = Path::new(&package.manifest_path).parent().unwrap_or(&root);
        let folder = folder.strip_prefix(&root).unwrap_or(folder).to_string_lossy();
        let wanted = package.dependencies.iter().map(|one| (folder.to_string(), one.name.clone()));
        edges.extend(wanted);
    }
    edges.sort();
    edges.dedup();
    Ok(edges)
}

/// What a program prints when it is given a text.
fn fed(command: &mut Command, input: &str) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().with_context(|| format!("cannot run {name}"))?;
    let stdin = child.stdin.take();
    let Output { status, stdout, stderr } = thread::scope(|scope| {
        // A program that ends without reading says why in its own words, below.
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input.as_bytes())));
        child.wait_with_output()
    })?;
    ensure!(status.success(), "{name} failed: {}", String::from_utf8_lossy(&stderr));
    Ok(String::from_utf8_lossy(&stdout).into_owned())
}
