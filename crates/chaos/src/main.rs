//! `cargo xtask chaos federation`: runs the simulation and says what it found.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it talks to the terminal")]

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chaos::{Outcome, Report, Settings};
use clap::Parser;

/// Simulates the federation through days of trouble and compares it with an oracle.
#[derive(Parser)]
struct Options {
    #[command(subcommand)]
    simulation: Simulation,
}

#[derive(clap::Subcommand)]
enum Simulation {
    /// Boards and recorders of two replicas, over a scripted bus and database.
    Federation(Federation),
}

#[derive(clap::Args)]
struct Federation {
    /// Only this run. Without: ten fixed ones, so that the same sources give the same answer.
    #[arg(long)]
    seed: Option<u64>,
    /// Simulated days of each run.
    #[arg(long, default_value_t = 1.0)]
    days: f64,
    #[arg(long, default_value_t = 1_000)]
    projects: usize,
}

const FIXED_SEEDS: std::ops::RangeInclusive<u64> = 1..=10;

fn main() -> ExitCode {
    let Simulation::Federation(options) = Options::parse().simulation;
    let fixed = || FIXED_SEEDS.collect();
    let seeds: Vec<u64> = options.seed.map_or_else(fixed, |seed| vec![seed]);
    let settings = |seed: &u64| {
        let Federation { days, projects, .. } = options;
        Settings { seed: *seed, days, projects, mutation: None }
    };
    let runs: Vec<Settings> = seeds.iter().map(settings).collect();
    if run_all(&runs) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs on all cores. `false` when one failed; the others are not started any more then.
fn run_all(runs: &[Settings]) -> bool {
    let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let terminal = Mutex::new(());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let work = || {
        while let Some(settings) = runs.get(next.fetch_add(1, Ordering::Relaxed)) {
            if failed.load(Ordering::Relaxed) {
                return;
            }
            let begun = Instant::now();
            let outcome = chaos::run(settings);
            let _line = terminal.lock();
            match outcome {
                Ok(outcome) => print(settings, &outcome, begun.elapsed()),
                Err(failure) => {
                    failed.store(true, Ordering::Relaxed);
                    eprintln!("{}", Report { settings, failure: &failure });
                }
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(work);
        }
    });
    !failed.into_inner()
}

fn print(settings: &Settings, outcome: &Outcome, took: Duration) {
    let Settings { seed, days, projects, .. } = settings;
    let Outcome { beats, delivered, refused, transitions, faults } = outcome;
    println!(
        "seed {seed}: {projects} projects, {days} days, {beats} beats, {delivered} delivered, \
         {refused} replays refused, {faults} faults, {transitions} transitions recorded: as it \
         should be ({:.1} s)",
        took.as_secs_f64()
    );
}
