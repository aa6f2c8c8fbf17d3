//! What a question costs on a collection of a hundred thousand chunks, and what it misses.

mod corpus;
mod exact;
mod load;
mod measure;
mod peers;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use retrieval::search::Mode;

use self::corpus::Corpus;
use self::exact::{Truth, WANTED, recall};
use self::measure::{Bench, Narrowed, times};
use self::peers::{Peer, Peers};
use crate::knowledge::{Base, Engine, percentile};
use crate::report::{Goal, Report, Row, Unit};

/// Asked for the latencies, and of those for the recall.
const QUESTIONS: usize = 400;
const JUDGED: usize = 200;
const WARMED_BY: usize = 40;
const CLIENTS: [usize; 2] = [1, 8];

#[derive(clap::Args)]
pub(crate) struct Options {
    #[arg(long, default_value_t = 100_000)]
    chunks: usize,
    #[arg(long, value_enum, default_value = "sqlite")]
    engine: Engine,
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// The Python with the peers' libraries; without it there is no baseline.
    #[arg(long, env = "BENCH_PYTHON")]
    python: Option<std::path::PathBuf>,
}

pub(crate) async fn run(options: &Options) -> Result<Report> {
    let engine = options.engine;
    let mut corpus = Corpus::new(options.chunks, QUESTIONS);
    let judged = corpus.questions.get(..JUDGED).context("too few questions")?;
    let truth = Truth::of(&corpus, judged);
    let peers = Peers::run(options.python.as_deref(), &corpus, &truth).await?;
    let base = Base::new(engine, options.database_url.as_deref()).await?;
    let loaded = load::load(&base, &corpus).await?;
    let questions = std::mem::take(&mut corpus.questions);
    let chunks = corpus.chunks.len();
    drop(corpus);

    let mut report = Report::new("search")?;
    let bench = Arc::new(Bench::new(base, loaded.index, questions));
    let before = resident_megabytes()?;
    let (_, first) = bench.ask(0, Mode::Hybrid, Narrowed::No).await?;
    for number in 0..WARMED_BY {
        bench.ask(number, Mode::Hybrid, Narrowed::No).await?;
    }
    for mode in [Mode::Hybrid, Mode::Keyword, Mode::Vector] {
        for clients in CLIENTS {
            let times = times(&bench, mode, clients, QUESTIONS).await?;
            latencies(&mut report, (engine, mode, clients), &times, &peers);
        }
    }
    missed(&mut report, &bench, &truth, &peers).await?;
    let megabytes = resident_megabytes()? - before;
    report.push(Row::new("memory that searching took", Unit::Megabytes, megabytes));
    let first = percentile(&[first], 50);
    report.push(Row::new("the first question, which fills the memory", Unit::Milliseconds, first));
    let per_second = loaded.chunks_per_second;
    report.push(Row::new("chunks added, one batch after the other", Unit::PerSecond, per_second));
    report.note(format!(
        "{chunks} chunks of 150 to 200 words and {} dimensions on {}; questions of 3 to 8 words; \
         the question's vector is given.",
        corpus::DIMENSIONS,
        engine.name(),
    ));
    if matches!(engine, Engine::Postgres) {
        report
            .note(format!("The approximate index was made in {:.0} s.", loaded.indexed_in_seconds));
    }
    for note in peers.notes {
        report.note(note);
    }
    Ok(report)
}

/// SPEC §4: of a hybrid question by one client, at the median and at the 99th percentile.
const fn goals(engine: Engine) -> (f64, f64) {
    match engine {
        Engine::Sqlite => (8.0, 25.0),
        Engine::Postgres => (25.0, 80.0),
    }
}

fn latencies(
    report: &mut Report,
    (engine, mode, clients): (Engine, Mode, usize),
    times: &[Duration],
    peers: &Peers,
) {
    let (name, peer): (&str, Option<&Peer>) = match mode {
        Mode::Hybrid => ("hybrid", None),
        Mode::Keyword => ("keyword", peers.keyword.as_ref()),
        Mode::Vector => ("vector", peers.vector.as_ref()),
    };
    let is_judged = matches!(mode, Mode::Hybrid) && clients == 1;
    let (median, slow) = goals(engine);
    for part in [50, 90, 99] {
        let s = if clients == 1 { "" } else { "s" };
        let what = format!("{name} p{part}, {clients} client{s}");
        let mut row = Row::new(what, Unit::Milliseconds, percentile(times, part));
        if let Some(peer) = peer.filter(|_| clients == 1) {
            row = row.beside(&peer.name, peer.milliseconds(part));
        }
        row = match part {
            50 if is_judged => row.goal(Goal::AtMost(median)),
            99 if is_judged => row.goal(Goal::AtMost(slow)),
            _ => row,
        };
        report.push(row);
    }
}

async fn missed(report: &mut Report, bench: &Bench, truth: &Truth, peers: &Peers) -> Result<()> {
    let of_all = bench.answers(JUDGED, Narrowed::No).await?;
    let found = recall(&truth.of_all, &of_all);
    let mut row = Row::new("recall@10 of the vector leg", Unit::Percent, found);
    if let Some(peer) = &peers.vector {
        row = row.beside(&peer.name, peer.recall);
    }
    report.push(row.goal(Goal::AtLeast(97.0)));
    let filtered = bench.answers(JUDGED, Narrowed::ByFilter).await?;
    let found = recall(&truth.of_filtered, &filtered);
    let row = Row::new("recall@10 where a filter keeps 1 %", Unit::Percent, found);
    report.push(row.goal(Goal::AtLeast(95.0)));
    let fewest = filtered.iter().map(Vec::len).min().and_then(|least| u32::try_from(least).ok());
    let row = Row::new("answers there, at least", Unit::Count, f64::from(fewest.unwrap_or(0)));
    #[expect(clippy::cast_precision_loss, reason = "it is 10")]
    report.push(row.goal(Goal::AtLeast(WANTED as f64)));
    Ok(())
}

fn resident_megabytes() -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let kilobytes = crate::machine::field(&status, "VmRSS");
    let number = kilobytes.as_deref().and_then(|it| it.split(' ').next()?.parse::<f64>().ok());
    Ok(number.context("/proc/self/status has no VmRSS")? / 1_024.0)
}
