//! Older stores: their texts go in as any document does, so that chunks and vectors are ours.

use std::time::Duration;

use db::Scope;
use tokio::sync::watch;
use wire::JobId;
use wire::knowledge::{ImportReport, Ingest, IngestState, NewDocument, TableImport};

use super::lines::Unit;
use super::parity::{Parity, Sample};
use super::record::{Records, Survey};
use super::{Spool, blocking, restore, table as tables};
use crate::ground::app::App;
use crate::ground::error::Result;
use crate::knowledge::collections::Place;
use crate::knowledge::documents;
use crate::knowledge::store::NewPending;

/// Of one job.
const BATCH_DOCUMENTS: usize = 500;
const BATCH_BYTES: usize = 8 << 20;
/// How often jobs are looked at, and how long they are waited for.
const LOOK_EVERY: Duration = Duration::from_millis(250);
const PATIENCE: Duration = Duration::from_mins(30);
const MOST_FAILURES: usize = 100;

/// One JSON object a line.
pub(in crate::knowledge) async fn json_lines(
    app: &App,
    scope: &Scope,
    place: &Place,
    spool: Spool,
) -> Result<ImportReport> {
    take(app, scope, place, (spool, Unit::Line, "jsonl")).await
}

/// What a collection of Chroma answers when it is asked for all it holds.
pub(in crate::knowledge) async fn chroma(
    app: &App,
    scope: &Scope,
    place: &Place,
    spool: Spool,
) -> Result<ImportReport> {
    let lines = Spool::create(app).await?;
    let columns = super::chroma::Columns::create(app).await?;
    let lines = blocking(move || super::chroma::unfold(&spool, columns, lines)).await?;
    take(app, scope, place, (lines, Unit::Record, "chroma")).await
}

/// A table of another PostgreSQL.
pub(in crate::knowledge) async fn table(
    app: &App,
    scope: &Scope,
    place: &Place,
    asked: &TableImport,
) -> Result<ImportReport> {
    let lines = tables::read(app, asked).await?;
    take(app, scope, place, (lines, Unit::Row, "postgres")).await
}

async fn take(
    app: &App,
    scope: &Scope,
    place: &Place,
    (spool, unit, format): (Spool, Unit, &str),
) -> Result<ImportReport> {
    let records = Records::open(spool.open()?, unit);
    let survey = blocking(move || Survey::of(records)).await?;
    let mut report = ImportReport::new(&place.name);
    report.records = survey.records;
    report.source_dimensions = survey.dimensions.and_then(|it| u32::try_from(it).ok());
    let mut feeder = Feeder::new(Records::open(spool.open()?, unit), survey);
    let mut jobs = Vec::new();
    loop {
        let batch;
        (feeder, batch) = blocking(move || {
            let batch = feeder.batch()?;
            Ok((feeder, batch))
        })
        .await?;
        if batch.is_empty() {
            break;
        }
        let documents = check(batch, app)?;
        jobs.push(documents::accept(app, scope, place, None, documents).await?.id);
    }
    let finished = wait(app, scope, (place, &jobs), &mut report).await?;
    let mut tx = app.db.read(scope).await?;
    let settings = place.load(&mut tx).await?;
    report.dimensions = retrieval::index::dimensions(&mut tx, settings.id).await?;
    drop(tx);
    if finished && feeder.survey.vectors > 1 {
        let Feeder { survey, samples, .. } = feeder;
        let records = Records::open(spool.open()?, unit);
        let parity = blocking(move || Parity::of(records, &survey, samples)).await?;
        (report.overlap, report.notice) = parity.overlap(app, scope, &settings).await?;
    } else if !finished {
        report.notice = Some(
            "the documents are still being read; import the same again for the whole report"
                .to_owned(),
        );
    }
    restore::record(app, scope, (place, &settings), (format, &report)).await?;
    Ok(report)
}

/// The survey found every record right; what is wrong now is the content of a document.
fn check(batch: Vec<NewDocument>, app: &App) -> Result<Vec<NewPending>> {
    documents::check(batch, app.clock.now())
}

/// Reads records into documents, and takes samples on the way.
struct Feeder {
    records: Records,
    survey: Survey,
    samples: Vec<Sample>,
    vectors: u64,
}

impl Feeder {
    const fn new(records: Records, survey: Survey) -> Self {
        Self { records, survey, samples: Vec::new(), vectors: 0 }
    }

    fn batch(&mut self) -> Result<Vec<NewDocument>> {
        let mut batch = Vec::new();
        let mut bytes = 0;
        while batch.len() < BATCH_DOCUMENTS && bytes < BATCH_BYTES {
            let Some(record) = self.records.next()? else { break };
            let (document, vector) = record.into_document(&self.survey);
            if let Some(vector) = vector {
                if Sample::is_due(self.vectors, self.survey.vectors) {
                    self.samples.push(Sample::new(&document, vector));
                }
                self.vectors += 1;
            }
            bytes += document.text.as_ref().map_or(0, String::len);
            batch.push(document);
        }
        Ok(batch)
    }
}

/// Waits until the jobs are done and adds up what they did; `false` when that takes too long.
async fn wait(
    app: &App,
    scope: &Scope,
    (place, jobs): (&Place, &[JobId]),
    report: &mut ImportReport,
) -> Result<bool> {
    let start = app.clock.monotonic();
    let mut feed = app.feed.follow();
    let mut finished = true;
    for job in jobs {
        let ingest = loop {
            let mut tx = app.db.read(scope).await?;
            let ingest = documents::progress(&mut tx, &place.project, *job).await?;
            drop(tx);
            let waited = app.clock.monotonic().saturating_sub(start);
            let is_done = ingest.state == IngestState::Done;
            if ingest.state != IngestState::Running
                || waited > PATIENCE
                || app.stopping.is_cancelled()
            {
                finished &= is_done;
                break ingest;
            }
            a_while(app, &mut feed).await;
        };
        add(report, ingest);
    }
    Ok(finished)
}

async fn a_while(app: &App, feed: &mut watch::Receiver<u64>) {
    let look = async { tokio::time::timeout(LOOK_EVERY, feed.changed()).await.is_ok() };
    tokio::select! {
        _ = look => {}
        () = app.stopping.cancelled() => {}
    }
}

fn add(report: &mut ImportReport, ingest: Ingest) {
    report.documents += ingest.done - ingest.failed;
    report.skipped += ingest.unchanged;
    report.chunks += ingest.chunks;
    report.failures.extend(ingest.failures);
    report.failures.truncate(MOST_FAILURES);
}
