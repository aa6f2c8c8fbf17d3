//! The catalog of projects, their beats and their status.

mod beat;
mod fanout;
mod project;
mod status;

pub use beat::{Beat, Report, SelfStatus};
pub use fanout::{
    Fanout, FanoutCall, FanoutOutcome, FanoutReply, FanoutResult, Identity, NewFanout,
};
pub use project::{Admission, NewProject, Newcomer, Project, ProjectPatch};
pub use status::{DayUptime, History, HourUptime, ProjectUptime, Reason, Status, Transition};
