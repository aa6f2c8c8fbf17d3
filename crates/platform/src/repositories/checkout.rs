//! The files of what is followed, in a folder, for those who read files.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use gix::validate::path::component::Options;
use gix::{ObjectId, Repository};
use wire::RepositoryId;

use super::mirror::Mirror;
use super::store;
use crate::ground::app::App;
use crate::ground::git;

/// Nobody reads a larger file.
const LARGEST: u64 = 64 << 20;

/// The files of a commit, by path.
type Files = BTreeMap<String, ObjectId>;

/// A folder with the files of the repository, in which [`super::history()`] finds its commits: its
/// own work tree, or one made here of what was fetched, where only what changed is written anew.
/// One caller at a time for each repository.
pub(crate) async fn checkout(app: &App, id: RepositoryId) -> anyhow::Result<PathBuf> {
    let scope = app.service_scope("repositories");
    let mut tx = app.db.read(&scope).await?;
    let row = store::find(&mut tx, id).await?.context("the repository was removed")?;
    drop(tx);
    let mirror = Mirror::of(app, &row)?;
    let head = row.head.unwrap_or_default();
    let writing = mirror.with(move |mirror, interrupt| {
        if let Some(folder) = mirror.work_tree() {
            return Ok(folder);
        }
        // Another worker may have been the one that looked.
        if !mirror.has(&head) {
            mirror.look(interrupt)?;
        }
        let folder = mirror.folder().join("files");
        write(&mirror.bare()?, &folder)?;
        Ok(folder)
    });
    writing.await
}

/// Makes `folder` hold the files of the head. A link is left out, so that nothing below the folder
/// leads out of it.
pub(super) fn write(repository: &Repository, folder: &Path) -> anyhow::Result<()> {
    let marker = folder.with_extension("commit");
    let head = repository.head_id().context("nothing was fetched yet")?.detach();
    let before = match written(repository, &marker) {
        Some((commit, _)) if commit == head => return Ok(()),
        Some((_, files)) => files,
        None => {
            remove(fs::remove_dir_all(folder))?;
            Files::new()
        }
    };
    // While it is gone, nobody relies on what is in the folder.
    remove(fs::remove_file(&marker))?;
    let after = files(repository, head)?;
    for path in before.keys().filter(|path| !after.contains_key(*path)) {
        remove_below(folder, path)?;
    }
    for (path, blob) in after.iter().filter(|(path, blob)| before.get(*path) != Some(blob)) {
        write_blob(repository, *blob, &folder.join(path))?;
    }
    fs::create_dir_all(folder)?;
    let bare = repository.path().canonicalize()?;
    fs::write(folder.join(".git"), format!("gitdir: {}\n", bare.display()))?;
    fs::write(&marker, head.to_string()).context("cannot note what was written")
}

/// What is in the folder, where it was written whole.
fn written(repository: &Repository, marker: &Path) -> Option<(ObjectId, Files)> {
    let commit: ObjectId = fs::read_to_string(marker).ok()?.parse().ok()?;
    Some((commit, files(repository, commit).ok()?))
}

fn files(repository: &Repository, commit: ObjectId) -> anyhow::Result<Files> {
    let files = git::files(&repository.find_commit(commit)?.tree()?)?;
    Ok(files.into_iter().filter(|(path, _)| is_safe(path)).collect())
}

/// Whether a stranger's path stays below the folder, and is not what git itself would read.
fn is_safe(path: &str) -> bool {
    let options = Options { protect_windows: false, ..Options::default() };
    let is_safe = |name: &str| gix::validate::path::component(name.into(), None, options).is_ok();
    path.split('/').all(|name| is_safe(name) && !name.contains('\0'))
}

fn write_blob(repository: &Repository, blob: ObjectId, path: &Path) -> anyhow::Result<()> {
    if repository.find_header(blob)?.size() > LARGEST {
        return Ok(());
    }
    let mut blob = repository.find_object(blob)?.try_into_blob().map_err(|it| anyhow!("{it}"))?;
    let written = path.parent().map_or(Ok(()), fs::create_dir_all);
    let written = written.and_then(|()| fs::write(path, blob.take_data()));
    written.with_context(|| format!("cannot write {}", path.display()))
}

/// Removes a file, and the folders that held nothing else.
fn remove_below(folder: &Path, path: &str) -> anyhow::Result<()> {
    remove(fs::remove_file(folder.join(path)))?;
    let mut above = Path::new(path);
    while let Some(next) = above.parent().filter(|it| !it.as_os_str().is_empty()) {
        if fs::remove_dir(folder.join(next)).is_err() {
            break;
        }
        above = next;
    }
    Ok(())
}

/// What is not there needs no removing.
fn remove(result: std::io::Result<()>) -> anyhow::Result<()> {
    match result {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error).context("cannot remove"),
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_leads_elsewhere_is_not_safe() {
        for path in ["a", "a/b.rs", ".github/a", "a b", "con", "ä/…"] {
            assert!(is_safe(path), "{path}");
        }
        for path in
            ["", "/a", "a//b", "..", "a/../b", ".", ".git/config", "a/.GIT/x", "GIT~1/x", "a\0"]
        {
            assert!(!is_safe(path), "{path}");
        }
    }
}
