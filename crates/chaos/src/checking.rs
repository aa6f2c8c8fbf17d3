//! Compares: each board with the oracle, and what is recorded with the board of who records.

use crate::failure::Failure;
use crate::mutation::Mutation;
use crate::replica::Replica;
use crate::script::REPLICAS;
use crate::time::{SECOND, Time};
use crate::world::World;

const TICKS_A_SECOND: u64 = 4;
/// How often what is recorded is compared, in seconds.
const RECORDED_EVERY: u64 = 20;
/// What is recorded is what the board says within this, once nothing is in the way any more: a
/// lease runs out, clocks differ, a lock is waited for.
const CATCHES_UP_WITHIN: Time = 20 * SECOND;
/// A change this young may still be on its way.
const ON_ITS_WAY: Time = 3 * SECOND;

impl World<'_> {
    pub(crate) fn tick(&mut self) -> Result<(), Box<Failure>> {
        self.ticks += 1;
        let lazy = self.settings.mutation == Some(Mutation::LazyDeadlines);
        for index in 0..REPLICAS {
            if !self.replicas.get(index).is_some_and(|it| it.is_up) {
                continue;
            }
            if !lazy || self.ticks.is_multiple_of(5 * TICKS_A_SECOND) {
                self.expire(index);
            }
            self.flush_if_due(index);
            if self.ticks.is_multiple_of(TICKS_A_SECOND) {
                self.check_all(index)?;
            }
        }
        if self.database.locked_by.is_some() && self.now - self.locked_at > SECOND {
            self.disturb(crate::script::ALL);
        }
        if self.ticks.is_multiple_of(RECORDED_EVERY * TICKS_A_SECOND) {
            return self.check_recorded();
        }
        Ok(())
    }

    /// Every project that may have changed by itself.
    pub(crate) fn check_all(&self, index: usize) -> Result<(), Box<Failure>> {
        let Some(replica) = self.replicas.get(index) else { return Ok(()) };
        let is_lost = !replica.is_linked();
        for (project, witness) in replica.witnesses.iter().enumerate() {
            if is_lost || self.now >= witness.quiet_until() {
                self.check(index, project)?;
            }
        }
        Ok(())
    }

    pub(crate) fn check(&self, index: usize, project: usize) -> Result<(), Box<Failure>> {
        let Some(replica) = self.replicas.get(index) else { return Ok(()) };
        let entry = self.catalog.get(project).and_then(|it| replica.board.get(it.id));
        let (Some(entry), Some(witness)) = (entry, replica.witnesses.get(project)) else {
            return Err(self.failure(Some(project), "a project on the board", "it is not there"));
        };
        let allowed = witness.allowed(replica.listening, self.now);
        let said = &entry.standing;
        if allowed.has(said.status) {
            return Ok(());
        }
        let actual = format!("replica {index} says {} {:?}", said.status, said.reasons);
        Err(self.failure(Some(project), allowed.to_string(), actual))
    }

    /// Where a replica could record undisturbed for long enough, what is recorded is what the
    /// holder of the lease says, and the holder has the mesh.
    fn check_recorded(&self) -> Result<(), Box<Failure>> {
        let is_well = |index: usize, it: &Replica| {
            it.is_up && it.is_linked() && self.database.absence(index).is_none()
        };
        let is_calm = |it: &Replica| self.now - it.disturbed_at > CATCHES_UP_WITHIN;
        let mut replicas = self.replicas.iter().enumerate();
        if !replicas.any(|(index, it)| is_well(index, it) && is_calm(it)) {
            return Ok(());
        }
        let holder = self.database.lease().map(|lease| lease.holder);
        let mut replicas = self.replicas.iter().enumerate();
        let Some((index, replica)) = replicas.find(|(_, it)| Some(it.recorder.id) == holder) else {
            // Of a process before the last restart of its replica: that one must be calm, too.
            let all_calm = self.replicas.iter().all(is_calm);
            let stuck = || self.failure(None, "a replica that can record does", "nobody does");
            return if all_calm { Err(stuck()) } else { Ok(()) };
        };
        if !is_calm(replica) {
            return Ok(());
        }
        if !is_well(index, replica) {
            let actual = format!("replica {index} keeps the lease, and cannot record");
            return Err(self.failure(None, "a replica that can record holds the lease", actual));
        }
        self.compare_recorded(index, replica)
    }

    fn compare_recorded(&self, index: usize, replica: &Replica) -> Result<(), Box<Failure>> {
        let wall = replica.wall(self.now);
        for (project, described) in self.catalog.iter().enumerate() {
            let row = self.database.row(described.id);
            let entry = replica.board.get(described.id);
            let (Some(row), Some(entry)) = (row, entry) else { continue };
            let (recorded, said) = (&row.standing, &entry.standing);
            // Nothing was heard since a change that the other replica recorded: it stands until
            // the next beat, or until this replica has waited long enough itself.
            let heard = entry.last_heartbeat_at.filter(|heard| *heard > recorded.since);
            let Some(heard) = heard.filter(|_| recorded.status != said.status) else { continue };
            let age = wall.since(said.since.max(heard)).as_micros();
            if age > u128::from(ON_ITS_WAY) {
                let expected = format!("{} recorded, as replica {index} says", said.status);
                let actual = format!("{} {:?} is recorded", recorded.status, recorded.reasons);
                return Err(self.failure(Some(project), expected, actual));
            }
        }
        Ok(())
    }
}
