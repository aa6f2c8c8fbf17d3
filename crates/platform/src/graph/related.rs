//! Places that hang together with others: what a search adds to its best hits.

use std::collections::{BTreeMap, HashMap, HashSet};

use db::Tx;
use wire::ProjectId;
use wire::graph::{EdgeKind, Node, NodeId, NodeKind};
use wire::knowledge::Step;

use super::model::CODE;
use super::store::{self, EdgeRow, Way};
use crate::ground::error::Result;

const HOPS: u32 = 3;
/// Nodes that one seed stands for: the innermost of those around its lines.
const NODES_OF_A_SEED: usize = 4;
/// Weaker connections say nothing.
const WEAKEST: f32 = 0.05;
const MOST_EDGES: i64 = 4_000;
const MOST_NODES: usize = 300;

/// Lines of a file, and how much they matter, 0 to 1.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub path: String,
    pub lines: [u32; 2],
    pub strength: f32,
}

/// A place that the graph leads to, and the way there.
#[derive(Debug, Clone)]
pub(crate) struct Related {
    pub place: Place,
    pub trail: Vec<Step>,
}

/// How much of the strength of a node passes along an edge of that kind.
const fn conductance(kind: EdgeKind) -> f32 {
    match kind {
        EdgeKind::Calls | EdgeKind::Tests | EdgeKind::Documents | EdgeKind::SameAs => 0.8,
        EdgeKind::Extends | EdgeKind::Implements | EdgeKind::Provides | EdgeKind::Consumes => 0.7,
        EdgeKind::References | EdgeKind::PlannedFor => 0.5,
        EdgeKind::Imports | EdgeKind::Contains => 0.4,
        EdgeKind::DependsOn | EdgeKind::Owns | EdgeKind::ChangedBy => 0.0,
    }
}

/// What is at most [`HOPS`] edges from `seeds`, the seeds themselves left out. A node has the
/// strength of the best way to it: that of its seed, times the conductance of each edge, less where
/// many edges leave a node. Nothing where there is no graph.
pub(crate) async fn related(
    tx: &mut Tx,
    project: ProjectId,
    seeds: &[Place],
) -> Result<Vec<Related>> {
    let Some(graph) = store::current(tx, project).await? else { return Ok(Vec::new()) };
    let mut spread = Spread::default();
    for seed in seeds {
        for node in around(store::in_file(tx, graph.id, &seed.path).await?, seed.lines) {
            spread.reach(node, seed.strength, None);
        }
    }
    let begun: HashSet<NodeId> = spread.reached.keys().copied().collect();
    for _ in 0..HOPS {
        let level = std::mem::take(&mut spread.fresh);
        let ids: Vec<NodeId> = level.keys().copied().collect();
        for way in [Way::Out, Way::In] {
            let at = (ids.as_slice(), way, CODE);
            let edges = store::edges_of(tx, graph.id, at, None, MOST_EDGES).await?;
            spread.along(&level, &edges, way);
        }
    }
    let mut far: Vec<(NodeId, f32)> = spread
        .reached
        .iter()
        .filter(|(id, _)| !begun.contains(*id))
        .map(|(id, reached)| (*id, reached.strength))
        .collect();
    far.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    far.truncate(MOST_NODES);
    let trails: Vec<Vec<NodeId>> = far.iter().map(|(id, _)| spread.trail(*id)).collect();
    let ids: Vec<NodeId> =
        trails.iter().flatten().copied().collect::<HashSet<_>>().into_iter().collect();
    let nodes = store::by_ids(tx, graph.id, &ids).await?;
    let nodes: HashMap<NodeId, Node> = nodes.into_iter().map(|node| (node.id, node)).collect();
    let related = far.iter().zip(&trails).filter_map(|((id, strength), trail)| {
        let node = nodes.get(id)?;
        let place = Place { path: node.path.clone()?, lines: lines(node)?, strength: *strength };
        Some(Related { place, trail: spread.told(trail, &nodes) })
    });
    Ok(related.collect())
}

