//! Lets the faults of the script happen to the replicas and their database.

use platform::federation::project::Project as Described;
use uuid::Uuid;

use crate::database::{Holder, Row};
use crate::failure::Failure;
use crate::queue::Event;
use crate::replica::Transaction;
use crate::script::Fault;
use crate::time::{MILLISECOND, SECOND};
use crate::world::{World, of_mask};

impl World<'_> {
    pub(crate) fn fault(&mut self, fault: Fault) -> Result<(), Box<Failure>> {
        match fault {
            Fault::BusLost(replicas) => self.lose_bus(replicas),
            Fault::BusBack(replicas) => self.bring_bus_back(replicas),
            Fault::DatabaseLost(replicas, absence) => {
                self.database.count_absence(replicas, absence, true);
                self.disturb(replicas);
            }
            Fault::DatabaseBack(replicas, absence) => {
                self.database.count_absence(replicas, absence, false);
                self.disturb(replicas);
            }
            Fault::Crash(replicas) => return self.crash(replicas),
            Fault::Restart(replicas) => self.restart(replicas),
            Fault::SlowCommit(lasts) => self.slow_commit = Some(lasts),
            Fault::AnswerLost | Fault::CommitUndone => self.next_commit = Some(fault),
        }
        Ok(())
    }

    fn crash(&mut self, replicas: u8) -> Result<(), Box<Failure>> {
        self.disturb(replicas);
        for index in of_mask(replicas) {
            let Some(replica) = self.replicas.get_mut(index).filter(|it| it.is_up) else {
                continue;
            };
            replica.is_up = false;
            replica.step += 1;
            let transaction = std::mem::replace(&mut replica.transaction, Transaction::Idle);
            let Transaction::Open(begun, records) = transaction else { continue };
            if self.dice.chance(4_000) {
                self.store(index, &begun, &records)?;
                self.unlock();
            } else if self.database.locked_by == Some(Holder::Replica(index)) {
                // Rolled back when the server notices that nobody is there any more.
                self.database.locked_by = Some(Holder::Nobody);
                let noticed = self.now + self.dice.stretch(10 * MILLISECOND, 20 * SECOND);
                self.queue.push(noticed, Event::ReleaseLock);
            }
        }
        Ok(())
    }

    fn restart(&mut self, replicas: u8) {
        self.disturb(replicas);
        for index in of_mask(replicas) {
            if self.database.absence(index).is_some() {
                let again = Event::Fault(Fault::Restart(1 << index));
                self.queue.push(self.now + SECOND, again);
                continue;
            }
            let row = |it: &Described| Some((it.clone(), self.database.row(it.id)?.clone()));
            let rows: Vec<(Described, Row)> = self.catalog.iter().filter_map(row).collect();
            let Some(replica) = self.replicas.get_mut(index).filter(|it| !it.is_up) else {
                continue;
            };
            self.started += 1;
            let id = Uuid::from_u128(u128::from(self.started) << 64);
            replica.start(id, &rows, self.now, self.settings.mutation);
            let linked = self.now + self.dice.between(10 * MILLISECOND, 2 * SECOND);
            self.queue.push(linked, Event::NoticeLink { replica: index });
        }
    }
}
