//! A folder, read into a graph; on threads that may block.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Result, ensure};
use codegraph::walk::{self, Found, Limits};
use codegraph::{Facts, Graph, Problem};
use rayon::prelude::*;
use ring::digest::{Context, SHA256};
use wire::graph::IndexingStage;

use super::past::{self, Past};
use super::store::Known;
use crate::ground::git;
use crate::repositories::{self, Limits as HistoryLimits};

/// How far the reading is, for whoever watches.
#[derive(Default)]
pub(super) struct Progress {
    pub files: AtomicU64,
    pub read: AtomicU64,
    pub is_resolving: std::sync::atomic::AtomicBool,
}

impl Progress {
    pub(super) fn stage(&self) -> (IndexingStage, (u64, u64)) {
        let files = self.files.load(Ordering::Relaxed);
        if self.is_resolving.load(Ordering::Relaxed) {
            return (IndexingStage::Resolving, (files, files));
        }
        (IndexingStage::Reading, (self.read.load(Ordering::Relaxed), files))
    }
}

/// The files of a folder and their hashes: enough to know whether anything changed.
pub(super) struct Listing {
    files: Vec<Found>,
    hashes: Vec<Option<[u8; 32]>>,
    problems: Vec<Problem>,
    /// The head, where the folder is in a git repository.
    pub commit: Option<String>,
    /// Of all of it, and of the versions of the readers.
    pub digest: Vec<u8>,
}

/// What is known of former readings.
pub(super) struct Kept {
    pub files: HashMap<Arc<str>, Known>,
    pub commits: repositories::Known,
}

/// What was read.
pub(super) struct Reading {
    pub graph: Graph,
    pub past: Past,
    /// What was not known, and is to be kept.
    pub fresh: Vec<(Arc<str>, Known)>,
    /// Paths that are known and gone.
    pub gone: Vec<Arc<str>>,
    pub commits: Commits,
}

/// Commits to keep, and to forget.
#[derive(Default)]
pub(super) struct Commits {
    pub fresh: Vec<(String, Vec<u8>)>,
    pub gone: Vec<String>,
}

/// Finds the files of `root` and hashes them.
pub(super) fn list(root: &Path, progress: &Progress) -> Result<Listing> {
    ensure!(root.is_dir(), "there is no folder {}", root.display());
    let (files, mut problems) = walk::list(root, &Limits::default());
    progress.files.store(files.len() as u64, Ordering::Relaxed);
    let loaded: Vec<_> =
        files.par_iter().map(|found| walk::load(root, found).map(|loaded| loaded.hash)).collect();
    let mut context = Context::new(&SHA256);
    context.update(&codegraph::VERSION.to_le_bytes());
    let mut hashes = Vec::with_capacity(files.len());
    for (found, loaded) in files.iter().zip(loaded) {
        // Apart by a byte that no path has.
        context.update(found.path.as_bytes());
        context.update(&[0]);
        let hash = loaded.map_err(|problem| problems.push(problem)).ok();
        context.update(&hash.unwrap_or_default());
        hashes.push(hash);
    }
    let head = head(root).unwrap_or_else(|error| {
        problems.push(no_history(&error));
        None
    });
    let commit = head.map(|(commit, end)| {
        context.update(&repositories::HISTORY_VERSION.to_le_bytes());
        context.update(commit.as_bytes());
        context.update(&end);
        commit
    });
    for problem in &problems {
        context.update(format!("{problem:?}").as_bytes());
    }
    let digest = context.finish().as_ref().to_vec();
    Ok(Listing { files, hashes, problems, commit, digest })
}

/// The commit at the head, and where its history ends when it was cut off, as git notes it. None
/// also before the first commit, and for a folder that the commit does not have.
fn head(folder: &Path) -> Result<Option<(String, Vec<u8>)>> {
    let Some((root, prefix)) = git::around(folder) else { return Ok(None) };
    let repository = git::open(root)?;
    let Ok(head) = repository.head_id() else { return Ok(None) };
    let inside = prefix.trim_end_matches('/');
    if !inside.is_empty() && repository.head_tree()?.lookup_entry_by_path(inside)?.is_none() {
        return Ok(None);
    }
    let end = std::fs::read(repository.shallow_file()?).unwrap_or_default();
    Ok(Some((head.to_string(), end)))
}

