//! Beats: accepted per second over NATS into PostgreSQL, beside a bare subscriber that only
//! counts the same bytes; what a burst leaves behind; what a calm fleet costs.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use wire::federation::Project;

use crate::baseline::Baseline;
use crate::feed::{Fleet, Publisher, Round, meanwhile, pace};
use crate::http;
use crate::machine::now;
use crate::process::{Process, Work, percent};
use crate::report::{Goal, Report, Row, Samples, Unit};
use crate::server::{Federation, KEY, Stack};
use crate::store::Store;

const PROJECTS: usize = 1_000;
/// Of each project, in one measurement.
const ROUNDS: usize = 400;
const TIMES: usize = 5;
const BASELINE: &str = "bare subscriber";
const BURST_ROUNDS: usize = 100;
/// Messages under way at once; fewer than a subscription holds, so that none is lost.
const WINDOW: u64 = 100_000;
/// Beats per second of the earlier service, and how many times that is asked for.
const ASKED_FOR: f64 = 500.0 * 142.0;

const FLEET: usize = 10_000;
const BEAT_EVERY: Duration = Duration::from_secs(30);

pub(crate) async fn run(stack: &Stack) -> Result<Report> {
    let mut report = Report::new("beats")?;
    busy(stack, &mut report).await?;
    calm(stack, &mut report).await?;
    report.note("Every beat sent was counted; none was lost or refused.");
    Ok(report)
}

/// As many beats as go through.
async fn busy(stack: &Stack, report: &mut Report) -> Result<()> {
    let server = Federation::start(stack, "bench-busy", PROJECTS).await?;
    let bare = Baseline::subscriber(&stack.bare_nats_url).await?;
    let mut to_server = Publisher::connect(&stack.nats_url).await?;
    let mut to_bare = Publisher::connect(&stack.bare_nats_url).await?;
    let store = Store::open(&stack.database_url, "bench-busy").await?;
    report.note(format!("PostgreSQL {}, 1,000 projects.", store.version().await?));

    let mut fleet = Fleet::new(&server.slugs);
    push(&mut to_server, &fleet.rounds(1)?, server.address).await?;
    store.until_online(PROJECTS).await?;

    let total = f64::from(u32::try_from(ROUNDS * PROJECTS)?);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let rounds = fleet.rounds(ROUNDS)?;
        let work = async |process: &Process, publisher, counter| {
            let before = process.processor_time()?;
            let took = push(publisher, &rounds, counter).await?;
            Ok::<_, anyhow::Error>(Work::new(total, took, process.used_since(before)?))
        };
        ours.push(work(&server.process, &mut to_server, server.address).await?);
        theirs.push(work(&bare.process, &mut to_bare, bare.address).await?);
    }
    let per_second = |work: &[Work]| Samples::of(work, |work| work.per_second);
    let each = |work: &[Work]| Samples::of(work, |work| work.microseconds_each);
    let row = |what| Row::new(what, Unit::PerSecond, per_second(&ours));
    let beside = row("beats accepted").beside(BASELINE, per_second(&theirs));
    report.push(beside.goal(Goal::RatioAtLeast(0.5)));
    let time = Row::new("  processor time for each", Unit::Microseconds, each(&ours));
    report.push(time.beside(BASELINE, each(&theirs)));
    let earlier = row("beats accepted, 500 × the earlier service").beside("the earlier", 142.0);
    report.push(earlier.goal(Goal::AtLeast(ASKED_FOR)));

    burst(&server, &mut to_server, &mut fleet, &store, report).await
}

