//! Every statement on the tables `graph…`.
//!
//! The current graph of a project is seen by readers. One that changes much is written anew
//! beside it, in many transactions, under ids of its own, and becomes the current one in the
//! last; so nobody waits for half a million rows, and nobody sees some of them.

mod bulk;
mod commits;
mod edges;
mod files;
mod graphs;
mod indexings;
mod nodes;
mod ties;
mod unresolved;

pub(super) use bulk::{
    delete_edges, delete_links, delete_nodes, insert_edges, insert_links, insert_nodes,
    replace_problems,
};
pub(super) use commits::{commits, keep_commits};
pub(super) use edges::{
    EdgeRow, Way, cycle_edges, edges_after, edges_of, links, links_among, references, stored_edges,
    stored_links,
};
pub(super) use files::{Known, facts, keep_facts};
pub(super) use graphs::{
    Current, NewGraph, advance, create, current, empty_some, leftovers, looked, replace,
};
pub(super) use indexings::{
    find as find_indexing, finish as finish_indexing, heads_asked, insert as insert_indexing,
    newest, progress, repository_of, set_repository, waiting,
};
pub(super) use nodes::{
    Filter, StoredNode, by_ids, by_path, by_qualified, ghosts, in_file, like, list, map_nodes,
    nodes_after, problems, stored_nodes,
};
pub(super) use ties::ties;
pub(super) use unresolved::{replace_unresolved, unresolved};

use serde_json::Value;

/// A list as both engines take it.
fn ids(ids: &[i64]) -> Value {
    Value::from(ids.to_vec())
}

fn words<T: std::fmt::Display>(words: &[T]) -> Value {
    words.iter().map(ToString::to_string).collect()
}

/// Of a count in a row.
fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

fn line(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(0)
}