/// The code is there whatever becomes of its history.
fn no_history(error: &anyhow::Error) -> Problem {
    let message = format!("the history cannot be read: {error:#}");
    Problem { path: ".git".into(), line: None, message }
}

/// Reads what is not known with its hash, and joins all of it.
pub(super) fn read(root: &Path, listing: &Listing, kept: Kept, progress: &Progress) -> Reading {
    let Kept { files: known, commits } = kept;
    let Listing { files, hashes, problems, .. } = listing;
    let mut problems = problems.clone();
    let read: Vec<_> = files
        .par_iter()
        .zip(hashes)
        .map(|(found, hash)| {
            let read = hash.map(|hash| read_one(root, found, hash, known.get(&found.path)));
            progress.read.fetch_add(1, Ordering::Relaxed);
            read.transpose()
        })
        .collect();
    let (mut facts, mut fresh) = (Vec::with_capacity(files.len()), Vec::new());
    for (found, read) in files.iter().zip(read) {
        match read {
            Ok(Some((Some(it), kept))) => {
                facts.push((Arc::clone(&found.path), it));
                fresh.extend(kept.map(|kept| (Arc::clone(&found.path), kept)));
            }
            Ok(Some((None, _)) | None) => {}
            Err(problem) => problems.push(problem),
        }
    }
    let read: std::collections::HashSet<&str> = facts.iter().map(|(path, _)| &**path).collect();
    let gone = known.keys().filter(|path| !read.contains(&***path)).cloned().collect();
    progress.is_resolving.store(true, Ordering::Relaxed);
    let mut graph = codegraph::resolve(&facts);
    drop(facts);
    let history = match &listing.commit {
        Some(_) => history(root, &mut graph, commits),
        None => Ok((
            Past::default(),
            Commits { gone: commits.into_keys().collect(), ..Commits::default() },
        )),
    };
    let (past, commits) = history.unwrap_or_else(|error| {
        problems.push(no_history(&error));
        Default::default()
    });
    graph.problems.extend(problems);
    graph
        .problems
        .sort_by(|a, b| (&a.path, a.line, &a.message).cmp(&(&b.path, b.line, &b.message)));
    Reading { graph, past, fresh, gone, commits }
}

/// Adds who changed what.
fn history(
    folder: &Path,
    graph: &mut Graph,
    known: repositories::Known,
) -> Result<(Past, Commits)> {
    let around = git::around(folder);
    let (root, prefix) = around.unwrap_or((folder, String::new()));
    let taken = repositories::history(root, HistoryLimits::default(), known)?;
    let taken = taken.unwrap_or_default();
    let past = past::attach(graph, &taken.history, &prefix);
    Ok((past, Commits { fresh: taken.fresh, gone: taken.gone }))
}

/// The facts of a file, and what is to be kept of them when they are new; none for what is of no
/// language we know.
fn read_one(
    root: &Path,
    found: &Found,
    hash: [u8; 32],
    known: Option<&Known>,
) -> Result<(Option<Arc<Facts>>, Option<Known>), Problem> {
    let same = known.filter(|known| known.hash == hash);
    if let Some(facts) = same.and_then(|known| Facts::decode(&known.facts).ok()) {
        return Ok((Some(Arc::new(facts)), None));
    }
    // Once more from the disk: it is in its cache, and all files together may not fit in memory.
    let loaded = walk::load(root, found)?;
    let facts = codegraph::read(&found.path, &loaded.bytes);
    let kept = facts.as_ref().map(|facts| Known { hash: hash.to_vec(), facts: facts.encode() });
    Ok((facts.map(Arc::new), kept))
}
