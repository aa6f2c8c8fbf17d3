//! Sentences per second of the encoder, and how long a question waits, beside onnxruntime with the
//! same weights in single precision.

use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use retrieval::embed::Encoder;
use serde::Deserialize;
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use crate::knowledge::percentile;
use crate::report::{Goal, Report, Row, Samples, Unit};

const BATCH: usize = 32;
/// With the two that frame a sequence.
const TOKENS: usize = 128;
const QUESTION_TOKENS: usize = 12;
/// Alternating with the baseline, so that both meet the same neighbours.
const ROUNDS: usize = 3;
const BATCHES: usize = 10;
const QUESTIONS: usize = 200;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The folder of the model.
    #[arg(long, env = "TEST_MODEL")]
    model: PathBuf,
    /// A Python with onnxruntime; without it there is no baseline.
    #[arg(long, env = "BENCH_PYTHON")]
    python: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Round {
    sentences_per_second: f64,
    query_p50_ms: f64,
}

pub(crate) async fn run(options: &Options) -> Result<Report> {
    let threads = std::thread::available_parallelism()?;
    let encoder = Encoder::open(&options.model, threads)?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(round(&encoder)?);
        if let Some(python) = &options.python {
            theirs.push(peer(python, &options.model, threads).await?);
        }
    }
    let mut report = Report::new("embed")?;
    let both = |what: &str, unit, figure: fn(&Round) -> f64| {
        let row = Row::new(what, unit, Samples::of(&ours, figure));
        if theirs.is_empty() {
            return row;
        }
        row.beside("onnxruntime f32", Samples::of(&theirs, figure))
    };
    let sentences = format!("sentences of {TOKENS} tokens, {BATCH} at once");
    let row = both(&sentences, Unit::PerSecond, |round| round.sentences_per_second);
    report.push(row.goal(Goal::RatioAtLeast(0.9)));
    let question = format!("a question of {QUESTION_TOKENS} tokens, p50");
    let row = both(&question, Unit::Milliseconds, |round| round.query_p50_ms);
    report.push(row.goal(Goal::AtMost(5.0)));
    report.note(format!(
        "{} on {threads} threads, {ROUNDS} rounds in turns; ours from the text, the baseline \
         without its tokenizer.",
        encoder.model().name
    ));
    Ok(report)
}

fn round(encoder: &Encoder) -> Result<Round> {
    let sentences: Vec<String> = (0..BATCH).map(|at| words(at, TOKENS - 2)).collect();
    let batches = times(BATCHES, || embed(encoder, &sentences))?;
    let question = [words(7, QUESTION_TOKENS - 2)];
    let questions = times(QUESTIONS, || embed(encoder, &question))?;
    let seconds = percentile(&batches, 50) / 1_000.0;
    #[expect(clippy::cast_precision_loss, reason = "it is 32")]
    let sentences_per_second = BATCH as f64 / seconds;
    Ok(Round { sentences_per_second, query_p50_ms: percentile(&questions, 50) })
}

/// Two are thrown away: the first calls fill the caches.
fn times(count: usize, mut work: impl FnMut() -> Result<()>) -> Result<Vec<Duration>> {
    let mut taken = Vec::new();
    for _ in 0..count + 2 {
        let began = Instant::now();
        work()?;
        taken.push(began.elapsed());
    }
    Ok(taken.split_off(2))
}

fn embed(encoder: &Encoder, texts: &[String]) -> Result<()> {
    let vectors = encoder.embed(texts, &CancellationToken::new())?;
    ensure!(vectors.len() == texts.len(), "a vector is missing");
    Ok(())
}

/// As many words, each one token of the vocabulary.
fn words(first: usize, count: usize) -> String {
    const WORDS: [&str; 12] = [
        "water", "city", "engine", "light", "music", "river", "market", "school", "paper",
        "garden", "number", "winter",
    ];
    let words = WORDS.iter().copied().cycle().skip(first % WORDS.len()).take(count);
    words.collect::<Vec<_>>().join(" ")
}

async fn peer(python: &Path, model: &Path, threads: NonZero<usize>) -> Result<Round> {
    let mut command = Command::new(python);
    command.arg("xtask/peers/onnx_minilm.py").arg(model);
    command.args(["--batch", &BATCH.to_string(), "--tokens", &TOKENS.to_string()]);
    command.args(["--threads", &threads.to_string(), "--rounds", &BATCHES.to_string()]);
    let output = command.kill_on_drop(true).output().await?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "the baseline failed: {errors}");
    serde_json::from_slice(&output.stdout).context("the baseline says something else")
}