/// The innermost nodes of a file at `lines`; the file itself where nothing is declared there.
fn around(nodes: Vec<Node>, [first, last]: [u32; 2]) -> Vec<NodeId> {
    let mut inside: Vec<(u32, NodeId)> = Vec::new();
    let mut file = None;
    for node in nodes {
        if matches!(node.kind, NodeKind::File | NodeKind::Document) {
            file = Some(node.id);
        } else if let Some([from, to]) = node.lines
            && from <= last
            && to >= first
        {
            inside.push((to - from, node.id));
        }
    }
    inside.sort_unstable();
    inside.truncate(NODES_OF_A_SEED);
    if inside.is_empty() { file.into_iter().collect() } else { ids(inside) }
}

fn ids(inside: Vec<(u32, NodeId)>) -> Vec<NodeId> {
    inside.into_iter().map(|(_, id)| id).collect()
}

/// The lines that show what a node is: of a file its first.
fn lines(node: &Node) -> Option<[u32; 2]> {
    match node.kind {
        NodeKind::Folder | NodeKind::Repository => None,
        NodeKind::File | NodeKind::Document => Some([1, 1]),
        _ => node.lines,
    }
}

#[derive(Debug, Clone, Copy)]
struct Arrival {
    strength: f32,
    by: Option<Hop>,
}

#[derive(Debug, Clone, Copy)]
struct Hop {
    from: NodeId,
    kind: EdgeKind,
    way: Way,
}

#[derive(Default)]
struct Spread {
    reached: HashMap<NodeId, Arrival>,
    /// What was reached since the last level, in one order whenever it is the same.
    fresh: BTreeMap<NodeId, f32>,
}

impl Spread {
    fn reach(&mut self, node: NodeId, strength: f32, by: Option<Hop>) {
        if self.reached.get(&node).is_none_or(|known| known.strength < strength) {
            self.reached.insert(node, Arrival { strength, by });
            self.fresh.insert(node, strength);
        }
    }

    fn along(&mut self, level: &BTreeMap<NodeId, f32>, edges: &[EdgeRow], way: Way) {
        let near = |edge: &EdgeRow| if way == Way::Out { edge.from_id } else { edge.to_id };
        let mut degree: HashMap<(NodeId, EdgeKind), f32> = HashMap::new();
        for edge in edges {
            *degree.entry((near(edge), edge.kind)).or_default() += 1.0;
        }
        for edge in edges {
            let from = near(edge);
            let to = if way == Way::Out { edge.to_id } else { edge.from_id };
            let crowd = degree.get(&(from, edge.kind)).copied().unwrap_or(1.0);
            let strength = level.get(&from).copied().unwrap_or_default();
            let passed = strength * conductance(edge.kind) / (1.0 + crowd.ln());
            if passed >= WEAKEST {
                self.reach(to, passed, Some(Hop { from, kind: edge.kind, way }));
            }
        }
    }

    /// From the seed to the node.
    fn trail(&self, node: NodeId) -> Vec<NodeId> {
        let mut trail = vec![node];
        let mut at = node;
        // A way is never longer than the walk, whatever was found to be stronger later.
        while let Some(hop) = self.reached.get(&at).and_then(|arrival| arrival.by)
            && trail.len() <= HOPS as usize
        {
            at = hop.from;
            trail.push(at);
        }
        trail.reverse();
        trail
    }

    fn told(&self, trail: &[NodeId], nodes: &HashMap<NodeId, Node>) -> Vec<Step> {
        let step = |(place, id): (usize, &NodeId)| {
            let node = nodes.get(id)?;
            let hop = self.reached.get(id).and_then(|arrival| arrival.by).filter(|_| place > 0);
            Some(Step {
                name: node.qualified_name.clone(),
                path: node.path.clone().unwrap_or_default(),
                by: hop.map(|hop| hop.kind),
                reversed: hop.is_some_and(|hop| hop.way == Way::In),
            })
        };
        trail.iter().enumerate().filter_map(step).collect()
    }
}
