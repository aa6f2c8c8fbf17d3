//! Trees that nobody here wrote, for the bench of the graph: from three registries.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;
use tokio::process::Command;

use crate::{cargo, process};

const PYTHON: [&str; 2] = ["django==5.2.8", "sympy==1.14.0"];
const NODE: [&str; 2] = ["rxjs@7.8.2", "zod@4.1.12"];
/// In the version that the workspace builds with.
const RUST: [&str; 2] = ["tokio", "libsqlite3-sys"];

/// Fetched when they are missing; the version is part of each folder.
pub(crate) async fn fetched() -> Result<Vec<PathBuf>> {
    let folder = cargo::cache_directory()?.join("trees");
    fs::create_dir_all(&folder)?;
    let mut trees = Vec::new();
    for package in PYTHON {
        let tree = folder.join(package.replace("==", "-"));
        let fetch = async |place: &Path| {
            let mut install = Command::new("python3");
            install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
            install.args(["--no-deps", "--no-compile", "--root-user-action=ignore", "--target"]);
            process::output(install.arg(place).arg(package)).await
        };
        trees.push(once(tree, fetch).await?);
    }
    for package in NODE {
        let tree = folder.join(package.replace('@', "-"));
        // A package behind `node_modules` brings what it needs along; packed it comes alone.
        let pack = "npm pack --silent --pack-destination \"$1\" \"$2\" > /dev/null && \
                    tar -xzf \"$1\"/*.tgz -C \"$1\" --strip-components=1 && rm \"$1\"/*.tgz";
        let fetch = async |place: &Path| {
            process::output(Command::new("sh").args(["-c", pack, "sh"]).arg(place).arg(package))
                .await
        };
        // What is built from them stands beside the sources, and says everything once more.
        trees.push(once(tree, fetch).await?.join("src"));
    }
    trees.extend(of_cargo().await?);
    Ok(trees)
}

/// The folder appears by a rename, so a run that was interrupted leaves nothing that looks complete.
async fn once(tree: PathBuf, fetch: impl AsyncFnOnce(&Path) -> Result<String>) -> Result<PathBuf> {
    if tree.exists() {
        return Ok(tree);
    }
    eprintln!("fetching {}, once", tree.display());
    let scratch = tree.with_extension("fetching");
    if scratch.exists() {
        fs::remove_dir_all(&scratch)?;
    }
    fs::create_dir_all(&scratch)?;
    fetch(&scratch).await?;
    fs::rename(&scratch, &tree)?;
    Ok(tree)
}

async fn of_cargo() -> Result<Vec<PathBuf>> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }
    #[derive(Deserialize)]
    struct Package {
        name: String,
        manifest_path: PathBuf,
    }
    let mut metadata = cargo::command();
    metadata.args(["metadata", "--locked", "--format-version", "1"]);
    let metadata: Metadata = serde_json::from_str(&process::output(&mut metadata).await?)?;
    let folder = |name: &str| {
        let package = metadata.packages.iter().find(|package| package.name == name);
        let folder = package.and_then(|package| package.manifest_path.parent());
        folder.map(Path::to_owned).with_context(|| format!("the workspace has no {name}"))
    };
    RUST.into_iter().map(folder).collect()
}
