//! Along the edges, level by level: one statement for all nodes of a level.

use std::collections::{BTreeMap, HashMap, HashSet};

use wire::graph::{Cycle, Edge, EdgeKind, GraphPath, Node, NodeId, Reached, Reference, Subgraph};

use super::Reading;
use super::cycles::{Needs, cycles};
use super::model::{CODE, HISTORY, TIES, is_past};
use super::store::{self, EdgeRow, Way};
use crate::ground::error::{Error, Result};
use crate::ground::http::page;

/// Edges of one level that are read.
const MOST_EDGES: i64 = 20_000;
/// Nodes that a search for a path looks at from either side.
const MOST_VISITED: usize = 50_000;
const LONGEST_PATH: usize = 32;
const MOST_CYCLES: usize = 1_000;

/// How far a walk goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reach {
    pub way: Way,
    pub kinds: &'static [EdgeKind],
    pub depth: u32,
    /// Nodes beside those it begins at.
    pub limit: usize,
}

/// Everything that is reached from `starts`, nearest first.
pub(super) async fn walk(
    reading: &mut Reading,
    starts: &[NodeId],
    reach: Reach,
) -> Result<Subgraph> {
    let (graph, commit) = (reading.graph.id, reading.graph.commit().map(str::to_owned));
    let mut depths: BTreeMap<NodeId, u32> = starts.iter().map(|id| (*id, 0)).collect();
    let (mut edges, mut truncated): (Vec<Edge>, bool) = (Vec::new(), false);
    let mut level = starts.to_vec();
    for depth in 1..=reach.depth {
        let at = (level.as_slice(), reach.way, reach.kinds);
        // Once there is no room, only what ties those that are in.
        let is_full = truncated && depths.len() >= reach.limit + starts.len();
        let within: Option<Vec<NodeId>> = is_full.then(|| depths.keys().copied().collect());
        let within = within.as_deref();
        let found = store::edges_of(&mut reading.tx, graph, at, within, MOST_EDGES).await?;
        truncated |= page::sql_limit(found.len()) == MOST_EDGES;
        level.clear();
        for edge in found {
            let far = far_end(&edge, reach.way);
            if !depths.contains_key(&far) {
                if depths.len() >= reach.limit + starts.len() {
                    truncated = true;
                    continue;
                }
                depths.insert(far, depth);
                level.push(far);
            }
            edges.push(edge.told(commit.as_deref()));
        }
        if level.is_empty() {
            break;
        }
    }
    let ids: Vec<NodeId> = depths.keys().copied().collect();
    let nodes = store::by_ids(&mut reading.tx, graph, &ids).await?;
    let mut nodes: Vec<Reached> = nodes
        .into_iter()
        .map(|node| Reached { depth: depths.get(&node.id).copied().unwrap_or(0), node })
        .collect();
    nodes.sort_by_key(|reached| (reached.depth, reached.node.id));
    Ok(Subgraph { nodes, edges, truncated })
}

const fn far_end(edge: &EdgeRow, way: Way) -> NodeId {
    match way {
        Way::Out => edge.to_id,
        Way::In => edge.from_id,
    }
}

/// The node and everything that is declared in it: who calls a method needs its class.
pub(super) async fn with_members(reading: &mut Reading, node: NodeId) -> Result<Vec<NodeId>> {
    let inside = Reach { way: Way::Out, kinds: &[EdgeKind::Contains], depth: 8, limit: 5_000 };
    let held = walk(reading, &[node], inside).await?;
    Ok(held.nodes.into_iter().map(|reached| reached.node.id).collect())
}

/// What touches a node, on either side: first what the code says, for commits are many.
pub(super) async fn neighbours(
    reading: &mut Reading,
    node: NodeId,
    limit: usize,
) -> Result<Subgraph> {
    let mut there = Subgraph { nodes: Vec::new(), edges: Vec::new(), truncated: false };
    let mut known = HashSet::new();
    for (kinds, way) in [(CODE, Way::Out), (CODE, Way::In), (HISTORY, Way::Out), (HISTORY, Way::In)]
    {
        let found = walk(reading, &[node], Reach { way, kinds, depth: 1, limit }).await?;
        there.nodes.extend(found.nodes.into_iter().filter(|it| known.insert(it.node.id)));
        // One that leads to itself is found on both sides.
        let edges = found.edges.into_iter().filter(|it| way == Way::Out || it.from != it.to);
        there.edges.extend(edges);
        there.truncated |= found.truncated;
    }
    let rest = there.nodes.split_off(there.nodes.len().min(limit + 1));
    there.truncated |= !rest.is_empty();
    let gone: HashSet<NodeId> = rest.iter().map(|reached| reached.node.id).collect();
    there.edges.retain(|edge| !gone.contains(&edge.from) && !gone.contains(&edge.to));
    Ok(there)
}

