//! The git repositories of each project: registered, mirrored, fetched on a schedule or when a forge
//! says that somebody pushed; and what their commits say.

mod api;
mod checkout;
mod fetch;
#[cfg_attr(not(test), expect(dead_code, reason = "the graph reads it"))]
mod history;
mod mirror;
mod register;
mod schedule;
mod secrets;
mod store;
mod webhook;
#[cfg(test)]
mod tests;

pub(crate) use api::{routes, webhooks};
pub(crate) use checkout::checkout;
pub(crate) use fetch::Fetch;
#[expect(unused_imports, reason = "the graph reads them")]
pub(crate) use history::{Commit, History, Limits, PathHistory, Person, history};
pub(crate) use schedule::schedule;
