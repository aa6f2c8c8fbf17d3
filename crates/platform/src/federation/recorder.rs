//! Writes what changed: each transition once, whatever number of replicas saw it.
//!
//! Every replica judges; the one that holds the lease records. Its transaction renews the lease
//! first, which locks it, so that nobody records beside it. A replica that takes the lease over
//! compares its whole board with what is recorded: nothing is lost with the one before.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::time::Duration;

use serde_json::json;
use uuid::Uuid;
use wire::federation::{Reason, Report, Status};
use wire::{ProjectId, Slug, Timestamp};

use super::Federation;
use super::board::{Board, Standing};
use super::entry::Entry;
use super::project::Project;
use super::store::{self, Lease};
use crate::ground::clock::Moment;
use crate::ground::log::{self, Change};

/// How long a holder that is not heard keeps the lease.
pub const LEASE_LASTS: Duration = Duration::from_secs(5);
/// How often the lease is renewed, or asked for.
pub const RENEW_EVERY: Duration = Duration::from_secs(1);
/// A holder without the mesh waits this long for one that has it before it records that nothing
/// is known.
pub const BLIND_PATIENCE: Duration = Duration::from_secs(3);

/// What a replica without the lease remembers of the recent past, in case it takes it over.
const REMEMBERED: Duration = Duration::from_secs(15);
/// Past so many changes that could not be written, only how each project ended up is.
const MAX_PENDING: usize = 200_000;

/// Decides what is to be recorded. Pure, as the board is.
#[derive(Debug)]
pub struct Recorder {
    pub id: Uuid,
    /// How often the lease had changed hands when this replica took it.
    term: Option<i64>,
    /// What is recorded, as long as this replica holds the lease.
    recorded: Option<HashMap<ProjectId, Standing>>,
    /// What changed and is not recorded, in order.
    pending: VecDeque<Pending>,
    /// The lease is new: the whole board is to be compared.
    compare_all: bool,
    /// To be compared again: what is recorded of them was later than what the board said.
    unsettled: BTreeSet<ProjectId>,
    /// The same, when the last plan is in the database.
    unsettled_next: BTreeSet<ProjectId>,
    blind_since: Option<Moment>,
}

#[derive(Debug)]
struct Pending {
    seen: Moment,
    id: ProjectId,
    standing: Standing,
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
        Self {
            id,
            term: None,
            recorded: None,
            pending: VecDeque::new(),
            compare_all: true,
            unsettled: BTreeSet::new(),
            unsettled_next: BTreeSet::new(),
            blind_since: None,
        }
    }

    /// This replica holds the lease, which has changed hands `term` times. Another may have held
    /// and lost it since this one last looked: a transaction can take longer than a lease lasts.
    pub fn holds_the_lease(&mut self, term: i64) {
        if self.term.replace(term) != Some(term) {
            self.recorded = None;
        }
    }

    /// Whether it took the lease over and has to be told what is recorded.
    pub const fn must_read(&self) -> bool {
        self.term.is_some() && self.recorded.is_none()
    }

    /// This replica holds the lease and was told what is recorded.
    pub fn read(&mut self, recorded: HashMap<ProjectId, Standing>) {
        self.recorded = Some(recorded);
        self.compare_all = true;
    }

    /// Another replica records now.
    pub fn lost_the_lease(&mut self) {
        self.term = None;
        self.recorded = None;
    }

    /// What is to be recorded, in order. Takes the changes of the board; to be called by every
    /// replica at every flush.
    #[inline]
    pub fn plan(&mut self, board: &mut Board, now: Moment) -> Vec<Record> {
        let changes = board.take_changes().into_iter();
        self.pending.extend(changes.map(|(id, standing)| Pending { seen: now, id, standing }));
        let Some(recorded) = &self.recorded else {
            self.pending.retain(|it| now.saturating_sub(it.seen) < REMEMBERED);
            return Vec::new();
        };
        if self.pending.len() > MAX_PENDING {
            self.pending.clear();
            self.compare_all = true;
        }
        if must_wait(&mut self.blind_since, board, now) {
            return Vec::new();
        }
        let mut plan = Plan::new(recorded);
        for Pending { id, standing, .. } in &self.pending {
            plan.add(board, *id, standing);
        }
        if self.compare_all {
            board.entries().for_each(|entry| plan.settle(entry));
        } else {
            plan.unsettled.extend(&self.unsettled);
            let again = std::mem::take(&mut plan.unsettled);
            again.into_iter().filter_map(|id| board.get(id)).for_each(|entry| plan.settle(entry));
        }
        self.unsettled_next = plan.unsettled;
        plan.records
    }

    /// The records of the last plan are in the database.
    #[inline]
    pub fn committed(&mut self, records: Vec<Record>) {
        // Without the lease, what is pending is only remembered.
        let Some(recorded) = &mut self.recorded else { return };
        if records.is_empty() && self.blind_since.is_some() {
            return;
        }
        self.pending.clear();
        self.compare_all = false;
        self.unsettled = std::mem::take(&mut self.unsettled_next);
        recorded.extend(records.into_iter().map(|record| (record.id, record.standing)));
    }
}

/// Whether a replica without the mesh still waits for one that has it.
#[inline]
fn must_wait(blind_since: &mut Option<Moment>, board: &Board, now: Moment) -> bool {
    if !board.is_blind() {
        *blind_since = None;
        return false;
    }
    now.saturating_sub(*blind_since.get_or_insert(now)) < BLIND_PATIENCE
}

