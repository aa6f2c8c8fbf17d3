//! A project as it really is: its instances, their beats, and what the way does to them.

use wire::federation::{Beat, SelfStatus};
use wire::{Slug, Timestamp};

use crate::dice::Dice;
use crate::time::{HOUR, MILLISECOND, MINUTE, SECOND, Time};

/// Where beats are published, followed by the slug.
const SUBJECT: &str = "hub.presence.";

const INTERVAL: Time = 30 * SECOND;
const JITTER: Time = 2 * SECOND;

/// A message on the bus, with what the schedule knows of it.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub project: usize,
    /// `0` where the project names no instances.
    pub instance: u32,
    /// What the instance's clock said; absent where the project sends no times.
    pub timestamp: Option<Timestamp>,
    pub seq: u64,
    pub status: SelfStatus,
    pub payload: Vec<u8>,
}

/// How much a project says in its beats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// Everything `wire` knows.
    Full,
    /// Times, and nothing that tells instances apart.
    TimesOnly,
    /// Nothing but its slug.
    Minimal,
}

#[derive(Debug)]
pub(crate) struct Project {
    pub index: usize,
    pub subject: String,
    /// Counts starts: a beat planned for an earlier run is stale.
    pub run: u32,
    pub is_running: bool,
    style: Style,
    seq: u64,
    skew: i64,
    /// Beats of this run still to be sent while it says that it is not well.
    unwell: u32,
    /// Nothing it sends arrives before this.
    cut_off_until: Time,
    beat: Beat,
}

/// What becomes of a project at one of its beats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    GoesOn,
    /// One more beat soon, because something changed.
    Hurries(Time),
    /// Dies without a word, and is back later.
    Crashes {
        back_in: Time,
    },
    Stops {
        back_in: Time,
    },
    /// The next instance starts before this one says goodbye.
    RollsOver,
}

/// What the bus does to one message.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Way {
    /// Replicas that never get it.
    pub lost_to: u8,
    pub late_by: Time,
    /// It comes again after this long.
    pub again_in: Option<Time>,
}

impl Project {
    pub(crate) fn new(index: usize, slug: Slug, dice: &mut Dice) -> Self {
        let style = match dice.index(10) {
            0 => Style::Minimal,
            1 | 2 => Style::TimesOnly,
            _ => Style::Full,
        };
        Self {
            index,
            subject: format!("{SUBJECT}{slug}"),
            run: 0,
            is_running: false,
            style,
            seq: 0,
            skew: skew(dice),
            unwell: 0,
            cut_off_until: 0,
            beat: beat(slug, style),
        }
    }

    pub(crate) const fn instance(&self) -> u32 {
        match self.style {
            Style::Full => self.run,
            Style::TimesOnly | Style::Minimal => 0,
        }
    }

    /// A new instance comes up.
    pub(crate) fn start(&mut self, dice: &mut Dice) {
        self.run += 1;
        self.is_running = true;
        self.unwell = 0;
        if self.style == Style::Full {
            self.seq = 0;
            // A clock that is set back while the instance runs would be a replay.
            self.skew = skew(dice);
            self.beat.instance_id = Some(format!("{}-{}", self.beat.project_slug, self.run));
        }
    }

    /// The next beat of the running instance, published at `wall`.
    pub(crate) fn send(&mut self, wall: Timestamp) -> Message {
        let unwell = self.unwell > 0;
        self.unwell = self.unwell.saturating_sub(1);
        let status = if unwell { SelfStatus::Degraded } else { SelfStatus::Ok };
        self.message(wall, status)
    }

    pub(crate) fn say_goodbye(&mut self, wall: Timestamp) -> Message {
        self.message(wall, SelfStatus::Stopping)
    }

