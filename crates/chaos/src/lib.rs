//! The federation simulated: its real board and its real recorder, on simulated time, over a
//! scripted bus and a scripted database, compared with an oracle that knows the script.
//!
//! `project` is what the projects really do, `script` what goes wrong around them; `listening`
//! and `recording` drive the code under test as `intake` and `recorder::run` of the platform do;
//! `oracle` says from the words of the specification which statuses are allowed, `database`
//! that what is recorded is a chain, `checking` compares. A run depends on nothing but its
//! [`Settings`].

mod beating;
mod checking;
mod database;
mod dice;
mod failure;
mod faults;
mod listening;
mod mutation;
mod oracle;
mod project;
mod queue;
mod recording;
mod replica;
mod script;
mod time;
mod world;

pub use failure::{Failure, Report};
pub use mutation::Mutation;
pub use world::{Outcome, run};

/// What a run depends on.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    pub seed: u64,
    /// Simulated days; may be a part of one.
    pub days: f64,
    pub projects: usize,
    pub mutation: Option<Mutation>,
}
