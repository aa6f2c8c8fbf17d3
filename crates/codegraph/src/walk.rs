//! The files of a tree as git knows them: the one place that reads the disk.

use std::{
    fs::{self, File},
    io::Read,
    path::Path,
    sync::Arc,
};

use ignore::WalkBuilder;
use ring::digest;

use crate::{Problem, languages};

#[derive(Debug, Clone)]
pub struct Limits {
    /// In bytes.
    pub max_file: u64,
    pub max_files: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_file: 4 << 20, max_files: 500_000 }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// From the root, with `/`.
    pub path: Arc<str>,
    pub size: u64,
}

#[derive(Debug)]
pub struct Loaded {
    pub bytes: Vec<u8>,
    /// SHA-256.
    pub hash: [u8; 32],
}

/// Every file that git would take in, by path. Other repositories inside are left out, symbolic
/// links are not followed, and what is ignored is not looked at.
pub fn list(root: &Path, limits: &Limits) -> (Vec<Found>, Vec<Problem>) {
    let mut found = Vec::new();
    let mut problems = Vec::new();
    let is_own = |entry: &ignore::DirEntry| {
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        let is_git = entry.file_name() == ".git";
        !is_git && (!is_folder || entry.depth() == 0 || !entry.path().join(".git").exists())
    };
    // Above a folder that is in no repository, nothing is meant for it.
    let is_in_repository = root.ancestors().any(|folder| folder.join(".git").exists());
    let walk = WalkBuilder::new(root)
        .hidden(false)
        .require_git(is_in_repository)
        .git_global(false)
        .parents(is_in_repository)
        .ignore(false)
        .filter_entry(is_own)
        .build();
    for entry in walk {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                problems.push(Problem { path: "".into(), line: None, message: error.to_string() });
                continue;
            }
        };
        if !entry.file_type().is_some_and(|kind| kind.is_file()) {
            continue;
        }
        let Some(path) = relative(root, entry.path()) else {
            let path = entry.path().to_string_lossy().into();
            problems.push(Problem { path, line: None, message: "the name is not UTF-8".into() });
            continue;
        };
        let size = entry.metadata().map_or(0, |metadata| metadata.len());
        if size > limits.max_file {
            if !is_wanted(&path) {
                continue;
            }
            let message = format!("larger than {} bytes", limits.max_file);
            problems.push(Problem { path, line: None, message });
            continue;
        }
        found.push(Found { path, size });
    }
    found.sort_by(|one, two| one.path.cmp(&two.path));
    if found.len() > limits.max_files {
        let message = format!("only the first {} of {} files", limits.max_files, found.len());
        problems.push(Problem { path: "".into(), line: None, message });
        found.truncate(limits.max_files);
    }
    problems.sort_by(|one, two| one.path.cmp(&two.path));
    (found, problems)
}

/// The bytes of a file that is text; of what is none and need not be, only the hash.
pub fn load(root: &Path, found: &Found) -> Result<Loaded, Problem> {
    let problem = |message: String| Problem { path: Arc::clone(&found.path), line: None, message };
    let path = root.join(found.path.as_ref());
    // It may have become a link out of the tree since it was listed.
    let is_file = fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_file());
    if !is_file {
        return Err(problem("no file any more".to_owned()));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(found.size).unwrap_or_default());
    // It may have grown since it was listed.
    let limit = found.size.saturating_mul(2).saturating_add(1 << 16);
    File::open(&path)
        .and_then(|file| file.take(limit).read_to_end(&mut bytes))
        .map_err(|error| problem(error.to_string()))?;
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, &bytes).as_ref());
    let beginning = bytes.get(..8_192).unwrap_or(&bytes);
    if beginning.contains(&0) {
        if is_wanted(&found.path) {
            return Err(problem("binary".to_owned()));
        }
        bytes.clear();
    }
    Ok(Loaded { bytes, hash })
}

/// Whether its name says that it is code or a document: nobody misses what is in a picture.
fn is_wanted(path: &str) -> bool {
    languages::of_file(path, "").is_some()
}

fn relative(root: &Path, path: &Path) -> Option<Arc<str>> {
    let path = path.strip_prefix(root).ok()?;
    let parts: Option<Vec<_>> = path.iter().map(|part| part.to_str()).collect();
    Some(parts?.join("/").into())
}
