//! What `commandcenter up` holds when it has nothing to do.

use std::time::Duration;

use anyhow::Result;

use crate::baseline::Baseline;
use crate::process::percent;
use crate::report::{Goal, Report, Row, Unit};
use crate::server;

const SETTLE: Duration = Duration::from_secs(10);
const WATCH: Duration = Duration::from_secs(10);

pub(crate) async fn run() -> Result<Report> {
    let directory = tempfile::tempdir()?;
    let hello = directory.path().join("hello");
    std::fs::write(&hello, "hello\n")?;
    let bare = Baseline::static_bytes(&hello).await?.process;
    let ours = server::up(&directory.path().join("data")).await?;

    tokio::time::sleep(SETTLE).await;
    let resident = (ours.resident_megabytes()?, bare.resident_megabytes()?);
    let threads = (ours.threads()?, bare.threads()?);
    let used = (ours.processor_time()?, bare.processor_time()?);
    tokio::time::sleep(WATCH).await;
    let used = (ours.used_since(used.0)?, bare.used_since(used.1)?);
    let share = (percent(used.0, WATCH), percent(used.1, WATCH));

    let mut report = Report::new("idle")?;
    let row = |what, unit, (ours, bare): (f64, f64)| {
        Row::new(what, unit, ours).beside("bare axum process", bare)
    };
    let resident = row("resident memory", Unit::Megabytes, resident);
    report.push(resident.goal(Goal::AtMost(60.0)));
    report.push(row("threads", Unit::Count, threads));
    report.push(row("one core, in use", Unit::Percent, share));
    report.note("All four services on SQLite, ten seconds after the start.");
    Ok(report)
}