    fn message(&mut self, wall: Timestamp, status: SelfStatus) -> Message {
        self.seq += 1;
        let timestamp = Timestamp::from_micros(wall.micros() + self.skew);
        self.beat.status = status;
        if self.style != Style::Minimal {
            self.beat.timestamp = Some(timestamp);
        }
        if self.style == Style::Full {
            self.beat.seq = Some(self.seq);
        }
        Message {
            project: self.index,
            instance: self.instance(),
            timestamp: self.beat.timestamp,
            seq: self.seq,
            status,
            payload: serde_json::to_vec(&self.beat).unwrap_or_default(),
        }
    }

    /// What happens to the instance after this beat.
    pub(crate) fn turn(&mut self, now: Time, dice: &mut Dice) -> Turn {
        if !dice.chance(100) {
            return Turn::GoesOn;
        }
        match dice.index(12) {
            0..=3 => {
                self.unwell = u32::try_from(dice.between(1, 8)).unwrap_or(1);
                Turn::Hurries(dice.between(20 * MILLISECOND, 3 * SECOND))
            }
            4..=7 => {
                self.cut_off_until = now + absence(dice);
                Turn::GoesOn
            }
            8 | 9 => Turn::Crashes { back_in: absence(dice) },
            10 => Turn::Stops { back_in: absence(dice) },
            _ if self.style == Style::Full => Turn::RollsOver,
            _ => Turn::GoesOn,
        }
    }

    /// What the bus does to a message of this project sent `now`.
    pub(crate) fn way(&self, now: Time, dice: &mut Dice) -> Way {
        let mut way = Way::default();
        if now < self.cut_off_until {
            way.lost_to = crate::script::ALL;
            return way;
        }
        if !dice.chance(250) {
            return way;
        }
        match dice.index(8) {
            0 | 1 => way.lost_to = crate::script::ALL,
            2 => way.lost_to = 1 << dice.index(crate::script::REPLICAS),
            3 | 4 => way.late_by = dice.between(MILLISECOND, 6 * SECOND),
            5 | 6 => way.again_in = Some(dice.between(MILLISECOND, 6 * SECOND)),
            // A beat that names nothing cannot be told from the same one sent again later.
            _ if self.style == Style::Minimal => {}
            _ => way.again_in = Some(dice.stretch(10 * SECOND, HOUR)),
        }
        way
    }

    pub(crate) fn next_beat_in(dice: &mut Dice) -> Time {
        dice.between(INTERVAL - JITTER, INTERVAL + JITTER)
    }
}

fn beat(slug: Slug, style: Style) -> Beat {
    let is_full = style == Style::Full;
    Beat {
        mesh_namespace: is_full.then(|| format!("hub.{slug}")),
        hub_url: is_full.then(|| format!("http://{slug}.example:8080")),
        version: is_full.then(|| "1.4.2".to_owned()),
        services: if is_full { vec!["hub".to_owned()] } else { Vec::new() },
        project_slug: slug,
        timestamp: None,
        instance_id: None,
        seq: None,
        status: SelfStatus::Ok,
        reasons: Vec::new(),
        counts: std::collections::BTreeMap::new(),
        signature: None,
    }
}

/// Often about as long as a threshold.
fn absence(dice: &mut Dice) -> Time {
    match dice.index(4) {
        0 => dice.between(10 * SECOND, 25 * SECOND),
        1 => dice.between(50 * SECOND, 70 * SECOND),
        _ => dice.stretch(SECOND, 20 * MINUTE),
    }
}

/// How far a clock is off: hardly, within the allowance, or beyond it.
fn skew(dice: &mut Dice) -> i64 {
    let off = match dice.index(10) {
        0 | 1 => dice.between(SECOND, 285 * SECOND),
        2 => dice.between(315 * SECOND, 30 * HOUR),
        _ => dice.between(0, 100 * MILLISECOND),
    };
    let off = i64::try_from(off).unwrap_or(0);
    if dice.chance(5_000) { off } else { -off }
}

/// How long after the run began a project is heard for the first time.
pub(crate) fn first_start(dice: &mut Dice, end: Time) -> Time {
    if dice.chance(9_000) { dice.between(0, MINUTE) } else { dice.between(0, end) }
}
