//! Who changed what, and when: the commits of a repository, each read once.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use gix::bstr::ByteSlice;
use gix::diff::tree::recorder::Change;
use gix::diff::tree::{Recorder, State};
use gix::mailmap::Snapshot;
use gix::objs::TreeRefIter;
use gix::revision::walk::Sorting;
use gix::traverse::commit::simple::CommitTimeOrder;
use gix::{Commit as GitCommit, Repository, Tree};
use wire::Timestamp;

use crate::ground::git;

/// Trees of neighbouring commits share most of what they hold.
const CACHE: usize = 64 << 20;

/// How much of a history is read; what is beyond is left out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub commits: usize,
    pub paths: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { commits: 100_000, paths: 200_000 }
    }
}

/// The same for the same head.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct History {
    /// Folded by `.mailmap` of the head, then by address. Whoever committed last comes first.
    pub people: Vec<Person>,
    /// Newest first; the first is the head. Empty before the first commit.
    pub commits: Vec<Commit>,
    /// Of each file of the head that a commit was seen to change.
    pub paths: BTreeMap<String, PathHistory>,
    /// Whether no limit was met.
    pub is_whole: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    /// The newest one.
    pub name: String,
    /// As it was written in the newest commit; may be empty.
    pub email: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Commit {
    /// 40 hexadecimal digits.
    pub id: String,
    /// Place in [`History::people`].
    pub author: usize,
    /// When it came to where it stands in the history, which may be later than it was written.
    pub time: Timestamp,
    /// The first line of what it says.
    pub subject: String,
}

/// Merges change nothing here: what they bring together was counted where it was made. Neither are
/// renames followed: a file's history begins with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PathHistory {
    /// By how many commits.
    pub changes: u32,
    /// Places in [`History::people`], with the number of their changes; most first.
    pub people: Vec<(usize, u32)>,
    /// Places in [`History::commits`].
    pub first: usize,
    pub last: usize,
}

/// The history of the head of the repository whose work tree or bare folder is `root`; `None`
/// where `root` is neither. Blocks.
pub(crate) fn history(root: &Path, limits: Limits) -> anyhow::Result<Option<History>> {
    if !git::is_repository(root) {
        return Ok(None);
    }
    let mut repository = git::open(root)?;
    repository.object_cache_size_if_unset(CACHE);
    let Ok(head) = repository.head_id() else {
        return Ok(Some(History { is_whole: true, ..History::default() }));
    };
    let mut reading = Reading::begin(&repository, &head.object()?.peel_to_commit()?, limits)?;
    let newest_first = Sorting::ByCommitTime(CommitTimeOrder::NewestFirst);
    for step in repository.rev_walk([head]).sorting(newest_first).all()? {
        if reading.history.commits.len() == limits.commits {
            reading.history.is_whole = false;
            break;
        }
        reading.take(&step?.object()?)?;
    }
    Ok(Some(reading.end()))
}

struct Reading<'a> {
    repository: &'a Repository,
    mailmap: Snapshot,
    /// By address in lower case, or by name where there is none.
    known: HashMap<String, usize>,
    /// The files of the head.
    paths: HashMap<String, Option<PathHistory>>,
    history: History,
    state: State,
}

impl<'a> Reading<'a> {
    fn begin(
        repository: &'a Repository,
        head: &GitCommit<'_>,
        limits: Limits,
    ) -> anyhow::Result<Self> {
        let tree = head.tree()?;
        let mut files = git::files(&tree)?;
        let is_whole = files.len() <= limits.paths;
        files.truncate(limits.paths);
        Ok(Self {
            repository,
            mailmap: mailmap(&tree)?,
            known: HashMap::new(),
            paths: files.into_iter().map(|(path, _)| (path, None)).collect(),
            history: History { is_whole, ..History::default() },
            state: State::default(),
        })
    }

    fn take(&mut self, commit: &GitCommit<'_>) -> anyhow::Result<()> {
        let author = self.author(commit)?;
        let subject = commit.message_raw()?.lines().next().unwrap_or_default();
        let place = self.history.commits.len();
        self.history.commits.push(Commit {
            id: commit.id.to_string(),
            author,
            time: Timestamp::from_micros(commit.time()?.seconds.saturating_mul(1_000_000)),
            subject: subject.trim().to_str_lossy().into_owned(),
        });
        for path in self.changed(commit)? {
            if let Some(path) = self.paths.get_mut(&path) {
                note(path, place, author);
            }
        }
        Ok(())
    }

    fn author(&mut self, commit: &GitCommit<'_>) -> anyhow::Result<usize> {
        let author = self.mailmap.resolve_cow(commit.author()?);
        let name = author.name.trim().to_str_lossy().into_owned();
        let email = author.email.trim().to_str_lossy().into_owned();
        let key = if email.is_empty() { name.clone() } else { email.to_lowercase() };
        let people = &mut self.history.people;
        Ok(*self.known.entry(key).or_insert_with(|| {
            people.push(Person { name, email });
            people.len() - 1
        }))
    }

    /// The files a commit touched against its parent; none for a merge, nor where the history was
    /// cut off before the parent.
    fn changed(&mut self, commit: &GitCommit<'_>) -> anyhow::Result<Vec<String>> {
        let mut parents = commit.parent_ids();
        let before = match (parents.next(), parents.next()) {
            (None, _) => self.repository.empty_tree(),
            (Some(parent), None) => {
                let Some(parent) = parent.try_object()? else { return Ok(Vec::new()) };
                parent.peel_to_tree()?
            }
            (Some(_), Some(_)) => return Ok(Vec::new()),
        };
        let after = commit.tree()?;
        let mut recorder = Recorder::default();
        let (before, after) = (entries(&before), entries(&after));
        gix::diff::tree(before, after, &mut self.state, &self.repository.objects, &mut recorder)?;
        let paths = recorder.records.into_iter().filter_map(file_of);
        Ok(paths.collect())
    }

    fn end(self) -> History {
        let seen = self.paths.into_iter().filter_map(|(path, seen)| Some((path, seen?)));
        let mut paths: BTreeMap<String, PathHistory> = seen.collect();
        for path in paths.values_mut() {
            path.people.sort_by_key(|&(person, changes)| (std::cmp::Reverse(changes), person));
        }
        History { paths, ..self.history }
    }
}

/// Commits come newest first.
fn note(path: &mut Option<PathHistory>, commit: usize, author: usize) {
    let fresh = || PathHistory { changes: 0, people: Vec::new(), first: commit, last: commit };
    let path = path.get_or_insert_with(fresh);
    path.changes += 1;
    path.first = commit;
    match path.people.iter_mut().find(|(person, _)| *person == author) {
        Some((_, changes)) => *changes += 1,
        None => path.people.push((author, 1)),
    }
}

fn entries<'a>(tree: &'a Tree<'_>) -> TreeRefIter<'a> {
    TreeRefIter::from_bytes(&tree.data, tree.id.kind())
}

fn file_of(change: Change) -> Option<String> {
    let (Change::Addition { entry_mode, path, .. }
    | Change::Deletion { entry_mode, path, .. }
    | Change::Modification { entry_mode, path, .. }) = change;
    entry_mode.is_blob().then(|| path.to_string())
}

fn mailmap(tree: &Tree<'_>) -> anyhow::Result<Snapshot> {
    let Some(file) = tree.lookup_entry_by_path(".mailmap")? else { return Ok(Snapshot::default()) };
    if !file.mode().is_blob() {
        return Ok(Snapshot::default());
    }
    Ok(Snapshot::from_bytes(&file.object()?.data))
}
