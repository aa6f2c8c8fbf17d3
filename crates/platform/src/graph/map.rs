//! A part of the graph as it is drawn: nodes of one level, and what ties them.

use std::collections::{BTreeMap, HashMap, HashSet};

use wire::graph::{EdgeKind, GraphMap, MapLevel, MapLink, MapNode, NodeId, NodeKind};

use super::Reading;
use super::store;
use crate::ground::error::Result;
use crate::ground::http::page;

const SYMBOLS: &[NodeKind] = &[
    NodeKind::Folder,
    NodeKind::File,
    NodeKind::Module,
    NodeKind::Class,
    NodeKind::Interface,
    NodeKind::Enum,
    NodeKind::Type,
    NodeKind::Function,
    NodeKind::Method,
    NodeKind::Constant,
    NodeKind::Variable,
    NodeKind::Test,
];

/// The folders, files or symbols below `under`, at most `limit`, with the ties between them.
pub(super) async fn map(
    reading: &mut Reading,
    level: MapLevel,
    under: &str,
    limit: usize,
) -> Result<GraphMap> {
    let kinds = match level {
        MapLevel::Folder => &[NodeKind::Folder][..],
        MapLevel::File => &[NodeKind::Folder, NodeKind::File],
        MapLevel::Symbol => SYMBOLS,
    };
    let graph = reading.graph.id;
    let under = under.trim_matches('/');
    let one_more = page::sql_limit(limit.saturating_add(1));
    let mut nodes = store::map_nodes(&mut reading.tx, graph, (kinds, under), one_more).await?;
    let truncated = nodes.len() > limit;
    nodes.truncate(limit);
    let links = match level {
        MapLevel::Symbol => {
            let files = (&[NodeKind::File][..], under);
            let files = store::map_nodes(&mut reading.tx, graph, files, i64::MAX).await?;
            tell_of_files(&mut nodes, &files);
            let shown: Vec<NodeId> = nodes.iter().map(|node| node.id).collect();
            store::links_among(&mut reading.tx, graph, &shown).await?
        }
        MapLevel::File => gathered(store::links(&mut reading.tx, graph).await?, &nodes, &[]),
        MapLevel::Folder => {
            let files = (&[NodeKind::File][..], under);
            let files = store::map_nodes(&mut reading.tx, graph, files, i64::MAX).await?;
            gathered(store::links(&mut reading.tx, graph).await?, &nodes, &files)
        }
    };
    let shown: HashSet<NodeId> = nodes.iter().map(|node| node.id).collect();
    for node in &mut nodes {
        node.parent = node.parent.filter(|parent| shown.contains(parent));
    }
    let version = u64::try_from(reading.graph.version).unwrap_or(0);
    Ok(GraphMap { level, version, nodes, links, truncated })
}

/// History knows files: what is declared in one is told of as the file is.
fn tell_of_files(nodes: &mut [MapNode], files: &[MapNode]) {
    let files: HashMap<&str, &MapNode> =
        files.iter().filter_map(|file| Some((file.path.as_deref()?, file))).collect();
    for node in nodes.iter_mut().filter(|node| node.kind.is_symbol()) {
        if let Some(file) = node.path.as_deref().and_then(|path| files.get(path)) {
            node.changes = file.changes;
            node.owner.clone_from(&file.owner);
            node.first_change = file.first_change;
        }
    }
}

/// Links between the nodes that are shown; those of `hidden` count for what holds them.
fn gathered(links: Vec<MapLink>, shown: &[MapNode], hidden: &[MapNode]) -> Vec<MapLink> {
    let shown: HashSet<NodeId> = shown.iter().map(|node| node.id).collect();
    let holders: HashMap<NodeId, NodeId> =
        hidden.iter().filter_map(|node| Some((node.id, node.parent?))).collect();
    let place = |id: NodeId| {
        let place = if shown.contains(&id) { Some(id) } else { holders.get(&id).copied() };
        place.filter(|place| shown.contains(place))
    };
    let mut counts: BTreeMap<(NodeId, NodeId, EdgeKind), u64> = BTreeMap::new();
    for link in links {
        if let Some((from, to)) = place(link.from).zip(place(link.to)).filter(|(a, b)| a != b) {
            *counts.entry((from, to, link.kind)).or_default() += link.count;
        }
    }
    let link = |((from, to, kind), count)| MapLink { from, to, kind, count };
    counts.into_iter().map(link).collect()
}