/// A hundred thousand beats at once: when the API shows the last of each project, and when the
/// database holds them.
async fn burst(
    server: &Federation,
    publisher: &mut Publisher,
    fleet: &mut Fleet,
    store: &Store,
    report: &mut Report,
) -> Result<()> {
    let rounds = fleet.rounds(BURST_ROUNDS)?;
    let (last, before) = rounds.split_last().context("a burst of nothing")?;
    let began = Instant::now();
    for round in before {
        publisher.send(round.bytes()).await?;
    }
    let since = now();
    publisher.send(last.bytes()).await?;
    loop {
        let answer = http::get(server.address, "/api/fed/projects?limit=1000", Some(KEY)).await?;
        let projects: Vec<Project> = serde_json::from_slice(&answer)?;
        let is_new = |project: &Project| project.last_heartbeat_at.is_some_and(|at| at >= since);
        if projects.len() == PROJECTS && projects.iter().all(is_new) {
            break;
        }
        ensure!(began.elapsed() < Duration::from_mins(1), "the API does not show the burst");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let shown = began.elapsed();
    store.until_written(since, PROJECTS).await?;
    let written = began.elapsed();
    let row = |what, took: Duration| Row::new(what, Unit::Milliseconds, took.as_secs_f64() * 1e3);
    report.push(row("a burst of 100,000 beats, until the API shows it", shown));
    // One flush, and the second it is looked for in.
    let written = row("the same, until PostgreSQL holds it", written);
    report.push(written.goal(Goal::AtMost(11_000.0)));
    Ok(())
}

/// Sends `rounds` as fast as they are counted at `counter`; gives how long that took.
async fn push(
    publisher: &mut Publisher,
    rounds: &[Round],
    counter: SocketAddr,
) -> Result<Duration> {
    let before = counted(counter).await?;
    let total: u64 = rounds.iter().map(Round::len).sum();
    let began = Instant::now();
    let (mut sent, mut done) = (0, 0);
    for round in rounds {
        while sent + round.len() > done + WINDOW {
            tokio::time::sleep(Duration::from_millis(20)).await;
            done = counted(counter).await? - before;
            check_patience(began, done, total)?;
        }
        publisher.send(round.bytes()).await?;
        sent += round.len();
    }
    while done < total {
        tokio::time::sleep(Duration::from_millis(5)).await;
        done = counted(counter).await? - before;
        check_patience(began, done, total)?;
    }
    ensure!(done == total, "{done} beats were counted of {total} sent");
    Ok(began.elapsed())
}

fn check_patience(began: Instant, done: u64, total: u64) -> Result<()> {
    if began.elapsed() > Duration::from_mins(1) {
        bail!("{done} of {total} beats were counted in {:?}", began.elapsed());
    }
    Ok(())
}

/// The beats a process has counted, by its own metrics.
async fn counted(counter: SocketAddr) -> Result<u64> {
    let answer = http::get(counter, "/metrics", None).await?;
    let text = String::from_utf8(answer)?;
    let beats = text.lines().filter(|line| {
        line.starts_with("federation_heartbeat_messages_total{")
            && line.contains("status=\"success\"")
    });
    let numbers = beats.map(|line| line.rsplit(' ').next().unwrap_or_default().parse::<u64>());
    numbers.sum::<Result<u64, _>>().context("the counter of beats is no number")
}

/// Ten thousand projects that beat every thirty seconds.
async fn calm(stack: &Stack, report: &mut Report) -> Result<()> {
    let server = Federation::start(stack, "bench-calm", FLEET).await?;
    let bare = Baseline::subscriber(&stack.bare_nats_url).await?.process;
    let publishers = vec![
        Publisher::connect(&stack.nats_url).await?,
        Publisher::connect(&stack.bare_nats_url).await?,
    ];
    let store = Store::open(&stack.database_url, "bench-calm").await?;
    let fleet = Fleet::new(&server.slugs);
    let per_second = f64::from(u32::try_from(FLEET)?) / BEAT_EVERY.as_secs_f64();
    let beats = pace(publishers, fleet, per_second);
    let (ours, theirs) = meanwhile(beats, async {
        store.until_online(FLEET).await?;
        until_calm(&server.process).await?;
        let before = (server.process.processor_time()?, bare.processor_time()?);
        let began = Instant::now();
        // One beat of each, and three flushes.
        tokio::time::sleep(BEAT_EVERY).await;
        let used = (server.process.used_since(before.0)?, bare.used_since(before.1)?);
        let wall = began.elapsed();
        Ok((percent(used.0, wall), percent(used.1, wall)))
    })
    .await?;
    let row = Row::new("one core, by 10,000 projects that beat every 30 s", Unit::Percent, ours);
    report.push(row.beside(BASELINE, theirs).goal(Goal::AtMost(5.0)));
    Ok(())
}

/// The first beat of each project is a transition to record and an event to relay; that is over
/// when the process is nearly still, and it ends even if it never is.
async fn until_calm(process: &Process) -> Result<()> {
    const LONGEST: Duration = Duration::from_mins(1);
    const LOOK: Duration = Duration::from_secs(2);
    let began = Instant::now();
    loop {
        let before = process.processor_time()?;
        tokio::time::sleep(LOOK).await;
        let share = percent(process.used_since(before)?, LOOK);
        if share < 10.0 || began.elapsed() > LONGEST {
            return Ok(());
        }
    }
}
