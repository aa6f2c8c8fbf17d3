//! A tree read as the server reads it, each step timed, beside its parsing alone.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use codegraph::walk::{self, Limits, Loaded};
use codegraph::{Facts, Graph};

/// One run over a tree.
pub(crate) struct Indexed {
    pub files: Vec<(Arc<str>, Arc<Facts>)>,
    pub bytes: usize,
    pub lines: u64,
    pub graph: Graph,
    pub times: Times,
}

#[derive(Clone, Copy, Default)]
pub(crate) struct Times {
    /// To list, load and hash: what a run costs that finds nothing changed.
    pub load: Duration,
    pub read: Duration,
    pub resolve: Duration,
    /// The same files, made into syntax trees and nothing else.
    pub parse_alone: Duration,
}

impl Times {
    pub(crate) fn index(self) -> Duration {
        self.load + self.read + self.resolve
    }
}

pub(crate) fn index(root: &Path) -> Result<Indexed> {
    let mut times = Times::default();
    let began = Instant::now();
    let (found, _) = walk::list(root, &Limits::default());
    let loaded = on_all_cores(&found, |one| walk::load(root, one).ok())?;
    times.load = began.elapsed();
    let loaded: Vec<_> = found.iter().map(|one| &one.path).zip(loaded).collect();
    let began = Instant::now();
    let facts = on_all_cores(&loaded, |(path, loaded)| {
        codegraph::read(path, &loaded.as_ref()?.bytes).map(Arc::new)
    })?;
    times.read = began.elapsed();
    let is_read: Vec<_> = loaded.iter().zip(&facts).filter(|(_, facts)| facts.is_some()).collect();
    let began = Instant::now();
    on_all_cores(&is_read, |((path, loaded), _)| {
        loaded.as_ref().is_some_and(|loaded| codegraph::parses(path, &loaded.bytes))
    })?;
    times.parse_alone = began.elapsed();
    let bytes = is_read.iter().filter_map(|((_, loaded), _)| loaded.as_ref()).map(size).sum();
    let paths = found.iter().map(|one| Arc::clone(&one.path));
    let files: Vec<_> =
        paths.zip(facts).filter_map(|(path, facts)| Some((path, facts?))).collect();
    let began = Instant::now();
    let graph = codegraph::resolve(&files);
    times.resolve = began.elapsed();
    let lines = files.iter().map(|(_, facts)| u64::from(facts.lines())).sum();
    Ok(Indexed { files, bytes, lines, graph, times })
}

fn size(loaded: &Loaded) -> usize {
    loaded.bytes.len()
}

/// In the order of the items, whichever core came to them.
fn on_all_cores<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Result<Vec<R>> {
    let next = AtomicUsize::new(0);
    let one_core = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { return done };
            done.push((at, work(item)));
        }
    };
    let mut done = Vec::with_capacity(items.len());
    std::thread::scope(|scope| -> Result<()> {
        let cores = std::thread::available_parallelism()?.get();
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(one_core)).collect();
        for thread in threads {
            done.extend(thread.join().map_err(|_| anyhow!("a file could not be read"))?);
        }
        Ok(())
    })?;
    done.sort_by_key(|(at, _)| *at);
    Ok(done.into_iter().map(|(_, result)| result).collect())
}
