//! A graph as rows, and what differs from the rows that are there. Knows no database.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use codegraph::{Graph, Node};
use wire::graph::{EdgeKind, GraphStatus, LanguageShare, NodeKind, Proof};

use super::model::main_language;
use super::past::{self, Past, Told};
use super::store::StoredNode;

/// What an edge is told from others by. The same call twice on one line is one edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct EdgeKey {
    pub from: i64,
    pub kind: EdgeKind,
    pub to: i64,
    /// 0 where there is none.
    pub first_line: i64,
}

/// From a file, to a file, by edges of a kind.
pub(super) type LinkKey = (i64, i64, EdgeKind);

/// A node to write.
pub(super) struct NewNode<'a> {
    pub id: i64,
    pub digest: i64,
    pub parent: Option<i64>,
    pub language: Option<&'a str>,
    pub node: &'a Node,
    pub totals: Totals,
    pub told: Told,
    /// The name of whom `told` says.
    pub owner: Option<&'a str>,
}

/// An edge to write.
#[derive(Debug, Clone, Copy)]
pub(super) struct NewEdge {
    pub key: EdgeKey,
    pub last_line: i64,
    pub proof: Proof,
    pub extractor: &'static str,
    pub file: Option<i64>,
    pub confidence: f32,
    /// Commits; 0 where it is not by them that the edge is known.
    pub changes: i64,
    /// In Unix seconds.
    pub last_change: Option<i64>,
    pub digest: i64,
}

/// What is in a node, itself counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct Totals {
    pub files: u64,
    pub symbols: u64,
    pub lines: u64,
    pub ghosts: u64,
}

/// A graph with the ids its nodes have in the database.
pub(super) struct Plan {
    graph: Graph,
    /// Each once, in the order of its key.
    edges: Vec<NewEdge>,
    ids: Vec<i64>,
    parents: Vec<Option<usize>>,
    totals: Vec<Totals>,
    languages: Vec<Option<&'static str>>,
    told: Vec<Told>,
    pub next_node: i64,
}

/// What has to be done so that the rows are the graph.
#[derive(Default)]
pub(super) struct Difference {
    /// Also those that are written anew.
    pub nodes_gone: Vec<i64>,
    /// Places in the plan.
    pub nodes_new: Vec<usize>,
    pub edges_gone: Vec<EdgeKey>,
    pub edges_new: Vec<NewEdge>,
    pub links_gone: Vec<LinkKey>,
    pub links_new: Vec<(LinkKey, i64)>,
}

impl Difference {
    pub(super) fn rows(&self) -> usize {
        let nodes = self.nodes_gone.len() + self.nodes_new.len();
        let edges = self.edges_gone.len() + self.edges_new.len();
        nodes + edges + self.links_gone.len() + self.links_new.len()
    }
}

impl Plan {
    /// Gives every node its id: the one it has, or one that nobody had.
    pub(super) fn new(
        graph: Graph,
        past: &Past,
        stored: &[StoredNode],
        mut next_node: i64,
    ) -> Self {
        let known: HashMap<&str, i64> = stored.iter().map(|it| (it.key.as_str(), it.id)).collect();
        let mut ids = Vec::with_capacity(graph.nodes.len());
        for node in &graph.nodes {
            ids.push(known.get(&*node.key).copied().unwrap_or_else(|| {
                next_node += 1;
                next_node - 1
            }));
        }
        let parents = parents(&graph);
        let (totals, languages) = sums(&graph, &parents);
        let told = past.told(&parents);
        let edges = edges(&graph, past, &ids);
        Self { graph, edges, ids, parents, totals, languages, told, next_node }
    }

    pub(super) fn graph(&self) -> &Graph {
        &self.graph
    }

