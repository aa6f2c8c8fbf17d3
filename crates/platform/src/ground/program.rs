//! The program that runs, for what is done in processes of its own.

use std::path::PathBuf;

use anyhow::Context;

const NAME: &str = "commandcenter";
/// What Linux adds to the path of a program whose file was replaced.
const REPLACED: &str = " (deleted)";

/// This program, or the one that took its place; a test of ours uses the one that was built beside
/// it.
pub(crate) fn path() -> anyhow::Result<PathBuf> {
    let this = std::env::current_exe().context("cannot tell which program this is")?;
    let text = this.to_string_lossy();
    let this = text.strip_suffix(REPLACED).map_or_else(|| this.clone(), PathBuf::from);
    if this.file_stem().is_some_and(|name| name == NAME) {
        return Ok(this);
    }
    let built = this.ancestors().skip(1).take(2).map(|folder| folder.join(NAME));
    let found = built.into_iter().find(|path| path.is_file());
    found.with_context(|| format!("the program {NAME} is not beside {}", this.display()))
}
