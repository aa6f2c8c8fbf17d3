//! The git repositories of each project, and what their commits say.

mod history;
#[cfg(test)]
mod tests;

#[expect(unused_imports, reason = "the graph reads them")]
pub(crate) use history::{Commit, History, Limits, PathHistory, Person, history};
