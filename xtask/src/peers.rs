//! A Python with the libraries that the search engine is measured beside.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tokio::process::Command;

use crate::{cargo, process};

const PINS: &str = include_str!("../bench-peers.txt");

/// Made when it is missing, made anew when the pins have changed.
pub(crate) async fn python() -> Result<PathBuf> {
    let folder = cargo::cache_directory()?.join("bench-python");
    let (python, pinned) = (folder.join("bin/python"), folder.join("pins.txt"));
    if fs::read_to_string(&pinned).is_ok_and(|pins| pins == PINS) {
        return Ok(python);
    }
    eprintln!("fetching what the search engine is measured beside, once");
    make(&folder, &python).await?;
    fs::write(&pinned, PINS).with_context(|| format!("cannot write {}", pinned.display()))?;
    Ok(python)
}

/// The version is part of the folder: another one is another folder.
const TYPESCRIPT: &str = "typescript@5.9.3";

/// The folder in which programs of Node find the compiler of TypeScript.
pub(crate) async fn typescript() -> Result<PathBuf> {
    let folder = cargo::cache_directory()?.join(TYPESCRIPT);
    let modules = folder.join("node_modules");
    if !modules.join("typescript/lib/typescript.js").exists() {
        fs::create_dir_all(&folder)?;
        let mut install = Command::new("npm");
        install.args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"]);
        process::output(install.arg(&folder).arg(TYPESCRIPT)).await?;
    }
    Ok(modules)
}

async fn make(folder: &Path, python: &Path) -> Result<()> {
    process::output(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder)).await?;
    let pins = tempfile::NamedTempFile::new()?;
    fs::write(pins.path(), PINS)?;
    let mut install = Command::new(python);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    process::output(install.arg("--requirement").arg(pins.path())).await?;
    Ok(())
}
