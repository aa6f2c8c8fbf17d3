//! Drives the boards as the platform's `intake` does: messages, deadlines, the link.

use std::time::Duration;

use platform::federation::beat::{self, Beat, Refusal};
use platform::federation::board::{Board, Heard, Now};
use wire::federation::SelfStatus;

use crate::failure::{Failure, Happening};
use crate::mutation::Mutation;
use crate::project::Message;
use crate::queue::Event;
use crate::time::{MILLISECOND, SECOND};
use crate::world::{World, of_mask};

impl World<'_> {
    pub(crate) fn deliver(&mut self, message: &Message, replicas: u8) -> Result<(), Box<Failure>> {
        for index in of_mask(replicas) {
            if self.replicas.get(index).is_some_and(crate::replica::Replica::hears) {
                self.hear(index, message)?;
            }
        }
        Ok(())
    }

    fn hear(&mut self, index: usize, message: &Message) -> Result<(), Box<Failure>> {
        let project = message.project;
        self.check(index, project)?;
        let Some(replica) = self.replicas.get_mut(index) else { return Ok(()) };
        let now = replica.now(self.now);
        let witness = replica.witnesses.get_mut(project);
        let counts = witness.is_some_and(|it| it.hears(message, now.at, self.now));
        let subject = self.projects.get(project).map_or("", |it| it.subject.as_str());
        let heard = hear(&mut replica.board, subject, message, now, self.settings.mutation);
        replica.is_notified |= replica.board.has_changed();
        let counted = matches!(heard, Heard::Counted(_));
        let Message { instance, seq, .. } = *message;
        self.trace(project, Happening::Delivered { replica: index, instance, seq, counted });
        self.outcome.delivered += 1;
        self.outcome.refused += u64::from(!counted);
        if counted != counts {
            let expected =
                if counts { "the beat counts" } else { "the beat is refused as a replay" };
            return Err(self.failure(Some(project), expected, format!("{heard:?}")));
        }
        self.check(index, project)?;
        self.flush_if_notified(index);
        Ok(())
    }

    /// Looks at the deadlines, which the platform does when the first of them comes. A tick is
    /// well within the second it has.
    pub(crate) fn expire(&mut self, index: usize) {
        let Some(replica) = self.replicas.get_mut(index) else { return };
        let now = replica.now(self.now);
        if replica.board.next_deadline().is_some_and(|deadline| deadline <= now.moment) {
            replica.board.expire(now);
            replica.is_notified |= replica.board.has_changed();
        }
        self.flush_if_notified(index);
    }

    pub(crate) fn lose_bus(&mut self, replicas: u8) {
        self.disturb(replicas);
        for index in of_mask(replicas) {
            if let Some(replica) = self.replicas.get_mut(index) {
                replica.bus_absences += 1;
                replica.lost_bus = true;
                let noticed = self.now + self.dice.between(0, 4 * SECOND);
                self.queue.push(noticed, Event::NoticeLink { replica: index });
            }
        }
    }

    pub(crate) fn bring_bus_back(&mut self, replicas: u8) {
        self.disturb(replicas);
        for index in of_mask(replicas) {
            if let Some(replica) = self.replicas.get_mut(index) {
                replica.bus_absences = replica.bus_absences.saturating_sub(1);
                let noticed = self.now + self.dice.between(MILLISECOND, SECOND);
                self.queue.push(noticed, Event::NoticeLink { replica: index });
            }
        }
    }

    /// Tells the board how the link is. A loss that is over before it was noticed is told as well:
    /// a client always knows that it has connected again.
    pub(crate) fn notice_link(&mut self, index: usize) -> Result<(), Box<Failure>> {
        let Some(replica) = self.replicas.get_mut(index).filter(|it| it.is_up) else {
            return Ok(());
        };
        let is_back = replica.bus_absences == 0;
        if replica.lost_bus && replica.is_linked() {
            self.tell_link(index, false)?;
        }
        if is_back {
            self.tell_link(index, true)?;
        }
        self.flush_if_notified(index);
        Ok(())
    }

    fn tell_link(&mut self, index: usize, is_up: bool) -> Result<(), Box<Failure>> {
        self.check_all(index)?;
        let Some(replica) = self.replicas.get_mut(index) else { return Ok(()) };
        let now = replica.now(self.now);
        replica.disturbed_at = self.now;
        if !is_up {
            replica.listening.lost_at.get_or_insert(self.now);
            replica.lost_bus = false;
        } else if replica.listening.lost_at.take().is_some() {
            replica.listening.since = self.now;
            for (entry, described) in replica.witnesses.iter_mut().zip(&self.catalog) {
                if let Some(said) = replica.board.get(described.id) {
                    entry.listens_again(said.standing.status, self.now);
                }
            }
        }
        let is_first = replica.board.next_deadline().is_none_or(|it| it > Duration::ZERO);
        if self.settings.mutation != Some(Mutation::NoGraceAfterReconnect) || (is_up && is_first) {
            replica.board.link(is_up, now);
        }
        replica.is_notified |= replica.board.has_changed();
        self.note(format!("replica {index} notices that its link is {}", word(is_up)));
        self.check_all(index)
    }
}

const fn word(is_up: bool) -> &'static str {
    if is_up { "up" } else { "down" }
}

fn hear(
    board: &mut Board,
    subject: &str,
    message: &Message,
    now: Now,
    mutation: Option<Mutation>,
) -> Heard {
    let mut beat = match beat::parse(subject, &message.payload) {
        Ok(beat) => beat,
        Err(refusal) => return Heard::Refused(refusal),
    };
    if mutation == Some(Mutation::GoodbyeIgnored) && beat.status == SelfStatus::Stopping {
        beat.status = SelfStatus::Ok;
    }
    let heard = board.hear(beat, now);
    if heard == Heard::Refused(Refusal::Replay) && mutation == Some(Mutation::ReplayAccepted) {
        return hear_again(board, subject, message, now);
    }
    heard
}

/// Hears a message as if it named nothing that could tell it is old. The answer stays a refusal,
/// so that only its effect can give it away.
fn hear_again(board: &mut Board, subject: &str, message: &Message, now: Now) -> Heard {
    if let Ok(beat) = beat::parse(subject, &message.payload) {
        let mut report = beat.report;
        report.instance_id = None;
        board.hear(Beat { report, timestamp: None, seq: None, ..beat }, now);
    }
    Heard::Refused(Refusal::Replay)
}
