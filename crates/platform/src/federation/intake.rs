//! Feeds the board from the mesh: beats in, deadlines on time, the link watched.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use anyhow::Context;
use futures::{FutureExt, StreamExt};
use mesh::{Link, Message, Pattern};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use tokio::sync::watch;
use wire::ProjectId;
use wire::federation::Status;

use super::beat::{self, Beat, Refusal, SUBJECT};
use super::board::{Board, Heard, Now};
use super::metrics::{ByMessage, ByProject, ByStatus, BySubject, Heartbeat, PRESENCE, Rejected};
use super::{Federation, now};
use crate::ground::signing;

/// Beats judged under one lock of the board.
const BATCH: usize = 1_024;
/// After so many full batches everything that waited when the first was read is read.
const BACKLOG: usize = mesh::SUBSCRIPTION_CAPACITY / BATCH;
const RESUBSCRIBE_AFTER: Duration = Duration::from_secs(1);

/// Runs until the process stops. The service never ends for a beat.
pub(super) async fn run(federation: Federation) {
    let app = &federation.0.app;
    while !app.stopping.is_cancelled() {
        if let Err(error) = listen(&federation).await {
            tracing::warn!(error = format!("{error:#}"), "cannot listen to the mesh");
        }
        tokio::select! {
            () = app.clock.sleep(RESUBSCRIBE_AFTER) => {}
            () = app.stopping.cancelled() => {}
        }
    }
}

async fn listen(federation: &Federation) -> anyhow::Result<()> {
    let app = &federation.0.app;
    // Everything below, so that what is no presence subject can be counted as such.
    let pattern: Pattern = format!("{SUBJECT}>").parse().context("the presence subject")?;
    let mut link = app.mesh.link();
    let subscription = app.mesh.subscribe(&pattern, None).await.context("cannot subscribe")?;
    let mut batches = subscription.ready_chunks(BATCH);
    let mut intake = Intake::new(federation);
    let mut full_batches = 0;
    intake.link(&mut link);
    loop {
        let deadline = federation.board().next_deadline();
        tokio::select! {
            // Nobody is silent whose beat waits to be read, however long this process was held up.
            biased;
            () = app.stopping.cancelled() => {
                while let Some(Some(batch)) = batches.next().now_or_never() {
                    intake.take(&batch);
                }
                return Ok(());
            }
            changed = link.changed() => {
                changed.context("the mesh is closed")?;
                intake.link(&mut link);
            }
            batch = batches.next() => {
                let Some(batch) = batch else { return Ok(()) };
                intake.take(&batch);
                full_batches += 1;
                let is_read_up = batch.len() < BATCH || full_batches > BACKLOG;
                if is_read_up {
                    full_batches = 0;
                }
                if is_read_up && deadline.is_some_and(|it| it <= app.clock.monotonic()) {
                    intake.expire();
                }
            }
            () = sleep_until(federation, deadline) => intake.expire(),
            () = federation.0.deadline_moved.notified() => {}
        }
    }
}