    /// How many nodes there are.
    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    /// The nodes at those places, as rows.
    pub(super) fn rows(&self, places: &[usize]) -> Vec<NewNode<'_>> {
        places.iter().filter_map(|place| self.row(*place)).collect()
    }

    fn row(&self, place: usize) -> Option<NewNode<'_>> {
        let parent = self.parents.get(place).copied().flatten();
        let told = *self.told.get(place)?;
        let owner = told.owner.and_then(|it| self.graph.nodes.get(usize::try_from(it).ok()?));
        let mut row = NewNode {
            id: *self.ids.get(place)?,
            digest: 0,
            parent: parent.and_then(|parent| self.ids.get(parent).copied()),
            language: *self.languages.get(place)?,
            node: self.graph.nodes.get(place)?,
            totals: *self.totals.get(place)?,
            told,
            owner: owner.map(|person| &*person.name),
        };
        let Node { key, kind, name, qualified_name, path, lines, .. } = row.node;
        let Node { signature, visibility, doc, .. } = row.node;
        let said = (signature, visibility, doc, row.language, row.parent, row.totals);
        let history = (told.changes, told.first, row.owner);
        row.digest = digest(&((key, kind, name, qualified_name, path, lines), said, history));
        Some(row)
    }

    /// How many edges of each kind lead from one file to another.
    pub(super) fn links(&self) -> HashMap<LinkKey, i64> {
        let place = |index: codegraph::Index| usize::try_from(index).unwrap_or(usize::MAX);
        let mut links = HashMap::new();
        for edge in self.graph.edges.iter().filter(|edge| edge.kind != EdgeKind::Contains) {
            let ends = self.anchor(place(edge.from)).zip(self.anchor(place(edge.to)));
            if let Some((from, to)) = ends.filter(|(from, to)| from != to) {
                *links.entry((from, to, edge.kind)).or_default() += 1;
            }
        }
        links
    }

    /// What stands for a node on the map: the file it is in, or itself when it is in none.
    fn anchor(&self, place: usize) -> Option<i64> {
        let mut at = place;
        while let Some(node) = self.graph.nodes.get(at) {
            if matches!(node.kind, NodeKind::File | NodeKind::Document) {
                break;
            }
            let Some(parent) = self.parents.get(at).copied().flatten() else { break };
            if self.graph.nodes.get(parent).is_some_and(|it| it.kind == NodeKind::Folder) {
                break;
            }
            at = parent;
        }
        self.ids.get(at).copied()
    }

    /// All rows, for a graph that is written anew.
    pub(super) fn whole(&self) -> Difference {
        let mut links: Vec<(LinkKey, i64)> = self.links().into_iter().collect();
        links.sort_unstable();
        Difference {
            nodes_new: (0..self.len()).collect(),
            edges_new: self.edges.clone(),
            links_new: links,
            ..Difference::default()
        }
    }

    pub(super) fn difference(
        &self,
        nodes: &[StoredNode],
        mut edges: HashMap<EdgeKey, i64>,
        mut links: HashMap<LinkKey, i64>,
    ) -> Difference {
        let mut difference = Difference::default();
        let mut stored: HashMap<i64, i64> = nodes.iter().map(|it| (it.id, it.digest)).collect();
        for place in 0..self.len() {
            let Some(row) = self.row(place) else { continue };
            match stored.remove(&row.id) {
                Some(same) if same == row.digest => continue,
                Some(_) => difference.nodes_gone.push(row.id),
                None => {}
            }
            difference.nodes_new.push(place);
        }
        difference.nodes_gone.extend(stored.into_keys());
        for &edge in &self.edges {
            match edges.remove(&edge.key) {
                Some(same) if same == edge.digest => continue,
                Some(_) => difference.edges_gone.push(edge.key),
                None => {}
            }
            difference.edges_new.push(edge);
        }
        difference.edges_gone.extend(edges.into_keys());
        for (key, count) in self.links() {
            match links.remove(&key) {
                Some(same) if same == count => continue,
                Some(_) => difference.links_gone.push(key),
                None => {}
            }
            difference.links_new.push((key, count));
        }
        difference.links_gone.extend(links.into_keys());
        difference
    }

    /// The graph in numbers.
    pub(super) fn summary(&self) -> GraphStatus {
        let mut summary = empty_status();
        let mut languages: HashMap<&str, LanguageShare> = HashMap::new();
        for node in &self.graph.nodes {
            *summary.nodes_by_kind.entry(node.kind.to_string()).or_default() += 1;
            summary.symbols += u64::from(node.kind.is_symbol());
            summary.ghosts += u64::from(node.kind == NodeKind::Task);
            if node.kind != NodeKind::File {
                continue;
            }
            let lines = line_count(node);
            summary.files += 1;
            summary.lines += lines;
            if let Some(language) = node.language {
                let share = languages.entry(language).or_insert_with(|| LanguageShare {
                    language: language.to_owned(),
                    files: 0,
                    lines: 0,
                });
                share.files += 1;
                share.lines += lines;
            }
        }
        for edge in &self.edges {
            *summary.edges_by_kind.entry(edge.key.kind.to_string()).or_default() += 1;
        }
        summary.languages = languages.into_values().collect();
        summary.languages.sort_by(|a, b| (b.lines, &a.language).cmp(&(a.lines, &b.language)));
        let count = |length: usize| length as u64;
        summary.nodes = count(self.graph.nodes.len());
        summary.edges = count(self.edges.len());
        summary.unresolved = count(self.graph.unresolved.len());
        summary.problems = count(self.graph.problems.len());
        summary
    }
}

