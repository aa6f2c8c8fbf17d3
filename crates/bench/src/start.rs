//! From the start of `commandcenter up` until `/readyz` says 200 on all three services.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tokio::process::Command;

use crate::report::{Goal, Report, Row, Samples, Unit};
use crate::server;

const TIMES: usize = 10;
const GOAL: Goal = Goal::AtMost(300.0);

pub(crate) async fn run() -> Result<Report> {
    let known = tempfile::tempdir()?;
    ready_in(known.path()).await?;
    let (mut existing, mut fresh, mut bare) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..TIMES {
        existing.push(milliseconds(ready_in(known.path()).await?));
        fresh.push(milliseconds(ready_in(tempfile::tempdir()?.path()).await?));
        bare.push(milliseconds(version().await?));
    }
    let bare = Samples::from(bare);
    let mut report = Report::new("start")?;
    for (what, values) in [("an existing data directory", existing), ("a fresh one", fresh)] {
        let ours = Samples::from(values);
        let slowest = ours.largest();
        let row = |what, ours| {
            Row::new(what, Unit::Milliseconds, ours).beside("--version", bare.clone()).goal(GOAL)
        };
        report.push(row(format!("ready with {what}, median"), ours));
        report.push(row(format!("ready with {what}, slowest of {TIMES}"), slowest.into()));
    }
    report.note("SQLite and the mesh inside the process; asked every 5 ms.");
    Ok(report)
}

async fn ready_in(folder: &Path) -> Result<Duration> {
    let began = Instant::now();
    let process = server::up(folder).await?;
    let took = began.elapsed();
    process.stop().await?;
    Ok(took)
}

async fn version() -> Result<Duration> {
    let mut command = Command::new(server::binary()?);
    command.arg("--version").stdout(Stdio::null());
    let began = Instant::now();
    ensure!(command.status().await?.success(), "--version failed");
    Ok(began.elapsed())
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}
