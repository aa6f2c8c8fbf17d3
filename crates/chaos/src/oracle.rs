//! What a replica may say of a project, from the words of the specification and from what the
//! schedule knows reached that replica. Nothing here asks the code under test how it judges.
//!
//! Where the words leave room, more than one status is allowed: within a second of a threshold,
//! while silence proves nothing, and where an instance that died without a word may still count.

use std::fmt;

use wire::Timestamp;
use wire::federation::{SelfStatus, Status};

use crate::project::Message;
use crate::time::{SECOND, Time};

/// Silent past this: degraded.
const DEGRADED_AFTER: Time = 45 * SECOND;
/// Silent past this: offline.
const OFFLINE_AFTER: Time = 90 * SECOND;
/// A silence is noticed within this.
const NOTICED_WITHIN: Time = SECOND;
/// Without the mesh for longer than this, nothing is known.
pub(crate) const LINK_GRACE: Time = 2 * SECOND;
const CLOCK_SKEW_MICROS: u64 = 300 * SECOND;

/// A set of statuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Allowed(u8);

const NONE: Allowed = Allowed(0);
const UNKNOWN: Allowed = Allowed::only(Status::Unknown);
const ONLINE: Allowed = Allowed::only(Status::Online);
const DEGRADED: Allowed = Allowed::only(Status::Degraded);
const OFFLINE: Allowed = Allowed::only(Status::Offline);

/// What the words say of one replica's view of the mesh.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Listening {
    /// When it began to listen, or began again.
    pub since: Time,
    /// Since when it knows that it has lost the mesh.
    pub lost_at: Option<Time>,
}

/// What reached one replica of one project.
#[derive(Debug, Clone)]
pub(crate) struct Witness {
    ever_heard: bool,
    instances: Vec<Instance>,
    last: Option<Heard>,
    /// What was said when listening began, or began again.
    before: Allowed,
    silent_before: Time,
}

#[derive(Debug, Clone)]
struct Instance {
    id: u32,
    timestamp: Option<Timestamp>,
    seq: u64,
    heard: Time,
    is_well: bool,
    is_stopping: bool,
}

#[derive(Debug, Clone, Copy)]
struct Heard {
    at: Time,
    /// As far as it says anything of itself.
    says: Allowed,
    /// It said goodbye, but an older instance, never heard to stop, may still count.
    rests_on: Option<Time>,
}

/// Older instances than these are not remembered; the script replays none of theirs.
const REMEMBERED: usize = 64;

impl Witness {
    /// Of a replica that starts, knowing what is recorded.
    pub(crate) fn starting(ever_heard: bool, recorded: Status) -> Self {
        Self {
            ever_heard,
            instances: Vec::new(),
            last: None,
            before: Allowed::only(recorded),
            silent_before: 0,
        }
    }

    /// The replica has the mesh (again); `said` is what it said until now.
    pub(crate) fn listens_again(&mut self, said: Status, now: Time) {
        self.silent_before = self.last.map_or(self.silent_before, |last| now - last.at);
        self.before = Allowed::only(said);
        self.last = None;
    }

    /// Whether a message counts: it advances on what its instance said last.
    pub(crate) fn hears(&mut self, message: &Message, wall: Timestamp, now: Time) -> bool {
        let id = message.instance;
        let known = self.instances.iter().position(|it| it.id == id);
        if let Some(before) = known.and_then(|index| self.instances.get(index)) {
            let advances = match (message.timestamp, before.timestamp) {
                (Some(time), Some(last)) => time > last && (id == 0 || message.seq > before.seq),
                _ => true,
            };
            if !advances {
                return false;
            }
        }
        let skewed = message
            .timestamp
            .is_some_and(|time| time.micros().abs_diff(wall.micros()) > CLOCK_SKEW_MICROS);
        let said = Instance {
            id,
            timestamp: message.timestamp,
            seq: message.seq,
            heard: now,
            is_well: message.status == SelfStatus::Ok && !skewed,
            is_stopping: message.status == SelfStatus::Stopping,
        };
        match known.and_then(|index| self.instances.get_mut(index)) {
            Some(instance) => *instance = said.clone(),
            None => self.instances.push(said.clone()),
        }
        if self.instances.len() > REMEMBERED {
            self.instances.remove(0);
        }
        self.ever_heard = true;
        self.last = Some(self.judge(&said, now));
        true
    }

