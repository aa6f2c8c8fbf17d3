//! The files of the repository, as the rules see them.

use std::fs;

use anyhow::Result;

use crate::{cargo, process};

/// Every file that is in version control or would be at the next commit.
pub(super) struct Tree {
    files: Vec<File>,
}

pub(super) struct File {
    /// From the root of the repository, with `/`.
    pub(super) path: String,
    /// Empty for what is not text.
    pub(super) text: String,
}

impl Tree {
    pub(super) async fn read() -> Result<Self> {
        let root = cargo::workspace_root();
        let mut git = tokio::process::Command::new("git");
        git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(root);
        let listing = process::output(&mut git).await?;
        let mut files = Vec::new();
        for path in listing.split_terminator('\0') {
            // Removed, and not yet so in version control.
            let Ok(bytes) = fs::read(root.join(path)) else { continue };
            let text = String::from_utf8(bytes).unwrap_or_default();
            files.push(File { path: path.to_owned(), text });
        }
        files.sort_by(|one, other| one.path.cmp(&other.path));
        files.dedup_by(|one, other| one.path == other.path);
        Ok(Self { files })
    }

    pub(super) fn files(&self) -> &[File] {
        &self.files
    }

    pub(super) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// The sources of the workspace's crates.
    pub(super) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| {
            file.extension() == Some("rs")
                && (file.path.starts_with("crates/") || file.path.starts_with("xtask/"))
        })
    }

    /// Whether `path` is a file, or a folder with files in it.
    pub(super) fn has(&self, path: &str) -> bool {
        let folder = format!("{path}/");
        path.is_empty()
            || self.files.iter().any(|file| file.path == path || file.path.starts_with(&folder))
    }

    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| File {
            path: (*path).to_owned(),
            text: (*text).to_owned(),
        };
        Self { files: files.iter().map(file).collect() }
    }
}

impl File {
    pub(super) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    pub(super) fn extension(&self) -> Option<&str> {
        self.name().rsplit_once('.').map(|(_, extension)| extension)
    }

    /// Code that only tests see, by where it lies.
    pub(super) fn is_for_tests(&self) -> bool {
        let is_test_folder = |name: &str| matches!(name, "tests" | "testing" | "benches");
        let (folders, name) = self.path.rsplit_once('/').unwrap_or(("", &self.path));
        folders.split('/').any(is_test_folder)
            || matches!(name, "tests.rs" | "testing.rs")
            || name.ends_with("_tests.rs")
    }
}
