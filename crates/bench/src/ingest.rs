//! How fast chunks go in, beside what embedding alone would allow, and what a folder costs that has
//! not changed since it was added.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use retrieval::IndexId;
use retrieval::embed::Encoder;
use retrieval::index::{self, NewChunk, Prepared};
use retrieval::keyword::{Analyzer, Language};
use tokio_util::sync::CancellationToken;

use crate::knowledge::{Base, Engine};
use crate::report::{Goal, Report, Row, Unit};
use crate::server;

const WITHOUT_VECTORS: usize = 20_000;
const WITH_VECTORS: usize = 512;
const BATCH: usize = 256;
const DOCUMENTS: usize = 10_000;
const UNCHANGED_GOAL: Goal = Goal::AtMost(2_000.0);

#[derive(clap::Args)]
pub(crate) struct Options {
    #[arg(long, value_enum, default_value = "sqlite")]
    engine: Engine,
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// The folder of the model.
    #[arg(long, env = "TEST_MODEL")]
    model: PathBuf,
}

pub(crate) async fn run(options: &Options) -> Result<Report> {
    let encoder = Encoder::open(&options.model, std::thread::available_parallelism()?)?;
    let base = Base::new(options.engine, options.database_url.as_deref()).await?;
    let mut report = Report::new("ingest")?;

    let by_keyword = add(&base, None, WITHOUT_VECTORS).await?;
    let what = format!("chunks added by keyword alone, {}", options.engine.name());
    report.push(Row::new(what, Unit::PerSecond, by_keyword));

    let texts = texts(0, WITH_VECTORS);
    let began = Instant::now();
    embed(&encoder, &texts)?;
    let limit = per_second(WITH_VECTORS, began.elapsed());
    let whole = add(&base, Some(&encoder), WITH_VECTORS).await?;
    let what = format!("chunks embedded and added, {}", options.engine.name());
    report.push(Row::new(what, Unit::PerSecond, whole).beside("embedding alone", limit));

    if matches!(options.engine, Engine::Sqlite) {
        let (first, again) = folder_twice().await?;
        let milliseconds = |time: Duration| time.as_secs_f64() * 1_000.0;
        let first =
            Row::new("a folder of 10,000 documents, new", Unit::Milliseconds, milliseconds(first));
        let again = Row::new("the same again, unchanged", Unit::Milliseconds, milliseconds(again));
        report.push(first);
        report.push(again.goal(UNCHANGED_GOAL));
    }
    report.note(format!("Chunks of about 170 words, {BATCH} in a transaction."));
    Ok(report)
}

/// Chunks per second from text to commit, into an index of its own.
async fn add(base: &Base, encoder: Option<&Encoder>, chunks: usize) -> Result<f64> {
    let (index, analyzer) = (IndexId::new(), Analyzer::new(Language::English));
    let mut tx = base.write().await?;
    index::create(&mut tx, index).await?;
    tx.commit().await?;
    let mut took = Duration::ZERO;
    for first in (0..chunks).step_by(BATCH) {
        let texts = texts(first, BATCH.min(chunks - first));
        let began = Instant::now();
        let vectors = match encoder {
            Some(encoder) => embed(encoder, &texts)?.into_iter().map(Some).collect(),
            None => vec![None; texts.len()],
        };
        let chunks = texts.into_iter().zip(vectors).map(|(text, vector)| chunk(text, vector));
        let prepared: Vec<Prepared> =
            chunks.map(|chunk| index::prepare(&analyzer, chunk)).collect();
        let mut tx = base.write().await?;
        index::add(&mut tx, index, &prepared).await?;
        tx.commit().await?;
        took += began.elapsed();
    }
    Ok(per_second(chunks, took))
}

fn embed(encoder: &Encoder, texts: &[String]) -> Result<Vec<Vec<f32>>> {
    Ok(encoder.embed(texts, &CancellationToken::new())?)
}

fn chunk(body: String, embedding: Option<Vec<f32>>) -> NewChunk {
    let span = 0..body.len() as u64;
    NewChunk {
        span,
        lines: (1, 1),
        context: String::new(),
        heading: String::new(),
        body,
        embedding,
    }
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn per_second(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

/// `commandcenter knowledge add` twice, against a server without a model.
async fn folder_twice() -> Result<(Duration, Duration)> {
    let (scratch, documents) = (tempfile::tempdir()?, tempfile::tempdir()?);
    for (number, text) in texts(0, DOCUMENTS).into_iter().enumerate() {
        let folder = documents.path().join(format!("{:02}", number % 100));
        std::fs::create_dir_all(&folder)?;
        let text: String = text.split(' ').take(40).collect::<Vec<_>>().join(" ");
        std::fs::write(folder.join(format!("{number}.md")), format!("# {number}\n\n{text}\n"))?;
    }
    let models = scratch.path().join("models");
    std::fs::create_dir_all(&models)?;
    let (process, hub) = server::up_without_model(scratch.path(), &models).await?;
    let first = knowledge_add(scratch.path(), &hub, documents.path()).await?;
    let again = knowledge_add(scratch.path(), &hub, documents.path()).await?;
    process.stop().await?;
    Ok((first, again))
}

async fn knowledge_add(place: &Path, server: &str, documents: &Path) -> Result<Duration> {
    let mut command = server::commandcenter()?;
    command.args(["knowledge", "add"]).arg(documents);
    command.args(["--project", "bench", "--server", server]).arg("--data").arg(place);
    let began = Instant::now();
    let output = command.kill_on_drop(true).output().await?;
    let took = began.elapsed();
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "`knowledge add` failed: {errors}");
    Ok(took)
}

/// Chunks of words of a small vocabulary; no two alike.
fn texts(first: usize, count: usize) -> Vec<String> {
    let text = |number: usize| {
        let mut random = fastrand::Rng::with_seed(number as u64);
        let word = || format!("word{:.0}", 20_000.0 * random.f64().powi(4));
        let words = std::iter::repeat_with(word).take(170);
        format!("chunk {number} {}", words.collect::<Vec<_>>().join(" "))
    };
    (first..first + count).map(text).collect()
}