async fn sleep_until(federation: &Federation, deadline: Option<Duration>) {
    match deadline {
        Some(deadline) => federation.0.app.clock.sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

struct Intake<'a> {
    federation: &'a Federation,
    /// The metrics of each project, so that a beat costs no look-up by name.
    counted: HashMap<ProjectId, (Counter, Gauge<f64, std::sync::atomic::AtomicU64>)>,
    /// Messages that were beats that count.
    messages: Counter,
}

impl<'a> Intake<'a> {
    fn new(federation: &'a Federation) -> Self {
        let labels = ByMessage { subject: PRESENCE, status: "success" };
        let messages = federation.0.metrics.messages.get_or_create_owned(&labels);
        Self { federation, counted: HashMap::new(), messages }
    }

    fn link(&mut self, link: &mut watch::Receiver<Link>) {
        let is_up = *link.borrow_and_update() == Link::Up;
        let parts = &self.federation.0;
        parts.metrics.connected.set(i64::from(is_up));
        parts.metrics.reconnects.inner().store(parts.app.mesh.reconnects(), Ordering::Relaxed);
        let mut board = self.federation.board();
        board.link(is_up, now(&parts.app));
        self.finish(&board);
    }

    /// Judges a batch of messages.
    fn take(&mut self, batch: &[Message]) {
        let start = Instant::now();
        let now = now(&self.federation.0.app);
        let mut board = self.federation.board();
        for message in batch {
            self.judge(&mut board, message, now);
        }
        self.finish(&board);
        drop(board);

        let metrics = &self.federation.0.metrics;
        let each =
            start.elapsed().as_secs_f64() / f64::from(u16::try_from(batch.len()).unwrap_or(1));
        let by_subject =
            metrics.message_processing.get_or_create_owned(&BySubject { subject: PRESENCE });
        for _ in batch {
            metrics.processing.observe(each);
            by_subject.observe(each);
        }
    }

    fn judge(&mut self, board: &mut Board, message: &Message, now: Now) {
        let subject = message.subject.as_str();
        let heard = match beat::parse(subject, &message.payload) {
            Ok(beat) => hear(board, beat, message, now, self.federation),
            Err(refusal) => Heard::Refused(refusal),
        };
        match heard {
            Heard::Counted(id) => self.count(board, id, now),
            Heard::Unknown => self.outcome("", "unknown_project"),
            Heard::Refused(refusal) => self.refuse(board, subject, refusal),
        }
    }

    fn count(&mut self, board: &Board, id: ProjectId, now: Now) {
        let metrics = &self.federation.0.metrics;
        let (beats, last) = self.counted.entry(id).or_insert_with(|| {
            let slug = board.get(id).map(|entry| entry.project.slug.to_string());
            let project_slug = slug.unwrap_or_default();
            let labels = Heartbeat { project_slug: project_slug.clone(), status: "success" };
            (
                metrics.heartbeats.get_or_create_owned(&labels),
                metrics.last_updated.get_or_create_owned(&ByProject { project_slug }),
            )
        });
        beats.inc();
        self.messages.inc();
        #[expect(clippy::cast_precision_loss, reason = "microseconds since 1970 fit a double")]
        last.set(now.at.micros() as f64 / 1e6);
    }

    fn refuse(&self, board: &Board, subject: &str, refusal: Refusal) {
        tracing::debug!(subject, reason = refusal.as_str(), "a beat does not count");
        self.federation.0.metrics.rejected.get_or_create(&Rejected { reason: refusal }).inc();
        // The subject is a label only when it names a project of the catalog.
        let slug = subject.strip_prefix(SUBJECT).and_then(|slug| board.find(slug));
        let slug = slug.map_or("", |entry| entry.project.slug.as_str());
        self.outcome(slug, "error");
    }

    fn outcome(&self, project_slug: &str, status: &'static str) {
        let labels = Heartbeat { project_slug: project_slug.to_owned(), status };
        self.federation.0.metrics.heartbeats.get_or_create(&labels).inc();
        let labels = ByMessage { subject: PRESENCE, status };
        self.federation.0.metrics.messages.get_or_create(&labels).inc();
    }

    fn expire(&mut self) {
        let start = Instant::now();
        let mut board = self.federation.board();
        board.expire(now(&self.federation.0.app));
        self.finish(&board);
        drop(board);
        let metrics = &self.federation.0.metrics;
        metrics.checker_runs.get_or_create(&ByStatus { status: "success" }).inc();
        metrics.checker_duration.observe(start.elapsed().as_secs_f64());
    }

    /// After every change of the board.
    fn finish(&mut self, board: &Board) {
        if board.has_changed() {
            self.counted.retain(|id, _| board.get(*id).is_some());
            self.federation.count_by_status(board);
            self.federation.0.standing_changed.notify_one();
        }
    }
}

/// Checks the signature where the project has a key, then tells the board.
fn hear(
    board: &mut Board,
    beat: Beat<'_>,
    message: &Message,
    now: Now,
    federation: &Federation,
) -> Heard {
    let Some(entry) = board.find(&beat.slug) else {
        federation.newcomers().saw(&beat, now.at);
        return Heard::Unknown;
    };
    if let Some(key) = entry.project.verify_key.as_deref() {
        let value = beat::to_value(&message.payload);
        if !value.is_some_and(|value| signing::is_signed_by(key, value)) {
            return Heard::Refused(Refusal::BadSignature);
        }
    }
    board.hear(beat, now)
}

impl Federation {
    /// Sets the gauges of projects by status.
    pub(super) fn count_by_status(&self, board: &Board) {
        let mut counts = HashMap::from(Status::ALL.map(|status| (status, 0)));
        for entry in board.entries() {
            *counts.entry(entry.standing.status).or_default() += 1;
        }
        for (status, count) in counts {
            let labels = ByStatus { status: status.as_str() };
            self.0.metrics.catalog.get_or_create(&labels).set(count);
        }
    }
}
