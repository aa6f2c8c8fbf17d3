//! SCIP: a document for each file, with what it declares and what it names. Places are lines, and
//! stand at the beginning of them: the graph keeps no columns.
//!
//! Field numbers are those of `scip.proto`. An index is a message whose fields may come in
//! pieces: its parts, one behind the other, are the whole.

use std::collections::HashMap;

use wire::graph::{Node, NodeId, NodeKind};

use super::protobuf::Message;
use crate::graph::Reading;
use crate::graph::model::NAMES;
use crate::graph::store::{self, Filter, Way};
use crate::ground::error::Result;

const FILES: i64 = 100;
/// Of one file.
const MOST_EDGES: i64 = 100_000;
const DEFINITION: u32 = 1;
const UTF8: u32 = 1;

pub(super) fn metadata() -> Vec<u8> {
    let tool = Message::default().text(1, "commandcenter").text(2, env!("CARGO_PKG_VERSION"));
    let metadata = Message::default().message(2, &tool).number(4, UTF8);
    Message::default().message(1, &metadata).into_bytes()
}

/// The documents of some files behind `after`, and behind what the next are.
pub(super) async fn documents(
    reading: &mut Reading,
    after: NodeId,
) -> Result<(Vec<u8>, Option<NodeId>)> {
    let graph = reading.graph.id;
    let filter = Filter { kinds: vec![NodeKind::File], after: Some(after), ..Filter::default() };
    let files = store::list(&mut reading.tx, graph, &filter, FILES).await?;
    let mut piece = Vec::new();
    for file in &files {
        let document = document(reading, file).await?;
        piece.extend(Message::default().message(2, &document).into_bytes());
    }
    Ok((piece, files.last().map(|file| file.id)))
}

async fn document(reading: &mut Reading, file: &Node) -> Result<Message> {
    let (graph, path) = (reading.graph.id, file.path.as_deref().unwrap_or_default());
    let inside = store::in_file(&mut reading.tx, graph, path).await?;
    let ids: Vec<NodeId> = inside.iter().map(|node| node.id).collect();
    let named = (ids.as_slice(), Way::Out, NAMES);
    let edges = store::edges_of(&mut reading.tx, graph, named, None, MOST_EDGES).await?;
    let targets: Vec<NodeId> = edges.iter().map(|edge| edge.to_id).collect();
    let targets = store::by_ids(&mut reading.tx, graph, &targets).await?;
    let targets: HashMap<NodeId, Node> = targets.into_iter().map(|it| (it.id, it)).collect();

    let mut document = Message::default().text(1, path);
    for node in inside.iter().filter(|node| node.kind.is_symbol()) {
        let at = node.lines.map_or(0, |lines| lines[0]);
        document = document.message(2, &occurrence(at, node).number(3, DEFINITION));
    }
    for edge in edges.into_iter().map(|edge| edge.told(None)) {
        let target = targets.get(&edge.to).filter(|node| node.kind.is_symbol());
        if let Some((target, lines)) = target.zip(edge.provenance.lines) {
            document = document.message(2, &occurrence(lines[0], target));
        }
    }
    for node in inside.iter().filter(|node| node.kind.is_symbol()) {
        document = document.message(3, &information(node));
    }
    Ok(document.text(4, file.language.as_deref().unwrap_or_default()))
}

fn occurrence(line: u32, node: &Node) -> Message {
    Message::default().numbers(1, &[line.saturating_sub(1), 0, 0]).text(2, &symbol(node))
}

fn information(node: &Node) -> Message {
    let mut information = Message::default().text(1, &symbol(node));
    for text in [&node.signature, &node.doc].into_iter().flatten() {
        information = information.text(3, text);
    }
    information.text(6, &node.name)
}

/// As SCIP spells it: no package, the file as a namespace, and what is declared there.
fn symbol(node: &Node) -> String {
    let quoted = |name: &str| format!("`{}`", name.replace('`', "``"));
    let path = quoted(node.path.as_deref().unwrap_or_default());
    let name = quoted(&node.qualified_name);
    let suffix = match node.kind {
        NodeKind::Class | NodeKind::Interface | NodeKind::Enum | NodeKind::Type => "#",
        NodeKind::Function | NodeKind::Method | NodeKind::Test => "().",
        NodeKind::Module => "/",
        _ => ".",
    };
    format!("codegraph . . . {path}/{name}{suffix}")
}
