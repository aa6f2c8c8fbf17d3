//! What is still to happen, in the order it will.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::project::Message;
use crate::script::Fault;
use crate::time::Time;

#[derive(Debug)]
pub(crate) enum Event {
    /// The service looks at its deadlines, and once a second the oracle looks at everything.
    Tick,
    /// A running instance of a project beats. Of another run than the current one it is stale.
    Beat {
        project: usize,
        run: u32,
    },
    /// A project comes up with a new instance.
    Start {
        project: usize,
    },
    /// A message the bus kept for a while, to the replicas of the mask.
    Deliver {
        replicas: u8,
        message: Box<Message>,
    },
    /// A replica's transaction goes on. Of another step than the current one it is stale.
    Step {
        replica: usize,
        step: u64,
    },
    Fault(Fault),
    /// A replica's client notices that its link changed.
    NoticeLink {
        replica: usize,
    },
    /// A dead connection is noticed by the database.
    ReleaseLock,
}

#[derive(Debug, Default)]
pub(crate) struct Queue {
    heap: BinaryHeap<Planned>,
    planned: u64,
}

#[derive(Debug)]
struct Planned {
    at: Time,
    order: u64,
    event: Event,
}

impl Queue {
    pub(crate) fn push(&mut self, at: Time, event: Event) {
        self.planned += 1;
        self.heap.push(Planned { at, order: self.planned, event });
    }

    pub(crate) fn pop(&mut self) -> Option<(Time, Event)> {
        self.heap.pop().map(|planned| (planned.at, planned.event))
    }
}

/// The heap gives its greatest first; that is the earliest here.
impl Ord for Planned {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.order).cmp(&(self.at, self.order))
    }
}

impl PartialOrd for Planned {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Planned {
    fn eq(&self, other: &Self) -> bool {
        self.order == other.order
    }
}

impl Eq for Planned {}
