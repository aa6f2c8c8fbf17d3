//! Drives the recorders as `recorder::run` of the platform does: one transaction that renews the
//! lease, reads if it must, plans, writes and commits.

use platform::federation::recorder::{LEASE_LASTS, RENEW_EVERY, Record};

use crate::database::{Claim, Holder, Lease};
use crate::failure::{Failure, Happening};
use crate::mutation::Mutation;
use crate::queue::Event;
use crate::replica::{Begun, Replica, Transaction};
use crate::script::{Absence, Fault, REPLICAS};
use crate::time::{MILLISECOND, SECOND, Time};
use crate::world::{World, index_of};

/// `federation.flush_interval`.
const HEARTBEATS_EVERY: Time = 10 * SECOND;
const ACQUIRE_TIMEOUT: Time = 3 * SECOND;
const LOCK_TIMEOUT: Time = 10 * SECOND;
const STATEMENT_TIMEOUT: Time = 30 * SECOND;

impl World<'_> {
    pub(crate) fn flush_if_notified(&mut self, index: usize) {
        let wants = |it: &Replica| it.is_up && it.is_idle() && it.is_notified;
        if self.replicas.get(index).is_some_and(wants) {
            self.begin(index);
        }
    }

    pub(crate) fn flush_if_due(&mut self, index: usize) {
        let wants = |it: &Replica| it.is_up && it.is_idle() && self.now >= it.flush_due;
        if self.replicas.get(index).is_some_and(wants) {
            self.begin(index);
        }
    }

    fn begin(&mut self, index: usize) {
        let Some(replica) = self.replicas.get_mut(index) else { return };
        replica.is_notified = false;
        let mut heard = Vec::new();
        if self.now - replica.heartbeats_written >= HEARTBEATS_EVERY {
            replica.heartbeats_written = self.now;
            let taken = replica.board.take_heard();
            let last = |id| Some((id, replica.board.get(id)?.last_heartbeat_at?));
            heard = taken.into_iter().filter_map(last).collect();
        }
        let now = replica.wall(self.now);
        let (holder, linked) = (replica.recorder.id, replica.is_linked());
        let lease = Lease { holder, until: now + LEASE_LASTS, linked, term: 0 };
        let begun = Begun { claim: Claim { lease, now }, heard, holds: false };
        match self.database.absence(index) {
            None => self.lock(index, begun),
            Some(Absence::Refuses) => self.fail(index, &begun),
            Some(Absence::Hangs) => {
                self.wait(index, Transaction::Connecting(begun), ACQUIRE_TIMEOUT);
            }
        }
    }

    /// The step that was planned for a transaction is due.
    pub(crate) fn go_on(&mut self, index: usize, step: u64) -> Result<(), Box<Failure>> {
        let Some(replica) = self.replicas.get_mut(index).filter(|it| it.step == step) else {
            return Ok(());
        };
        match std::mem::replace(&mut replica.transaction, Transaction::Idle) {
            Transaction::Idle => {}
            Transaction::Connecting(begun) if self.database.absence(index).is_none() => {
                self.lock(index, begun);
            }
            Transaction::Connecting(begun) | Transaction::WaitingForLock(begun) => {
                self.fail(index, &begun);
            }
            Transaction::Open(begun, records) => return self.commit(index, &begun, records),
        }
        Ok(())
    }

    fn lock(&mut self, index: usize, begun: Begun) {
        if self.database.locked_by.is_some() {
            self.wait(index, Transaction::WaitingForLock(begun), LOCK_TIMEOUT);
        } else {
            self.write(index, begun);
        }
    }

    fn write(&mut self, index: usize, mut begun: Begun) {
        let mutation = self.settings.mutation;
        let ignored = (mutation == Some(Mutation::LeaseIgnored)).then_some(begun.claim.lease);
        let lease = self.database.renewed(&begun.claim).or(ignored);
        let Some(replica) = self.replicas.get_mut(index) else { return };
        match lease {
            Some(Lease { term, .. }) => {
                let known = mutation == Some(Mutation::LeaseNotReadAgain);
                replica.recorder.holds_the_lease(if known { 1 } else { term });
                begun.claim.lease.term = term;
            }
            None if mutation == Some(Mutation::LeaseNotReadAgain) => {}
            None => replica.recorder.lost_the_lease(),
        }
        if replica.recorder.must_read() {
            replica.recorder.read(self.database.standings());
        }
        let holds = lease.is_some();
        let moment = replica.now(self.now).moment;
        let records = replica.recorder.plan(&mut replica.board, moment);
        begun.holds = holds;
        if holds {
            // An update that does not match locks nothing.
            self.database.locked_by = Some(Holder::Replica(index));
            self.locked_at = self.now;
        }
        let lasts = match self.slow_commit.take_if(|_| holds) {
            Some(lasts) => lasts.min(STATEMENT_TIMEOUT),
            None => self.dice.between(MILLISECOND, 15 * MILLISECOND),
        };
        self.wait(index, Transaction::Open(begun, records), lasts);
    }

    fn commit(
        &mut self,
        index: usize,
        begun: &Begun,
        records: Vec<Record>,
    ) -> Result<(), Box<Failure>> {
        let timed_out = self.now - self.locked_at >= STATEMENT_TIMEOUT && begun.holds;
        let is_away = self.database.absence(index).is_some();
        let fault = self.next_commit.take_if(|_| !records.is_empty());
        let is_undone = timed_out || fault == Some(Fault::CommitUndone);
        let is_stored = !is_undone && (!is_away || self.dice.chance(3_000));
        if is_stored {
            self.store(index, begun, &records)?;
        }
        let is_told = is_stored && !is_away && fault.is_none();
        if is_told || self.settings.mutation == Some(Mutation::LostCommitsForgotten) {
            self.finish(index, records);
        } else {
            self.fail(index, begun);
        }
        if self.database.locked_by == Some(Holder::Replica(index)) {
            self.unlock();
        }
        Ok(())
    }

    /// Makes a transaction's writes visible, and checks them.
    pub(crate) fn store(
        &mut self,
        index: usize,
        begun: &Begun,
        records: &[Record],
    ) -> Result<(), Box<Failure>> {
        let lease = begun.holds.then_some(begun.claim.lease);
        let stored = self.database.commit(lease, records, &begun.heard);
        for record in records.iter().filter(|it| it.from != it.standing.status) {
            let (from, to) = (record.from, record.standing.status);
            self.trace(index_of(record.id), Happening::Recorded { replica: index, from, to });
        }
        stored.map_err(|(id, wrong)| {
            let expected = "each transition recorded once, in a chain";
            self.failure(Some(index_of(id)), expected, format!("replica {index}: {wrong}"))
        })
    }

    fn finish(&mut self, index: usize, records: Vec<Record>) {
        if let Some(replica) = self.replicas.get_mut(index) {
            replica.recorder.committed(records);
        }
        self.rest(index);
    }

    fn fail(&mut self, index: usize, begun: &Begun) {
        if let Some(replica) = self.replicas.get_mut(index) {
            replica.recorder.lost_the_lease();
            replica.board.put_heard_back(begun.heard.iter().map(|(id, _)| *id));
        }
        self.rest(index);
    }

    fn rest(&mut self, index: usize) {
        if let Some(replica) = self.replicas.get_mut(index) {
            replica.transaction = Transaction::Idle;
            replica.step += 1;
            replica.flush_due = self.now + Time::try_from(RENEW_EVERY.as_micros()).unwrap_or(0);
        }
    }

    fn wait(&mut self, index: usize, transaction: Transaction, lasts: Time) {
        if let Some(replica) = self.replicas.get_mut(index) {
            replica.transaction = transaction;
            replica.step += 1;
            let step = replica.step;
            self.queue.push(self.now + lasts, Event::Step { replica: index, step });
        }
    }

    /// Gives the lock to whoever waits for it.
    pub(crate) fn unlock(&mut self) {
        self.database.locked_by = None;
        for index in 0..REPLICAS {
            let Some(replica) = self.replicas.get_mut(index) else { continue };
            if !matches!(replica.transaction, Transaction::WaitingForLock(_)) {
                continue;
            }
            let waiting = std::mem::replace(&mut replica.transaction, Transaction::Idle);
            if let Transaction::WaitingForLock(begun) = waiting {
                return self.write(index, begun);
            }
        }
    }
}