    fn judge(&self, said: &Instance, now: Time) -> Heard {
        let of_late = |it: &&Instance| it.id != said.id && now - it.heard <= DEGRADED_AFTER;
        let others = || self.instances.iter().filter(of_late).filter(|it| !it.is_stopping);
        let unwell = others().any(|it| !it.is_well);
        if !said.is_stopping {
            let says = match (said.is_well, unwell) {
                (true, false) => ONLINE,
                (true, true) => ONLINE.or(DEGRADED),
                (false, _) => DEGRADED,
            };
            return Heard { at: now, says, rests_on: None };
        }
        let says = if unwell { ONLINE.or(DEGRADED) } else { ONLINE };
        let newer = others().filter(|it| it.id > said.id).map(|it| it.heard).max();
        if let Some(at) = newer {
            return Heard { at, says, rests_on: None };
        }
        match others().map(|it| it.heard).max() {
            Some(older) => Heard { at: now, says: says.or(OFFLINE), rests_on: Some(older) },
            None => Heard { at: now, says: OFFLINE, rests_on: None },
        }
    }

    /// What may be said of the project now.
    pub(crate) fn allowed(&self, listening: Listening, now: Time) -> Allowed {
        if !self.ever_heard {
            return UNKNOWN;
        }
        let Some(lost_at) = listening.lost_at else { return self.heard_so_far(listening, now) };
        let away = now - lost_at;
        if away > LINK_GRACE + NOTICED_WITHIN {
            return UNKNOWN;
        }
        // Silence proves nothing any more: who was not offline then does not become it.
        let then = self.heard_so_far(listening, lost_at.max(listening.since));
        let overdue = self.heard_so_far(listening, now).and(DEGRADED);
        let beat = if self.last.is_some_and(|last| last.at >= lost_at) {
            self.heard_so_far(listening, now)
        } else {
            NONE
        };
        let unknown = if away >= LINK_GRACE { UNKNOWN } else { NONE };
        then.or(overdue).or(beat).or(unknown)
    }

    fn heard_so_far(&self, listening: Listening, now: Time) -> Allowed {
        match self.last {
            Some(last) => since_heard(last, now),
            None => self.since_listening(now - listening.since),
        }
    }

    /// A full threshold of grace, then the same as for everyone.
    fn since_listening(&self, silent: Time) -> Allowed {
        if self.before == OFFLINE {
            return if silent < OFFLINE_AFTER + NOTICED_WITHIN {
                OFFLINE.or(UNKNOWN)
            } else {
                OFFLINE
            };
        }
        let held = self.before.or(UNKNOWN);
        let overdue = if self.silent_before + silent >= DEGRADED_AFTER { DEGRADED } else { NONE };
        match silent {
            _ if silent < DEGRADED_AFTER + NOTICED_WITHIN => held.or(overdue),
            _ if silent < OFFLINE_AFTER => DEGRADED.or(UNKNOWN),
            _ if silent < OFFLINE_AFTER + NOTICED_WITHIN => DEGRADED.or(UNKNOWN).or(OFFLINE),
            _ => OFFLINE,
        }
    }

    /// Nobody needs to look at a project again before this.
    pub(crate) fn quiet_until(&self) -> Time {
        match self.last {
            Some(last) if last.rests_on.is_none() => last.at + DEGRADED_AFTER,
            _ => 0,
        }
    }
}

fn since_heard(last: Heard, now: Time) -> Allowed {
    if last.says == OFFLINE {
        return OFFLINE;
    }
    let silent = now.saturating_sub(last.at);
    let Some(older) = last.rests_on else { return of_silence(silent, last.says) };
    of_silence(now.saturating_sub(older), last.says).or(OFFLINE)
}

fn of_silence(silent: Time, says: Allowed) -> Allowed {
    match silent {
        _ if silent < DEGRADED_AFTER => says,
        _ if silent < DEGRADED_AFTER + NOTICED_WITHIN => says.or(DEGRADED),
        _ if silent < OFFLINE_AFTER => DEGRADED,
        _ if silent < OFFLINE_AFTER + NOTICED_WITHIN => DEGRADED.or(OFFLINE),
        _ => OFFLINE,
    }
}

impl Allowed {
    const fn only(status: Status) -> Self {
        Self(match status {
            Status::Unknown => 1,
            Status::Online => 2,
            Status::Degraded => 4,
            Status::Offline => 8,
        })
    }

    const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) const fn has(self, status: Status) -> bool {
        self.0 & Self::only(status).0 != 0
    }
}

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = Status::ALL.into_iter().filter(|status| self.has(*status));
        f.write_str(&words.map(Status::as_str).collect::<Vec<_>>().join(" or "))
    }
}
