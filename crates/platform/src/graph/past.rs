//! Who changed what, as nodes and edges beside those of the code.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use codegraph::{Graph, Index, Node};
use ring::digest::{SHA256, digest};
use wire::graph::{EdgeKind, NodeKind};

use crate::ground::hex;
use crate::repositories::{Commit, History, PathHistory, Person};

pub(super) const EXTRACTOR: &str = "git";
/// The newest commits have nodes of their own: who asks for one asks for what changed lately, and
/// each is as many edges as it changed files. Older ones are counted.
const MOST_COMMITS: usize = 1_000;
/// A commit of more files says nothing of any of them: a change of style, a vendored library.
const MOST_FILES: usize = 200;

/// What history adds to a graph beside nodes. Nothing where there is no history.
#[derive(Debug, Default)]
pub(super) struct Past {
    pub edges: Vec<PastEdge>,
    /// By the places of files.
    files: HashMap<usize, File>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct PastEdge {
    pub from: Index,
    pub to: Index,
    pub kind: EdgeKind,
    /// Commits.
    pub changes: u32,
    /// In Unix seconds, as all moments here.
    pub last: i64,
}

#[derive(Debug)]
struct File {
    changes: u64,
    first: i64,
    shares: Vec<Share>,
}

/// What somebody did to a file, or to those of a folder. The greatest owns it: most changes, and of
/// two with as many the later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Share {
    changes: u64,
    /// Commits are numbered from the newest.
    last: Reverse<usize>,
    person: Index,
}

/// What the map shows of a node.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct Told {
    pub changes: u64,
    pub first: Option<i64>,
    pub owner: Option<Index>,
}

/// Adds people and commits behind the nodes of the code. The files of `graph` are below `prefix` in
/// the repository. Only who changed one of them is added, and only what did.
pub(super) fn attach(graph: &mut Graph, history: &History, prefix: &str) -> Past {
    let files = graph.nodes.iter().enumerate().filter(|(_, node)| node.kind == NodeKind::File);
    let files = files.filter_map(|(place, node)| Some((node.path.clone()?, place)));
    let files: HashMap<_, usize> = files.collect();
    let place = |path: &str| files.get(path.strip_prefix(prefix)?).copied();
    let mut adding = Adding { graph, history, people: HashMap::new(), past: Past::default() };
    for (path, seen) in &history.paths {
        if let Some(place) = place(path) {
            adding.file(place, seen);
        }
    }
    let shown = history.commits.iter().filter_map(|commit| {
        let changed: Vec<usize> = commit.files.iter().filter_map(|path| place(path)).collect();
        (1..=MOST_FILES).contains(&changed.len()).then_some((commit, changed))
    });
    for (commit, changed) in shown.take(MOST_COMMITS) {
        adding.commit(commit, &changed);
    }
    adding.past
}

struct Adding<'a> {
    graph: &'a mut Graph,
    history: &'a History,
    /// By their places in the history.
    people: HashMap<usize, Index>,
    past: Past,
}

impl Adding<'_> {
    fn file(&mut self, place: usize, seen: &PathHistory) {
        let file = index(place);
        let mut shares = Vec::with_capacity(seen.people.len());
        for share in &seen.people {
            let person = self.person(share.person);
            let last = self.seconds(share.last);
            let edge = PastEdge {
                from: file,
                to: person,
                kind: EdgeKind::ChangedBy,
                changes: share.changes,
                last,
            };
            // The first of them owns it.
            if shares.is_empty() {
                let owns = PastEdge { from: person, to: file, kind: EdgeKind::Owns, ..edge };
                self.past.edges.push(owns);
            }
            self.past.edges.push(edge);
            shares.push(Share { changes: share.changes.into(), last: Reverse(share.last), person });
        }
        let (changes, first) = (seen.changes.into(), self.seconds(seen.first));
        self.past.files.insert(place, File { changes, first, shares });
    }

    fn commit(&mut self, commit: &Commit, changed: &[usize]) {
        let id = Arc::from(commit.id.as_str());
        let author = self.history.people.get(commit.author).map(called);
        let commit_node = self.add(Node {
            signature: author.map(Arc::from),
            ..node(
                format!("commit:{id}"),
                NodeKind::Commit,
                if commit.subject.is_empty() { &id } else { &commit.subject },
                Arc::clone(&id),
            )
        });
        for file in changed {
            self.past.edges.push(PastEdge {
                from: index(*file),
                to: commit_node,
                kind: EdgeKind::ChangedBy,
                changes: 1,
                last: seconds(commit),
            });
        }
    }

    fn person(&mut self, number: usize) -> Index {
        if let Some(known) = self.people.get(&number) {
            return *known;
        }
        let unknown = Person { name: String::new(), email: String::new() };
        let person = self.history.people.get(number).unwrap_or(&unknown);
        let name = called(person);
        let hash = digest(&SHA256, person.identity().as_bytes());
        let key = hash.as_ref().get(..8).map(hex::encode).unwrap_or_default();
        let key = format!("person:{key}");
        let added = self.add(node(key, NodeKind::Person, name, Arc::from(name)));
        self.people.insert(number, added);
        added
    }

    fn add(&mut self, node: Node) -> Index {
        self.graph.nodes.push(node);
        index(self.graph.nodes.len() - 1)
    }

    fn seconds(&self, commit: usize) -> i64 {
        self.history.commits.get(commit).map(seconds).unwrap_or_default()
    }
}

impl Past {
    /// What is told of each of `parents.len()` nodes, by what holds each.
    pub(super) fn told(&self, parents: &[Option<usize>]) -> Vec<Told> {
        let mut told = vec![Told::default(); parents.len()];
        let mut shares: HashMap<usize, HashMap<Index, Share>> = HashMap::new();
        for (place, file) in &self.files {
            let mut above = Some(*place);
            // As deep as folders are.
            for _ in 0..256 {
                let Some(at) = above else { break };
                if let Some(told) = told.get_mut(at) {
                    told.changes += file.changes;
                    told.first = told.first.into_iter().chain([file.first]).min();
                }
                let all = shares.entry(at).or_default();
                for share in &file.shares {
                    let sum = all.entry(share.person).or_insert(Share { changes: 0, ..*share });
                    sum.changes += share.changes;
                    sum.last = sum.last.max(share.last);
                }
                above = parents.get(at).copied().flatten();
            }
        }
        for (place, shares) in shares {
            if let Some(told) = told.get_mut(place) {
                told.owner = shares.into_values().max().map(|share| share.person);
            }
        }
        told
    }
}

fn seconds(commit: &Commit) -> i64 {
    commit.time.micros() / 1_000_000
}

/// No address is shown; of who has no name what stands before its @.
fn called(person: &Person) -> &str {
    let before = person.email.split('@').next().unwrap_or_default();
    [person.name.as_str(), before].into_iter().find(|it| !it.is_empty()).unwrap_or("unknown")
}

fn node(key: String, kind: NodeKind, name: &str, qualified_name: Arc<str>) -> Node {
    Node {
        key: key.into(),
        kind,
        name: name.into(),
        qualified_name,
        path: None,
        lines: None,
        language: None,
        signature: None,
        visibility: None,
        doc: None,
    }
}

/// No graph has as many nodes as an index may count.
fn index(place: usize) -> Index {
    Index::try_from(place).unwrap_or(Index::MAX)
}
