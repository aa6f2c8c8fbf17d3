//! Who changed what, and when: the commits of a repository, each read once.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use gix::actor::SignatureRef;
use gix::bstr::ByteSlice;
use gix::diff::tree::recorder::Change;
use gix::diff::tree::{Recorder, State};
use gix::mailmap::Snapshot;
use gix::objs::TreeRefIter;
use gix::revision::walk::{Info, Sorting};
use gix::traverse::commit::simple::CommitTimeOrder;
use gix::{Commit as GitCommit, ObjectId, Repository, Tree};
use serde::{Deserialize, Serialize};
use wire::Timestamp;

use crate::ground::git;

/// Grows when the same commits give another history, or are kept in another way.
pub(crate) const VERSION: u32 = 1;

/// Trees of neighbouring commits share most of what they hold.
const CACHE: usize = 64 << 20;
/// The end of the year 9999, in seconds: what lies behind it was never meant.
const LATEST: i64 = 253_402_300_799;

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

/// What commits said when they were read, by their ids. They never change.
pub(crate) type Known = HashMap<String, Vec<u8>>;

/// A history, and what is to be done so that the next one reads only what is new.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    pub history: History,
    /// What was not known, and is to be kept.
    pub fresh: Vec<(String, Vec<u8>)>,
    /// What is known and is no part of the history any more.
    pub gone: Vec<String>,
}

/// The same for the same head, whatever of it was known.
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
    /// Files of the head that it changed.
    pub files: Vec<String>,
}

/// Merges change nothing here: what they bring together was counted where it was made. Neither are
/// renames followed: a file's history begins with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PathHistory {
    /// By how many commits.
    pub changes: u32,
    /// Most changes first; of two with as many, who made the last one.
    pub people: Vec<Share>,
    /// Places in [`History::commits`].
    pub first: usize,
    pub last: usize,
}

/// What a person did to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Share {
    /// Place in [`History::people`].
    pub person: usize,
    pub changes: u32,
    /// Place in [`History::commits`].
    pub last: usize,
}

impl Person {
    /// What one person is told from another by.
    pub(crate) fn identity(&self) -> String {
        if self.email.is_empty() { self.name.clone() } else { self.email.to_lowercase() }
    }
}

/// The history of the head of the repository whose work tree or bare folder is `root`; `None`
/// where `root` is neither. Of the commits that are `known` nothing is read but their order.
/// Blocks.
pub(crate) fn history(root: &Path, limits: Limits, known: Known) -> anyhow::Result<Option<Taken>> {
    if !git::is_repository(root) {
        return Ok(None);
    }
    let mut repository = git::open(root)?;
    repository.object_cache_size_if_unset(CACHE);
    let Ok(head) = repository.head_id() else {
        let history = History { is_whole: true, ..History::default() };
        return Ok(Some(Taken { history, gone: known.into_keys().collect(), ..Taken::default() }));
    };
    let mut reading = Reading::begin(&repository, &head.object()?.peel_to_commit()?, limits)?;
    reading.known = known;
    let newest_first = Sorting::ByCommitTime(CommitTimeOrder::NewestFirst);
    for step in repository.rev_walk([head]).sorting(newest_first).all()? {
        if reading.history.commits.len() == limits.commits {
            reading.history.is_whole = false;
            break;
        }
        reading.take(&step?)?;
    }
    Ok(Some(reading.end()))
}

/// What is kept of a commit: as it is written there, before the mailmap has its say.
#[derive(Serialize, Deserialize)]
struct Said {
    name: String,
    email: String,
    subject: String,
    paths: Vec<String>,
}

