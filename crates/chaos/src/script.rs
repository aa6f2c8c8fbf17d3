//! What goes wrong with the bus, the database and the federation itself, and when.

use crate::dice::Dice;
use crate::queue::{Event, Queue};
use crate::time::{MILLISECOND, MINUTE, SECOND, Time};

pub(crate) const REPLICAS: usize = 2;

/// All replicas, as a mask.
pub(crate) const ALL: u8 = (1 << REPLICAS) - 1;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// These replicas lose the bus; what is published meanwhile is lost to them.
    BusLost(u8),
    BusBack(u8),
    DatabaseLost(u8, Absence),
    DatabaseBack(u8, Absence),
    /// These replicas die where they stand.
    Crash(u8),
    Restart(u8),
    /// The next commit of anyone takes this long.
    SlowCommit(Time),
    /// The next commit that records something arrives, its answer does not.
    AnswerLost,
    /// The next commit that records something fails, and everything in it is undone.
    CommitUndone,
}

/// How a database is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Absence {
    /// Connections are refused at once.
    Refuses,
    /// Nothing answers until the client gives up.
    Hangs,
}

/// Plans the faults of a run that ends at `end`. They may overlap.
pub(crate) fn plan(dice: &mut Dice, queue: &mut Queue, end: Time) {
    let mut at = dice.between(SECOND, 10 * MINUTE);
    while at < end {
        plan_one(dice, queue, at);
        at += dice.stretch(5 * SECOND, 40 * MINUTE);
    }
}

fn plan_one(dice: &mut Dice, queue: &mut Queue, at: Time) {
    let who = who(dice);
    match dice.index(9) {
        0 | 1 => {
            let back = at + bus_absence(dice);
            queue.push(at, Event::Fault(Fault::BusLost(who)));
            queue.push(back, Event::Fault(Fault::BusBack(who)));
        }
        2 | 3 => {
            let absence = if dice.chance(5_000) { Absence::Refuses } else { Absence::Hangs };
            let back = at + dice.stretch(500 * MILLISECOND, 5 * MINUTE);
            queue.push(at, Event::Fault(Fault::DatabaseLost(who, absence)));
            queue.push(back, Event::Fault(Fault::DatabaseBack(who, absence)));
        }
        4 | 5 => {
            let back = at + dice.stretch(SECOND, 10 * MINUTE);
            queue.push(at, Event::Fault(Fault::Crash(who)));
            queue.push(back, Event::Fault(Fault::Restart(who)));
        }
        6 => {
            let lasts = dice.stretch(200 * MILLISECOND, 40 * SECOND);
            queue.push(at, Event::Fault(Fault::SlowCommit(lasts)));
        }
        7 => queue.push(at, Event::Fault(Fault::AnswerLost)),
        _ => queue.push(at, Event::Fault(Fault::CommitUndone)),
    }
}

/// From a blip to half an hour; often about as long as a threshold.
fn bus_absence(dice: &mut Dice) -> Time {
    match dice.index(3) {
        0 => dice.between(40 * SECOND, 150 * SECOND),
        1 => dice.stretch(200 * MILLISECOND, 8 * SECOND),
        _ => dice.stretch(SECOND, 30 * MINUTE),
    }
}

fn who(dice: &mut Dice) -> u8 {
    match dice.index(4) {
        0 => 0b01,
        1 => 0b10,
        _ => ALL,
    }
}