struct Plan<'a> {
    recorded: &'a HashMap<ProjectId, Standing>,
    /// What will be recorded when the records so far are.
    ahead: HashMap<ProjectId, Standing>,
    records: Vec<Record>,
    /// What is recorded of them is later than what the board says, and stands for now.
    unsettled: BTreeSet<ProjectId>,
}

impl<'a> Plan<'a> {
    fn new(recorded: &'a HashMap<ProjectId, Standing>) -> Self {
        Self { recorded, ahead: HashMap::new(), records: Vec::new(), unsettled: BTreeSet::new() }
    }

    fn add(&mut self, board: &Board, id: ProjectId, standing: &Standing) {
        // One that was removed meanwhile has nothing left to record.
        let Some(entry) = board.get(id) else { return };
        let before = self.before(&entry.project);
        // The replica that held the lease before has recorded what is older.
        if standing.since < before.since {
            self.unsettled.insert(id);
        } else {
            self.record(&entry.project, &before, standing);
        }
    }

    /// How a project ended up, even where the record is later: a beat since then, as one that was
    /// never recorded, proves it out of date. The clocks of two replicas differ, too.
    fn settle(&mut self, entry: &Entry) {
        let before = self.before(&entry.project);
        let differs = before.status != entry.standing.status;
        let was_never_heard = before.reasons == [Reason::NeverHeard];
        let is_later = entry.last_heartbeat_at.is_some_and(|heard| heard > before.since);
        if entry.standing.since >= before.since || was_never_heard || is_later {
            self.unsettled.remove(&entry.project.id);
            self.record(&entry.project, &before, &entry.standing);
        } else if differs {
            self.unsettled.insert(entry.project.id);
        } else {
            self.unsettled.remove(&entry.project.id);
        }
    }

    fn before(&self, project: &Project) -> Standing {
        let before = self.ahead.get(&project.id).or_else(|| self.recorded.get(&project.id));
        before.cloned().unwrap_or_else(|| Standing::never_heard(project.created_at))
    }

    fn record(&mut self, project: &Project, before: &Standing, standing: &Standing) {
        let moved = before.status != standing.status;
        if !moved && before.reasons == standing.reasons {
            return;
        }
        // History goes forward, whatever the clocks say.
        let after = before.since + Duration::from_micros(1);
        let since = if moved { standing.since.max(after) } else { before.since };
        let standing = Standing { since, ..standing.clone() };
        self.ahead.insert(project.id, standing.clone());
        let slug = project.slug.clone();
        self.records.push(Record { id: project.id, slug, from: before.status, standing });
    }
}

/// Runs until the process stops; what cannot be written now is written later.
pub(super) async fn run(federation: Federation) {
    let app = federation.0.app.clone();
    let mut heartbeats_written = app.clock.monotonic();
    loop {
        let now = app.clock.monotonic();
        let heartbeats_due =
            now.saturating_sub(heartbeats_written) >= app.config.federation.flush_interval;
        if heartbeats_due {
            heartbeats_written = now;
        }
        let written = federation.write(heartbeats_due, LEASE_LASTS).await;
        tokio::select! {
            // A database that is away is not asked again for every beat.
            () = federation.0.standing_changed.notified(), if written => {}
            () = app.clock.sleep(RENEW_EVERY) => {}
        }
    }
}

/// The last beat of a project, to be written.
type Heartbeat = (ProjectId, Timestamp, Report);

impl Federation {
    /// Writes what came last and leaves the lease to whoever asks next.
    pub(crate) async fn close(&self) {
        self.write(true, Duration::ZERO).await;
    }

    /// Writes what changed. `false` when that did not work.
    async fn write(&self, with_heartbeats: bool, lasts: Duration) -> bool {
        let mut recorder = self.0.recorder.lock().await;
        let heard = if with_heartbeats { self.take_heartbeats() } else { Vec::new() };
        if let Err(error) = self.flush(&mut recorder, &heard, lasts).await {
            tracing::warn!(error = ?error, "cannot record statuses; will try again");
            // A transaction that failed may have lost the lease as well: read again.
            recorder.lost_the_lease();
            self.put_heartbeats_back(&heard);
            return false;
        }
        true
    }

    async fn flush(
        &self,
        recorder: &mut Recorder,
        heard: &[Heartbeat],
        lasts: Duration,
    ) -> anyhow::Result<()> {
        let app = &self.0.app;
        let linked = *app.mesh.link().borrow() == mesh::Link::Up;
        let lease = Lease { holder: recorder.id, linked, now: app.clock.now(), lasts };
        let mut tx = app.db.write(&app.service_scope("federation")).await?;
        match store::renew(&mut tx, lease).await? {
            Some(term) => recorder.holds_the_lease(term),
            None => recorder.lost_the_lease(),
        }
        if recorder.must_read() {
            let standings = store::standings(&mut tx).await?;
            self.adopt(&standings);
            recorder.read(standings);
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
        let is_news = !changes.is_empty();
        log::append_events(&mut tx, app.clock.now(), changes).await?;
        if !heard.is_empty() {
            store::set_heartbeats(&mut tx, heard).await?;
        }
        tx.commit().await?;
        recorder.committed(records);
        if is_news {
            app.feed.wake();
        }
        Ok(())
    }

    fn adopt(&self, recorded: &HashMap<ProjectId, Standing>) {
        let now = self.now();
        let mut board = self.board();
        for (id, standing) in recorded {
            board.adopt(*id, standing, now);
        }
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
