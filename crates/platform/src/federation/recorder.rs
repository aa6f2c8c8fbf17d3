//! Writes what changed: each transition once, whatever number of replicas saw it.
//!
//! Every replica judges; the one that holds the lease records. Its transaction renews the lease
//! first, which locks it, so that nobody records beside it. A replica that takes the lease over
//! compares its whole board with what is recorded: nothing is lost with the one before.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use serde_json::json;
use uuid::Uuid;
use wire::federation::{Report, Status};
use wire::{ProjectId, Slug, Timestamp};

use super::board::{Board, Standing};
use super::store::{self, Lease};
use super::{Federation, now};
use crate::ground::clock::Moment;
use crate::ground::log::{self, Change};

/// How long a holder that is not heard keeps the lease.
pub const LEASE_LASTS: Duration = Duration::from_secs(5);
/// How often the lease is renewed, or asked for.
pub const RENEW_EVERY: Duration = Duration::from_secs(1);
/// A holder without the mesh waits this long for one that has it before it records that nothing
/// is known.
pub const BLIND_PATIENCE: Duration = Duration::from_secs(3);

/// Decides what is to be recorded. Pure, as the board is.
#[derive(Debug)]
pub struct Recorder {
    pub id: Uuid,
    /// What is recorded, as long as this replica holds the lease.
    recorded: Option<HashMap<ProjectId, Standing>>,
    pending: BTreeSet<ProjectId>,
    blind_since: Option<Moment>,
}

/// A standing to record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub id: ProjectId,
    pub slug: Slug,
    pub from: Status,
    pub standing: Standing,
}

impl Recorder {
    pub fn new(id: Uuid) -> Self {
        Self { id, recorded: None, pending: BTreeSet::new(), blind_since: None }
    }

    /// Whether it took the lease over and has to be told what is recorded.
    pub const fn must_read(&self) -> bool {
        self.recorded.is_none()
    }

    /// This replica holds the lease and was told what is recorded.
    pub fn read(&mut self, recorded: HashMap<ProjectId, Standing>) {
        self.pending.extend(recorded.keys());
        self.recorded = Some(recorded);
    }

    /// Another replica records now.
    pub fn lost_the_lease(&mut self) {
        self.recorded = None;
        self.pending.clear();
    }

    /// What differs between the board and what is recorded.
    pub fn plan(&mut self, board: &mut Board, now: Moment) -> Vec<Record> {
        self.pending.extend(board.take_changed());
        if board.is_blind() {
            let since = *self.blind_since.get_or_insert(now);
            if now.saturating_sub(since) < BLIND_PATIENCE {
                return Vec::new();
            }
        } else {
            self.blind_since = None;
        }
        let Some(recorded) = &self.recorded else { return Vec::new() };
        let differs = |id: &ProjectId| {
            let entry = board.get(*id)?;
            let (project, standing) = (&entry.project, &entry.standing);
            let before = recorded.get(id).cloned();
            let before = before.unwrap_or_else(|| Standing::never_heard(project.created_at));
            if before.status == standing.status && before.reasons == standing.reasons {
                return None;
            }
            let since =
                if before.status == standing.status { before.since } else { standing.since };
            Some(Record {
                id: *id,
                slug: project.slug.clone(),
                from: before.status,
                standing: Standing { since, ..standing.clone() },
            })
        };
        self.pending.iter().filter_map(differs).collect()
    }

    /// The records of the last plan are in the database.
    pub fn committed(&mut self, records: Vec<Record>) {
        if self.blind_since.is_some() && records.is_empty() {
            return;
        }
        self.pending.clear();
        if let Some(recorded) = &mut self.recorded {
            recorded.extend(records.into_iter().map(|record| (record.id, record.standing)));
        }
    }
}

/// Runs until the process stops; what cannot be written now is written later.
pub(super) async fn run(federation: Federation) {
    let app = federation.0.app.clone();
    let mut recorder = Recorder::new(ProjectId::new().uuid());
    let mut heartbeats_written = app.clock.monotonic();
    loop {
        let mut heard = Vec::new();
        if now(&app).moment.saturating_sub(heartbeats_written) >= app.config.federation.flush_interval
        {
            heartbeats_written = app.clock.monotonic();
            heard = federation.take_heartbeats();
        }
        if let Err(error) = federation.flush(&mut recorder, &heard).await {
            tracing::warn!(error = ?error, "cannot record statuses; will try again");
            // A transaction that failed may have lost the lease as well: read again.
            recorder.lost_the_lease();
            federation.put_heartbeats_back(&heard);
        }
        tokio::select! {
            () = federation.0.standing_changed.notified() => {}
            () = app.clock.sleep(RENEW_EVERY) => {}
        }
    }
}

/// The last beat of a project, to be written.
type Heartbeat = (ProjectId, Timestamp, Report);

impl Federation {
    async fn flush(&self, recorder: &mut Recorder, heard: &[Heartbeat]) -> anyhow::Result<()> {
        let app = &self.0.app;
        let linked = *app.mesh.link().borrow() == mesh::Link::Up;
        let lease =
            Lease { holder: recorder.id, linked, now: app.clock.now(), lasts: LEASE_LASTS };
        let mut tx = app.db.write(&app.service_scope("federation")).await?;
        if !store::renew(&mut tx, lease).await? {
            recorder.lost_the_lease();
            return Ok(());
        }
        if recorder.must_read() {
            recorder.read(store::standings(&mut tx).await?);
        }
        let records = recorder.plan(&mut self.board(), app.clock.monotonic());
        let mut changes = Vec::new();
        for record in &records {
            if !store::set_standing(&mut tx, record.id, &record.standing).await? {
                continue;
            }
            if record.from != record.standing.status {
                store::insert_transition(&mut tx, record.id, record.from, &record.standing).await?;
                self.count_offline(record);
            }
            changes.push(change(record));
        }
        let changed = !changes.is_empty();
        log::append_events(&mut tx, app.clock.now(), changes).await?;
        if !heard.is_empty() {
            store::set_heartbeats(&mut tx, heard).await?;
        }
        tx.commit().await?;
        recorder.committed(records);
        if changed {
            app.feed.wake();
        }
        Ok(())
    }

    fn count_offline(&self, record: &Record) {
        if record.standing.status == Status::Offline {
            self.0.metrics.marked_offline.inc();
        }
    }

    fn take_heartbeats(&self) -> Vec<Heartbeat> {
        let mut board = self.board();
        let heard = board.take_heard();
        let heartbeat = |id| {
            let entry = board.get(id)?;
            Some((id, entry.last_heartbeat_at?, entry.report.clone().unwrap_or_default()))
        };
        heard.into_iter().filter_map(heartbeat).collect()
    }

    fn put_heartbeats_back(&self, heard: &[Heartbeat]) {
        self.board().put_heard_back(heard.iter().map(|(id, _, _)| *id));
    }
}

fn change(record: &Record) -> Change {
    let Record { slug, from, standing, .. } = record;
    let moved = *from != standing.status;
    Change {
        kind: if moved { "federation.status_changed" } else { "federation.reasons_changed" },
        project: Some(slug.clone()),
        target: slug.to_string(),
        detail: json!({
            "from": from,
            "to": standing.status,
            "since": standing.since,
            "reasons": standing.reasons,
        }),
    }
}
