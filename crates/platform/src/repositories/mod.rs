//! The git repositories of each project: registered, mirrored, fetched on a schedule or when a forge
//! says that somebody pushed; and what their commits say.

mod api;
mod checkout;
mod fetch;
mod heads;
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
pub(crate) use heads::{Head, head, heads};
pub(crate) use history::{
    Commit, History, Known, Limits, PathHistory, Person, VERSION as HISTORY_VERSION, history,
};
pub(crate) use schedule::schedule;
