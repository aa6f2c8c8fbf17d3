//! What is recorded, and who may record: the tables of the federation as far as it matters here.

use std::collections::HashMap;

use platform::federation::board::Standing;
use platform::federation::recorder::Record;
use uuid::Uuid;
use wire::federation::Status;
use wire::{ProjectId, Timestamp};

use crate::script::{Absence, REPLICAS};

#[derive(Debug, Default)]
pub(crate) struct Database {
    rows: HashMap<ProjectId, Row>,
    lease: Option<Lease>,
    /// Whose transaction has the lease locked.
    pub locked_by: Option<Holder>,
    /// How many scripted absences there are at the moment, for each replica.
    pub refuses: [u32; REPLICAS],
    pub hangs: [u32; REPLICAS],
    pub transitions: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holder {
    Replica(usize),
    /// A transaction whose client is gone; the server has not noticed yet.
    Nobody,
}

#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub standing: Standing,
    pub last_heartbeat_at: Option<Timestamp>,
    /// When the last transition was, if there was one.
    moved_at: Option<Timestamp>,
}

/// The row of `recorder_lease`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lease {
    pub holder: Uuid,
    pub until: Timestamp,
    pub linked: bool,
    /// How often it changed hands.
    pub term: i64,
}

/// What `store::renew` is called with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Claim {
    pub lease: Lease,
    pub now: Timestamp,
}

impl Database {
    pub(crate) fn insert(&mut self, id: ProjectId, created_at: Timestamp) {
        let standing = Standing::never_heard(created_at);
        self.rows.insert(id, Row { standing, last_heartbeat_at: None, moved_at: None });
    }

    pub(crate) fn row(&self, id: ProjectId) -> Option<&Row> {
        self.rows.get(&id)
    }

    pub(crate) const fn lease(&self) -> Option<Lease> {
        self.lease
    }

    /// The lease as `store::renew` leaves it, `None` where its `where` does not match. The row
    /// changes when the transaction commits.
    pub(crate) fn renewed(&self, claim: &Claim) -> Option<Lease> {
        let Some(held) = self.lease else { return Some(Lease { term: 1, ..claim.lease }) };
        let is_own = held.holder == claim.lease.holder;
        let is_free = held.until < claim.now || (!held.linked && claim.lease.linked);
        let term = held.term + i64::from(!is_own);
        (is_own || is_free).then_some(Lease { term, ..claim.lease })
    }

    pub(crate) fn standings(&self) -> HashMap<ProjectId, Standing> {
        self.rows.iter().map(|(id, row)| (*id, row.standing.clone())).collect()
    }

    pub(crate) fn absence(&self, replica: usize) -> Option<Absence> {
        let is = |counts: &[u32; REPLICAS]| counts.get(replica).is_some_and(|count| *count > 0);
        if is(&self.refuses) {
            return Some(Absence::Refuses);
        }
        is(&self.hangs).then_some(Absence::Hangs)
    }

    pub(crate) fn count_absence(&mut self, replicas: u8, absence: Absence, begins: bool) {
        let counts = match absence {
            Absence::Refuses => &mut self.refuses,
            Absence::Hangs => &mut self.hangs,
        };
        for (replica, count) in counts.iter_mut().enumerate() {
            if replicas & (1 << replica) != 0 {
                *count = if begins { *count + 1 } else { count.saturating_sub(1) };
            }
        }
    }

    /// Commits a transaction. `Err` says what is wrong with the record.
    pub(crate) fn commit(
        &mut self,
        lease: Option<Lease>,
        records: &[Record],
        heard: &[(ProjectId, Timestamp)],
    ) -> Result<(), (ProjectId, String)> {
        self.lease = lease.or(self.lease);
        for record in records {
            self.record(record).map_err(|wrong| (record.id, wrong))?;
        }
        for (id, at) in heard {
            if let Some(row) = self.rows.get_mut(id) {
                row.last_heartbeat_at = Some(*at);
            }
        }
        Ok(())
    }

    /// Each transition once: the rows are a chain, forward in time.
    fn record(&mut self, record: &Record) -> Result<(), String> {
        let Some(row) = self.rows.get_mut(&record.id) else { return Ok(()) };
        let before: Status = row.standing.status;
        let Record { from, standing, .. } = record;
        if *from != before {
            return Err(format!("a record from {from} while {before} is recorded"));
        }
        if *from != standing.status {
            if let Some(moved_at) = row.moved_at.filter(|moved_at| standing.since < *moved_at) {
                let at = standing.since;
                return Err(format!("a transition at {at} after one at {moved_at}"));
            }
            row.moved_at = Some(standing.since);
            self.transitions += 1;
        } else if row.standing == *standing {
            return Err(format!("{from} recorded twice"));
        }
        row.standing = standing.clone();
        Ok(())
    }
}