struct Reading<'a> {
    repository: &'a Repository,
    mailmap: Snapshot,
    /// Commits whose parents are not here: what they changed cannot be told.
    cut: HashSet<ObjectId>,
    known: Known,
    fresh: Vec<(String, Vec<u8>)>,
    /// By identity.
    people: HashMap<String, usize>,
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
        let cut = repository.shallow_commits()?;
        Ok(Self {
            repository,
            mailmap: mailmap(&tree)?,
            cut: cut.iter().flat_map(|cut| cut.iter()).copied().collect(),
            known: Known::new(),
            fresh: Vec::new(),
            people: HashMap::new(),
            paths: files.into_iter().map(|(path, _)| (path, None)).collect(),
            history: History { is_whole, ..History::default() },
            state: State::default(),
        })
    }

    fn take(&mut self, found: &Info<'_>) -> anyhow::Result<()> {
        let said = self.said(found)?;
        let author = self.author(&said);
        let place = self.history.commits.len();
        let mut files = said.paths;
        files.retain(|path| {
            let path = self.paths.get_mut(path);
            path.map(|path| note(path, place, author)).is_some()
        });
        let seconds = found.commit_time.unwrap_or_default().clamp(0, LATEST);
        self.history.commits.push(Commit {
            id: found.id.to_string(),
            author,
            time: Timestamp::from_micros(seconds * 1_000_000),
            subject: said.subject,
            files,
        });
        Ok(())
    }

    /// What the commit says, read where it is not known.
    fn said(&mut self, found: &Info<'_>) -> anyhow::Result<Said> {
        let is_cut = self.cut.contains(&found.id);
        let id = found.id.to_string();
        if let Some(known) = self.known.remove(&id).filter(|_| !is_cut)
            && let Ok(said) = postcard::from_bytes(&known)
        {
            return Ok(said);
        }
        let commit = found.object()?;
        let author = commit.author()?;
        let subject = commit.message_raw()?.lines().next().unwrap_or_default();
        let said = Said {
            name: author.name.to_str_lossy().into_owned(),
            email: author.email.to_str_lossy().into_owned(),
            subject: subject.trim().to_str_lossy().into_owned(),
            paths: if is_cut { Vec::new() } else { self.changed(&commit)? },
        };
        if !is_cut {
            self.fresh.push((id, postcard::to_allocvec(&said)?));
        }
        Ok(said)
    }

    fn author(&mut self, said: &Said) -> usize {
        let written = SignatureRef {
            name: said.name.as_str().into(),
            email: said.email.as_str().into(),
            time: "",
        };
        let author = self.mailmap.resolve_cow(written);
        let person = Person {
            name: author.name.trim().to_str_lossy().into_owned(),
            email: author.email.trim().to_str_lossy().into_owned(),
        };
        let people = &mut self.history.people;
        *self.people.entry(person.identity()).or_insert_with(|| {
            people.push(person);
            people.len() - 1
        })
    }

    /// The files a commit touched against its parent; none for a merge.
    fn changed(&mut self, commit: &GitCommit<'_>) -> anyhow::Result<Vec<String>> {
        let mut parents = commit.parent_ids();
        let before = match (parents.next(), parents.next()) {
            (None, _) => self.repository.empty_tree(),
            (Some(parent), None) => parent.object()?.peel_to_tree()?,
            (Some(_), Some(_)) => return Ok(Vec::new()),
        };
        let after = commit.tree()?;
        let mut recorder = Recorder::default();
        let (before, after) = (entries(&before), entries(&after));
        gix::diff::tree(before, after, &mut self.state, &self.repository.objects, &mut recorder)?;
        let paths = recorder.records.into_iter().filter_map(file_of);
        Ok(paths.collect())
    }

    fn end(self) -> Taken {
        let seen = self.paths.into_iter().filter_map(|(path, seen)| Some((path, seen?)));
        let mut paths: BTreeMap<String, PathHistory> = seen.collect();
        for path in paths.values_mut() {
            // Stable: whoever came last to the file was seen first.
            path.people.sort_by_key(|share| std::cmp::Reverse(share.changes));
        }
        let history = History { paths, ..self.history };
        let mut gone: Vec<String> = self.known.into_keys().collect();
        gone.sort_unstable();
        Taken { history, fresh: self.fresh, gone }
    }
}

/// Commits come newest first.
fn note(path: &mut Option<PathHistory>, commit: usize, author: usize) {
    let fresh = || PathHistory { changes: 0, people: Vec::new(), first: commit, last: commit };
    let path = path.get_or_insert_with(fresh);
    path.changes += 1;
    path.first = commit;
    match path.people.iter_mut().find(|share| share.person == author) {
        Some(share) => share.changes += 1,
        None => path.people.push(Share { person: author, changes: 1, last: commit }),
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
