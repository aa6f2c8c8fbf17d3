//! Names that lead to nothing.

use std::collections::BTreeMap;

use codegraph::{Graph, Unresolved};

use super::plan::digest;

/// The names of a file that lead to nothing, to write.
pub(super) struct NewUnresolved<'a> {
    pub path: &'a str,
    /// By line, each once.
    pub names: Vec<&'a Unresolved>,
    pub digest: i64,
}

/// What leads to nothing, file by file.
pub(super) fn unresolved(graph: &Graph) -> Vec<NewUnresolved<'_>> {
    let mut files: BTreeMap<&str, Vec<&Unresolved>> = BTreeMap::new();
    for name in &graph.unresolved {
        let node = graph.nodes.get(name.from as usize);
        if let Some(path) = node.and_then(|node| node.path.as_deref()) {
            files.entry(path).or_default().push(name);
        }
    }
    let files = files.into_iter().map(|(path, mut names)| {
        names.sort_by(|a, b| (a.line, &a.name, a.kind).cmp(&(b.line, &b.name, b.kind)));
        names.dedup_by(|a, b| (a.line, &a.name, a.kind) == (b.line, &b.name, b.kind));
        let said: Vec<_> = names.iter().map(|it| (it.line, &it.name, it.kind)).collect();
        NewUnresolved { path, digest: digest(&said), names }
    });
    files.collect()
}
