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

use super::store::Known;
use crate::ground::git;

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
    /// The head, where the folder is a git repository.
    pub commit: Option<String>,
    /// Of all of it, and of the version of the reader.
    pub digest: Vec<u8>,
}

/// What was read.
pub(super) struct Reading {
    pub graph: Graph,
    /// What was not known, and is to be kept.
    pub fresh: Vec<(Arc<str>, Known)>,
    /// Paths that are known and gone.
    pub gone: Vec<Arc<str>>,
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
    for problem in &problems {
        context.update(format!("{problem:?}").as_bytes());
    }
    let commit = commit(root)?;
    context.update(commit.as_deref().unwrap_or_default().as_bytes());
    let digest = context.finish().as_ref().to_vec();
    Ok(Listing { files, hashes, problems, commit, digest })
}

/// None also before the first commit.
fn commit(root: &Path) -> Result<Option<String>> {
    if !git::is_repository(root) {
        return Ok(None);
    }
    Ok(git::open(root)?.head_id().ok().map(|head| head.to_string()))
}

/// Reads what is not known with its hash, and joins all of it.
pub(super) fn read(
    root: &Path,
    listing: &Listing,
    known: &HashMap<Arc<str>, Known>,
    progress: &Progress,
) -> Reading {
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
    graph.problems.extend(problems);
    graph
        .problems
        .sort_by(|a, b| (&a.path, a.line, &a.message).cmp(&(&b.path, b.line, &b.message)));
    Reading { graph, fresh, gone }
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