/// The places that name `node`, with what they stand in.
pub(super) async fn references(
    reading: &mut Reading,
    (node, kinds): (&Node, &[EdgeKind]),
    (skip, limit): (i64, i64),
) -> Result<Vec<Reference>> {
    let (graph, places) = (reading.graph.id, (skip, limit));
    let Reading { tx, graph: current } = &mut *reading;
    let edges = store::references(tx, current, (node.id, kinds), places).await?;
    let mut sources: Vec<NodeId> = edges.iter().map(|edge| edge.from).collect();
    sources.dedup();
    let sources = store::by_ids(&mut reading.tx, graph, &sources).await?;
    let sources: HashMap<NodeId, Node> = sources.into_iter().map(|node| (node.id, node)).collect();
    let references = edges.into_iter().filter_map(|edge| {
        let from = sources.get(&edge.from)?.clone();
        let path = edge.provenance.file.or_else(|| from.path.clone())?;
        let lines = edge.provenance.lines.or(from.lines).unwrap_or_default();
        Some(Reference { kind: edge.kind, path, lines, proof: edge.provenance.proof, from })
    });
    Ok(references.collect())
}

/// What needs itself by way of others.
pub(super) async fn knots(reading: &mut Reading, kind: EdgeKind) -> Result<Vec<Cycle>> {
    let graph = reading.graph.id;
    let mut needs = Needs::new();
    for (from, to) in store::cycle_edges(&mut reading.tx, graph, kind).await? {
        needs.entry(from).or_default().push(to);
    }
    let mut found = cycles(&needs);
    found.truncate(MOST_CYCLES);
    let ids: Vec<NodeId> = found.iter().flatten().copied().collect();
    let nodes = store::by_ids(&mut reading.tx, graph, &ids).await?;
    let nodes: HashMap<NodeId, Node> = nodes.into_iter().map(|node| (node.id, node)).collect();
    let cycle = |ids: Vec<NodeId>| Cycle {
        nodes: ids.iter().filter_map(|id| nodes.get(id).cloned()).collect(),
    };
    Ok(found.into_iter().map(cycle).collect())
}

/// The shortest way between two nodes by what ties them; where nothing does, by where they stand.
/// Through people and commits only to one of them.
pub(super) async fn path(reading: &mut Reading, from: &Node, to: &Node) -> Result<GraphPath> {
    let has_past = is_past(from.kind) || is_past(to.kind);
    for kinds in [TIES, if has_past { EdgeKind::ALL } else { CODE }] {
        if let Some(way) = shortest(reading, (from.id, to.id), kinds).await? {
            return told(reading, from.id, way).await;
        }
    }
    let (from, to) = (&from.qualified_name, &to.qualified_name);
    Err(Error::NotFound(format!("a way between {from} and {to}")))
}

/// One side of a search that begins at both ends.
struct Side {
    /// By which edge each node was come to.
    came_by: HashMap<NodeId, Option<EdgeRow>>,
    level: Vec<NodeId>,
}

impl Side {
    fn at(start: NodeId) -> Self {
        Self { came_by: HashMap::from([(start, None)]), level: vec![start] }
    }

    /// One level on.
    async fn step(&mut self, reading: &mut Reading, kinds: &[EdgeKind]) -> Result<()> {
        let mut next = Vec::new();
        for way in [Way::Out, Way::In] {
            let at = (self.level.as_slice(), way, kinds);
            let graph = reading.graph.id;
            for edge in store::edges_of(&mut reading.tx, graph, at, None, MOST_EDGES).await? {
                let far = far_end(&edge, way);
                if self.came_by.len() < MOST_VISITED && !self.came_by.contains_key(&far) {
                    self.came_by.insert(far, Some(edge));
                    next.push(far);
                }
            }
        }
        self.level = next;
        Ok(())
    }

    /// The edges from `node` back to where the side began.
    fn back(&self, mut node: NodeId) -> Vec<EdgeRow> {
        let mut edges = Vec::new();
        while let Some(Some(edge)) = self.came_by.get(&node) {
            node = if edge.from_id == node { edge.to_id } else { edge.from_id };
            edges.push(edge.clone());
        }
        edges
    }
}

async fn shortest(
    reading: &mut Reading,
    (from, to): (NodeId, NodeId),
    kinds: &[EdgeKind],
) -> Result<Option<Vec<EdgeRow>>> {
    let (mut near, mut far) = (Side::at(from), Side::at(to));
    for _ in 0..LONGEST_PATH {
        let mut meetings: Vec<NodeId> =
            near.came_by.keys().filter(|id| far.came_by.contains_key(id)).copied().collect();
        meetings.sort_unstable();
        let ways = meetings.into_iter().map(|node| {
            let mut way = near.back(node);
            way.reverse();
            way.extend(far.back(node));
            way
        });
        if let Some(way) = ways.min_by_key(Vec::len) {
            return Ok(Some(way));
        }
        let smaller = if near.level.len() <= far.level.len() { &mut near } else { &mut far };
        if smaller.level.is_empty() {
            return Ok(None);
        }
        smaller.step(reading, kinds).await?;
    }
    Ok(None)
}

async fn told(reading: &mut Reading, from: NodeId, way: Vec<EdgeRow>) -> Result<GraphPath> {
    let mut ids = vec![from];
    let mut at = from;
    for edge in &way {
        at = if edge.from_id == at { edge.to_id } else { edge.from_id };
        ids.push(at);
    }
    let nodes = store::by_ids(&mut reading.tx, reading.graph.id, &ids).await?;
    let nodes: HashMap<NodeId, Node> = nodes.into_iter().map(|node| (node.id, node)).collect();
    let nodes = ids.iter().filter_map(|id| nodes.get(id).cloned()).collect();
    let commit = reading.graph.commit();
    Ok(GraphPath { nodes, edges: way.into_iter().map(|edge| edge.told(commit)).collect() })
}
