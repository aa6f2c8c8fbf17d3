//! A Mermaid flowchart of the files: symbols are more than anyone draws as text.

use std::fmt::Write;

use wire::graph::{MapLevel, NodeKind};

use crate::graph::Reading;
use crate::graph::map::map;
use crate::ground::error::Result;

pub(super) async fn chart(reading: &mut Reading) -> Result<String> {
    let drawn = map(reading, MapLevel::File, "", usize::MAX - 1).await?;
    let mut text = "flowchart LR\n".to_owned();
    for node in drawn.nodes.iter().filter(|node| node.kind != NodeKind::Folder) {
        let label = node.qualified_name.replace('"', "#quot;");
        // A string takes whatever is written to it.
        writeln!(text, "  n{}[\"{label}\"]", node.id).ok();
    }
    for link in &drawn.links {
        let (from, to, kind, count) = (link.from, link.to, link.kind, link.count);
        writeln!(text, "  n{from} -- \"{kind} {count}\" --> n{to}").ok();
    }
    Ok(text)
}