/// Of a project that nobody indexed.
pub(super) fn empty_status() -> GraphStatus {
    GraphStatus {
        files: 0,
        lines: 0,
        symbols: 0,
        nodes: 0,
        edges: 0,
        unresolved: 0,
        ghosts: 0,
        problems: 0,
        languages: Vec::new(),
        nodes_by_kind: std::collections::BTreeMap::new(),
        edges_by_kind: std::collections::BTreeMap::new(),
        version: 0,
        commit: None,
        indexed_at: None,
    }
}

fn line_count(file: &Node) -> u64 {
    file.lines.map_or(0, |lines| u64::from(lines[1]))
}

fn edges(graph: &Graph, past: &Past, ids: &[i64]) -> Vec<NewEdge> {
    let id = |index: codegraph::Index| ids.get(usize::try_from(index).ok()?).copied();
    let files = graph.nodes.iter().zip(ids).filter(|(node, _)| node.kind == NodeKind::File);
    let files: HashMap<&str, i64> =
        files.filter_map(|(node, id)| Some((node.path.as_deref()?, *id))).collect();
    let edges = graph.edges.iter().filter_map(|edge| {
        let file = edge.file.as_deref().and_then(|path| files.get(path).copied());
        let [first_line, last_line] = edge.lines.unwrap_or_default().map(i64::from);
        let key = EdgeKey { from: id(edge.from)?, kind: edge.kind, to: id(edge.to)?, first_line };
        let said = (edge.proof.as_str(), edge.extractor, file, last_line);
        Some(NewEdge {
            key,
            last_line,
            proof: edge.proof,
            extractor: edge.extractor,
            file,
            confidence: edge.confidence,
            changes: 0,
            last_change: None,
            digest: digest(&(said, edge.confidence.to_bits())),
        })
    });
    let history = past.edges.iter().filter_map(|edge| {
        let key =
            EdgeKey { from: id(edge.from)?, kind: edge.kind, to: id(edge.to)?, first_line: 0 };
        Some(NewEdge {
            key,
            last_line: 0,
            proof: Proof::History,
            extractor: past::EXTRACTOR,
            file: None,
            confidence: 1.0,
            changes: i64::from(edge.changes),
            last_change: Some(edge.last),
            digest: digest(&(past::EXTRACTOR, edge.changes, edge.last)),
        })
    });
    let mut edges: Vec<NewEdge> = edges.chain(history).collect();
    // Stable: of two at one place the first that the graph names stays.
    edges.sort_by_key(|edge| edge.key);
    edges.dedup_by_key(|edge| edge.key);
    edges
}

fn parents(graph: &Graph) -> Vec<Option<usize>> {
    let mut parents = vec![None; graph.nodes.len()];
    for edge in graph.edges.iter().filter(|edge| edge.kind == EdgeKind::Contains) {
        let ends = usize::try_from(edge.from).ok().zip(usize::try_from(edge.to).ok());
        if let Some((from, to)) = ends
            && let Some(parent @ None) = parents.get_mut(to)
        {
            *parent = Some(from);
        }
    }
    parents
}

/// What is in each node, and its language: of a folder the one with most lines in it.
fn sums(graph: &Graph, parents: &[Option<usize>]) -> (Vec<Totals>, Vec<Option<&'static str>>) {
    let mut totals = vec![Totals::default(); graph.nodes.len()];
    let mut shares: HashMap<usize, HashMap<&'static str, u64>> = HashMap::new();
    for (place, node) in graph.nodes.iter().enumerate() {
        let is_file = node.kind == NodeKind::File;
        let lines = if is_file { line_count(node) } else { 0 };
        let mut above = Some(place);
        // As deep as folders and symbols are; what holds itself is cut off there too.
        for _ in 0..256 {
            let Some(at) = above else { break };
            if let Some(sum) = totals.get_mut(at) {
                sum.files += u64::from(is_file);
                sum.symbols += u64::from(node.kind.is_symbol());
                sum.lines += lines;
                sum.ghosts += u64::from(node.kind == NodeKind::Task);
            }
            if let Some(language) = node.language.filter(|_| is_file) {
                *shares.entry(at).or_default().entry(language).or_default() += lines;
            }
            above = parents.get(at).copied().flatten();
        }
    }
    let languages = graph.nodes.iter().enumerate().map(|(place, node)| {
        let shares = shares.get(&place).into_iter().flatten();
        let main = main_language(shares.map(|(language, lines)| (*language, *lines)));
        node.language.or(main)
    });
    let languages = languages.collect();
    (totals, languages)
}

/// Tells content apart. It may change with the compiler: then the rows are written once more.
pub(super) fn digest(content: &impl Hash) -> i64 {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    hasher.finish().cast_signed()
}
