//! What a name means: a node, one of several, or nothing, and then what is near.

use wire::FieldError;
use wire::graph::{Node, NodeId, NodeKind};

use super::Reading;
use super::model::{closest, ends_with, is_past, last_part};
use super::store::{self, Filter};
use crate::ground::error::{Error, Result};

/// Names of one last part that are looked through.
const MOST_NAMESAKES: i64 = 1_000;
const SHOWN: usize = 10;

/// The one node that `name`, given as `field`, means: its id, its qualified name, or the end of
/// one that no other has.
pub(super) async fn one(reading: &mut Reading, field: &str, name: &str) -> Result<Node> {
    if let Ok(id) = name.parse::<NodeId>() {
        return by_id(reading, id).await;
    }
    if name.is_empty() {
        return Err(Error::field(field, "must be a name"));
    }
    let graph = reading.graph.id;
    let whole = store::by_qualified(&mut reading.tx, graph, name, MOST_NAMESAKES).await?;
    let mut found = preferred(whole);
    if found.is_empty() {
        let filter =
            Filter { kinds: kinds(), exact: Some(last_part(name).to_owned()), ..Filter::default() };
        let namesakes = store::list(&mut reading.tx, graph, &filter, MOST_NAMESAKES).await?;
        let ends = namesakes.into_iter().filter(|node| ends_with(&node.qualified_name, name));
        found = preferred(ends.collect());
    }
    match (found.pop(), found.is_empty()) {
        (Some(node), true) => Ok(node),
        (Some(node), false) => {
            found.push(node);
            Err(ambiguous(field, &found))
        }
        (None, _) => Err(absent(reading, name).await?),
    }
}

pub(super) async fn by_id(reading: &mut Reading, id: NodeId) -> Result<Node> {
    let found = store::by_ids(&mut reading.tx, reading.graph.id, &[id]).await?;
    found.into_iter().next().ok_or_else(|| Error::NotFound(format!("the node {id}")))
}

/// What a part of a name may mean. People and commits are known by the whole of theirs alone: many
/// a commit says in its first line what something in the code is called.
fn kinds() -> Vec<NodeKind> {
    NodeKind::ALL.iter().copied().filter(|kind| !is_past(*kind)).collect()
}

/// What is declared, where a file or a package has the same name.
fn preferred(mut nodes: Vec<Node>) -> Vec<Node> {
    if nodes.iter().any(|node| node.kind.is_symbol()) {
        nodes.retain(|node| node.kind.is_symbol());
    }
    nodes
}

fn ambiguous(field: &str, candidates: &[Node]) -> Error {
    let candidate = |node: &Node| {
        let Node { id, kind, qualified_name, path, lines, .. } = node;
        let place = path.as_deref().unwrap_or("nowhere");
        let line = lines.map_or(0, |lines| lines[0]);
        FieldError::new(
            field,
            format!("may be {qualified_name}, a {kind} at {place}:{line}: node {id}"),
        )
    };
    let mut errors: Vec<FieldError> = candidates.iter().take(SHOWN).map(candidate).collect();
    if candidates.len() > SHOWN {
        let more = candidates.len() - SHOWN;
        errors.push(FieldError::new(field, format!("or one of {more} more")));
    }
    Error::Invalid(errors)
}

async fn absent(reading: &mut Reading, name: &str) -> Result<Error> {
    let letters = last_part(name);
    let graph = reading.graph.id;
    let kinds = kinds();
    let near = store::like(&mut reading.tx, graph, (&kinds, letters), MOST_NAMESAKES);
    let near = closest(letters, near.await?, |node| &node.name);
    let near: Vec<&str> = near.iter().take(3).map(|node| &*node.qualified_name).collect();
    let hint =
        if near.is_empty() { String::new() } else { format!(" (near: {})", near.join(", ")) };
    Ok(Error::NotFound(format!("the symbol {name}{hint}")))
}
