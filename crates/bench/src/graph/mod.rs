//! Real trees made into graphs: how fast beside parsing alone, and how far others agree with what
//! is found.

mod compare;
mod index;
mod oracle;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::report::{Goal, Report, Row, Unit};
use compare::Agreement;
use index::{Indexed, Times};

/// The fastest of these counts: others use the machine, too.
const ROUNDS: usize = 3;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The trees that are read.
    #[arg(default_value = ".")]
    trees: Vec<PathBuf>,
    /// How many disagreements are printed of each kind.
    #[arg(long, default_value_t = 0)]
    show: usize,
    /// Says what Python's own `ast` finds.
    #[arg(long, env = "BENCH_PYTHON", default_value = "python3")]
    python: PathBuf,
    /// Says what the compiler of TypeScript finds; it stands in `NODE_PATH`.
    #[arg(long, default_value = "node")]
    node: PathBuf,
}

pub(crate) fn run(options: &Options) -> Result<Report> {
    let mut report = Report::new("graph")?;
    for tree in &options.trees {
        let root = tree.canonicalize().with_context(|| format!("no tree {}", tree.display()))?;
        let mut indexed = index::index(&root)?;
        for _ in 1..ROUNDS {
            indexed.times = fastest(indexed.times, index::index(&root)?.times);
        }
        let name = root.file_name().unwrap_or_default().to_string_lossy().into_owned();
        speed(&name, &root, &indexed, &mut report)?;
        agreements(&name, &root, &indexed, options, &mut report);
    }
    report.note("A call counts where the oracle knows what the name leads to; ratios of times are of the whole index, and of parsing alone in the same run.");
    Ok(report)
}

fn fastest(one: Times, two: Times) -> Times {
    Times {
        load: one.load.min(two.load),
        read: one.read.min(two.read),
        resolve: one.resolve.min(two.resolve),
        parse_alone: one.parse_alone.min(two.parse_alone),
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of files and bytes")]
fn speed(name: &str, root: &Path, indexed: &Indexed, report: &mut Report) -> Result<()> {
    let times = indexed.times;
    let seconds = times.index().as_secs_f64();
    let count = |what: &str, count: f64| {
        Row::new(format!("{name}: {what}"), Unit::PerSecond, count / seconds)
    };
    report.push(count("files indexed", indexed.files.len() as f64));
    // A million lines in a minute.
    report.push(count("lines indexed", indexed.lines as f64).goal(Goal::AtLeast(16_667.0)));
    report.push(count("megabytes indexed", indexed.bytes as f64 / 1e6));
    let milliseconds = |what: &str, time: Duration| {
        Row::new(format!("{name}: {what}"), Unit::Milliseconds, time.as_secs_f64() * 1e3)
    };
    let parsed = times.parse_alone.as_secs_f64() * 1e3;
    report.push(milliseconds("index", times.index()).beside("parsing alone", parsed));
    let paths: Vec<&str> = indexed.files.iter().map(|(path, _)| path.as_ref()).collect();
    let began = Instant::now();
    oracle::ctags(root, &paths)?;
    let tagged = began.elapsed().as_secs_f64() * 1e3;
    report.push(milliseconds("read, on all cores", times.read).beside("ctags, on one", tagged));
    let limit = indexed.files.len() as f64 / 10.0;
    report.push(milliseconds("nothing changed", times.load).goal(Goal::AtMost(limit)));
    Ok(())
}

/// An oracle that is not there is a note, no failure: the others still say what they know.
fn agreements(name: &str, root: &Path, indexed: &Indexed, options: &Options, report: &mut Report) {
    let mut languages: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (path, facts) in &indexed.files {
        languages.entry(facts.language()).or_default().push(path);
    }
    let mut shown = Shown { name, show: options.show, report };
    for (language, paths) in languages {
        let said = match language {
            "python" => oracle::script(&options.python, "python_graph.py", root, &paths),
            "typescript" | "tsx" => {
                oracle::script(&options.node, "typescript_graph.cjs", root, &paths)
            }
            _ => Ok(Vec::new()),
        };
        match said {
            Ok(said) if said.is_empty() => {}
            Ok(said) => {
                let found = compare::definitions(&indexed.graph, &said);
                shown.definitions(&format!("{language} definitions"), &found);
                shown.calls(language, &compare::calls(&indexed.graph, &said));
            }
            Err(error) => shown.report.note(format!("{name}: {language} without oracle: {error:#}")),
        }
        if let Ok(said) = oracle::ctags(root, &paths)
            && said.iter().any(|said| !said.definitions.is_empty())
        {
            let found = compare::definitions(&indexed.graph, &said);
            shown.definitions(&format!("{language} definitions, ctags"), &found);
        }
    }
    if root.join("Cargo.toml").exists() {
        match oracle::cargo(root) {
            Ok(said) => {
                let found = compare::crates(&indexed.graph, &said);
                shown.definitions("crate edges, cargo metadata", &found);
            }
            Err(error) => shown.report.note(format!("{name}: no cargo metadata: {error:#}")),
        }
    }
}

struct Shown<'a> {
    name: &'a str,
    show: usize,
    report: &'a mut Report,
}

impl Shown<'_> {
    fn definitions(&mut self, what: &str, found: &Agreement) {
        self.share(&format!("{what} agreed"), found.of_either(), 98.0);
        self.list(what, found);
    }

    fn calls(&mut self, language: &str, found: &Agreement) {
        self.share(&format!("{language} calls, precision"), found.precision(), 90.0);
        self.share(&format!("{language} calls, recall"), found.recall(), 80.0);
        self.list(&format!("{language} calls"), found);
    }

    fn share(&mut self, what: &str, percent: f64, goal: f64) {
        let row = Row::new(format!("{}: {what}", self.name), Unit::Percent, percent);
        self.report.push(row.goal(Goal::AtLeast(goal)));
    }

    fn list(&self, what: &str, found: &Agreement) {
        for (sign, list) in [("+", &found.ours_alone), ("-", &found.theirs_alone)] {
            for one in list.iter().take(self.show) {
                eprintln!("{}: {what} {sign} {one}", self.name);
            }
        }
    }
}
