//! One replica of the federation: the real board and the real recorder, with a clock, a link and
//! a database connection of its own.

use std::time::Duration;

use platform::federation::board::{Board, Now, Recorded, Rules};
use platform::federation::project::Project;
use platform::federation::recorder::{Record, Recorder};
use uuid::Uuid;
use wire::{ProjectId, Timestamp};

use crate::database::{Claim, Row};
use crate::mutation::Mutation;
use crate::oracle::{LINK_GRACE, Listening, Witness};
use crate::time::{SECOND, Time};

/// When the run begins, on the wall.
pub(crate) const EPOCH: Timestamp = Timestamp::from_micros(1_767_225_600_000_000);
/// What a replica's own clock shows when it starts.
const OWN_CLOCK: Time = 1_000 * SECOND;

pub(crate) struct Replica {
    pub is_up: bool,
    pub board: Board,
    pub recorder: Recorder,
    pub witnesses: Vec<Witness>,
    pub listening: Listening,
    /// How many scripted absences of the bus there are for it at the moment.
    pub bus_absences: u32,
    /// It lost the bus since it was last told how its link is.
    pub lost_bus: bool,
    pub transaction: Transaction,
    /// Rises with every step of its transactions, so that a step planned for another is stale.
    pub step: u64,
    /// The board changed since the last flush began.
    pub is_notified: bool,
    pub flush_due: Time,
    pub heartbeats_written: Time,
    /// When anything it depends on last changed.
    pub disturbed_at: Time,
    started_at: Time,
    wall_skew: i64,
}

/// Where a replica's transaction is.
#[derive(Debug)]
pub(crate) enum Transaction {
    Idle,
    Connecting(Begun),
    WaitingForLock(Begun),
    /// Everything is written, and waits for its commit.
    Open(Begun, Vec<Record>),
}

/// What a flush sets out with.
#[derive(Debug, Clone)]
pub(crate) struct Begun {
    pub claim: Claim,
    pub heard: Vec<(ProjectId, Timestamp)>,
    pub holds: bool,
}

impl Replica {
    pub(crate) fn new(wall_skew: i64) -> Self {
        Self {
            is_up: false,
            board: Board::new(rules(None), Duration::ZERO),
            recorder: Recorder::new(Uuid::nil()),
            witnesses: Vec::new(),
            listening: Listening { since: 0, lost_at: Some(0) },
            bus_absences: 0,
            lost_bus: false,
            transaction: Transaction::Idle,
            step: 0,
            is_notified: false,
            flush_due: 0,
            heartbeats_written: 0,
            disturbed_at: 0,
            started_at: 0,
            wall_skew,
        }
    }

    /// Starts with an empty board and puts on it what is recorded.
    pub(crate) fn start(
        &mut self,
        id: Uuid,
        rows: &[(Project, Row)],
        now: Time,
        mutation: Option<Mutation>,
    ) {
        self.is_up = true;
        self.started_at = now;
        self.disturbed_at = now;
        self.board = Board::new(rules(mutation), self.now(now).moment);
        self.recorder = Recorder::new(id);
        self.listening = Listening { since: now, lost_at: Some(now) };
        self.lost_bus = self.bus_absences > 0;
        self.transaction = Transaction::Idle;
        self.step += 1;
        self.is_notified = true;
        self.flush_due = now;
        self.heartbeats_written = now;
        self.witnesses.clear();
        let mut put_at = self.now(now);
        if mutation == Some(Mutation::NoGraceAfterRestart) {
            self.board.link(true, put_at);
            put_at.moment = put_at.moment.saturating_sub(Duration::from_secs(200));
        }
        for (project, row) in rows {
            let standing = row.standing.clone();
            // The beat itself is written later than the standing it caused.
            let ever_heard = row.last_heartbeat_at.is_some()
                || standing.status != wire::federation::Status::Unknown;
            self.witnesses.push(Witness::starting(ever_heard, standing.status));
            let last_heartbeat_at = row.last_heartbeat_at;
            let recorded = Recorded { standing, last_heartbeat_at, report: None };
            self.board.put(project.clone(), recorded, put_at);
        }
    }

    pub(crate) fn now(&self, now: Time) -> Now {
        let moment = Duration::from_micros(OWN_CLOCK + now - self.started_at);
        Now { moment, at: self.wall(now) }
    }

    pub(crate) fn wall(&self, now: Time) -> Timestamp {
        Timestamp::from_micros((EPOCH + Duration::from_micros(now)).micros() + self.wall_skew)
    }

    /// What it takes its link to be.
    pub(crate) const fn is_linked(&self) -> bool {
        self.listening.lost_at.is_none()
    }

    /// Gets what is on the bus.
    pub(crate) const fn hears(&self) -> bool {
        self.is_up && self.bus_absences == 0
    }

    pub(crate) const fn is_idle(&self) -> bool {
        matches!(self.transaction, Transaction::Idle)
    }
}

/// The defaults of the configuration, unless they are to be wrong.
fn rules(mutation: Option<Mutation>) -> Rules {
    let offline_after = match mutation {
        Some(Mutation::OfflineTooSoon) => 85,
        Some(Mutation::OfflineTooLate) => 95,
        _ => 90,
    };
    let clock_skew = if mutation == Some(Mutation::SkewIgnored) { 1_000_000 } else { 300 };
    Rules {
        degraded_after: Duration::from_secs(45),
        offline_after: Duration::from_secs(offline_after),
        clock_skew: Duration::from_secs(clock_skew),
        link_grace: Duration::from_micros(LINK_GRACE),
    }
}
