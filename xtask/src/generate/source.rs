//! The sources of `platform`, for what only they say.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::cargo;

const ROOT: &str = "crates/platform/src";

pub(super) struct Sources {
    /// Path below the root and text, by path.
    files: Vec<(String, String)>,
}

impl Sources {
    pub(super) fn read() -> Result<Self> {
        let root = cargo::workspace_root().join(ROOT);
        let mut files = Vec::new();
        collect(&root, &root, &mut files)?;
        files.sort();
        Ok(Self { files })
    }

    pub(super) fn file(&self, path: &str) -> Result<&str> {
        let file = self.files.iter().find(|(known, _)| known == path);
        file.map(|(_, text)| text.as_str()).with_context(|| format!("no {path} in {ROOT}"))
    }

    /// The texts of the Rust files.
    pub(super) fn rust(&self) -> impl Iterator<Item = &str> {
        let is_rust = |path: &str| Path::new(path).extension().is_some_and(|it| it == "rs");
        self.files.iter().filter(move |(path, _)| is_rust(path)).map(|(_, text)| text.as_str())
    }
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, String)>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("no {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else if let (Ok(text), Ok(below)) = (fs::read_to_string(&path), path.strip_prefix(root)) {
            files.push((below.to_string_lossy().into_owned(), text));
        }
    }
    Ok(())
}

/// The text between the first `open` and the next `close` behind it.
pub(super) fn between<'a>(text: &'a str, open: &str, close: &str) -> Option<&'a str> {
    let (_, after) = text.split_once(open)?;
    after.split_once(close).map(|(inside, _)| inside)
}
