//! What is said when the federation and the oracle disagree.

use std::collections::VecDeque;
use std::fmt;

use wire::federation::Status;

use crate::Settings;
use crate::time::{Clocked, Time};

const KEPT: usize = 10;

/// The last things that happened to a project.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trace(VecDeque<(Time, Happening)>);

#[derive(Debug, Clone, Copy)]
pub enum Happening {
    Started { instance: u32 },
    Crashed,
    SaidGoodbye,
    Sent { instance: u32, seq: u64 },
    Lost { seq: u64 },
    Delivered { replica: usize, instance: u32, seq: u64, counted: bool },
    Recorded { replica: usize, from: Status, to: Status },
}

/// A disagreement.
#[derive(Debug, Clone)]
pub struct Failure {
    pub at: Time,
    pub project: Option<String>,
    pub expected: String,
    pub actual: String,
    pub happened: Vec<(Time, Happening)>,
    /// What went on around it: links, database, restarts.
    pub around: Vec<(Time, String)>,
}

impl Trace {
    pub(crate) fn add(&mut self, at: Time, happening: Happening) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back((at, happening));
    }

    pub(crate) fn to_vec(&self) -> Vec<(Time, Happening)> {
        self.0.iter().copied().collect()
    }
}

/// A failure with the run it belongs to.
#[derive(Debug)]
pub struct Report<'a> {
    pub settings: &'a Settings,
    pub failure: &'a Failure,
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { settings, failure } = self;
        writeln!(f, "seed {} failed at {}", settings.seed, Clocked(failure.at))?;
        if let Some(project) = &failure.project {
            writeln!(f, "  project   {project}")?;
        }
        writeln!(f, "  expected  {}", failure.expected)?;
        writeln!(f, "  actual    {}", failure.actual)?;
        writeln!(f, "  to the project happened last:")?;
        for (at, happening) in &failure.happened {
            writeln!(f, "    {}  {happening}", Clocked(*at))?;
        }
        writeln!(f, "  around it happened last:")?;
        for (at, what) in &failure.around {
            writeln!(f, "    {}  {what}", Clocked(*at))?;
        }
        let Settings { seed, days, projects, .. } = settings;
        write!(
            f,
            "  replay: cargo xtask chaos federation --seed {seed} --days {days} --projects {projects}"
        )
    }
}

impl fmt::Display for Happening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Started { instance } => write!(f, "instance {instance} started"),
            Self::Crashed => f.write_str("crashed"),
            Self::SaidGoodbye => f.write_str("said goodbye"),
            Self::Sent { instance, seq } => write!(f, "instance {instance} sent beat {seq}"),
            Self::Lost { seq } => write!(f, "beat {seq} was lost"),
            Self::Delivered { replica, instance, seq, counted } => {
                let what = if *counted { "counts" } else { "is refused" };
                write!(f, "replica {replica}: beat {seq} of instance {instance} came and {what}")
            }
            Self::Recorded { replica, from, to } => {
                write!(f, "replica {replica} recorded {from} to {to}")
            }
        }
    }
}
