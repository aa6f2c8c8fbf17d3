//! Real trees made into graphs: how fast beside parsing alone, and how far others agree with what
//! is found.

mod compare;
mod index;
mod oracle;
mod served;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::knowledge::{Engine, percentile};
use crate::report::{Goal, Report, Row, Unit};
use compare::{Agreement, Oracle};
use index::{Indexed, Times};
use served::Served;

/// The project of the tree of a million edges.
const MILLION: &str = "million";

/// What has sections and no symbols.
const DOCUMENTS: [&str; 8] =
    ["dockerfile", "hcl", "json", "manifest", "markdown", "terraform", "toml", "yaml"];

/// The fastest of these counts: others use the machine, too.
const ROUNDS: usize = 3;

const JUDGES: &str = "Definitions of Python, TypeScript and JavaScript beside their own parsers, of \
    the rest beside ctags. A call counts where the oracle knows what the name leads to.";

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The trees that are read.
    #[arg(default_value = ".")]
    trees: Vec<PathBuf>,
    /// How many disagreements are printed of each kind.
    #[arg(long, default_value_t = 0)]
    show: usize,
    /// Only what others say of the same: nothing is timed, and nothing is stored.
    #[arg(long)]
    agreement: bool,
    /// Says what Python's own `ast` finds.
    #[arg(long, env = "BENCH_PYTHON", default_value = "python3")]
    python: PathBuf,
    /// Says what the compiler of TypeScript finds; it stands in `NODE_PATH`.
    #[arg(long, default_value = "node")]
    node: PathBuf,
    /// A PostgreSQL to store in, after SQLite.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
}

pub(crate) async fn run(options: &Options) -> Result<Report> {
    let mut report = Report::new("graph")?;
    if options.agreement {
        for path in &options.trees {
            agreements(&Tree::read(path)?, options, &mut report);
        }
        report.note(JUDGES);
        return Ok(report);
    }
    let trees = options.trees.iter().map(|tree| Tree::open(tree)).collect::<Result<Vec<_>>>()?;
    let projects: Vec<String> = (0..trees.len()).map(|number| format!("tree-{number}")).collect();
    for tree in &trees {
        speed(tree, &mut report)?;
        agreements(tree, options, &mut report);
    }
    let databases = [None, options.database_url.as_deref()];
    let has_both = databases.iter().filter(|url| url.is_some()).count();
    let million = served::million()?;
    for url in databases.into_iter().take(1 + has_both) {
        let mut all = projects.clone();
        all.push(MILLION.to_owned());
        let served = Served::start(url, &all).await?;
        for (tree, project) in trees.iter().zip(&projects) {
            stored(tree, &served, project, &mut report).await?;
        }
        traversal(million.path(), &served, &mut report).await?;
        served.stop().await?;
    }
    report.note(JUDGES);
    Ok(report)
}

/// One that is measured.
struct Tree {
    name: String,
    root: PathBuf,
    indexed: Indexed,
}

impl Tree {
    fn open(path: &Path) -> Result<Self> {
        let mut tree = Self::read(path)?;
        for _ in 1..ROUNDS {
            tree.indexed.times = fastest(tree.indexed.times, index::index(&tree.root)?.times);
        }
        Ok(tree)
    }

    /// Once, for what is in it and not for how long it takes.
    fn read(path: &Path) -> Result<Self> {
        let root = path.canonicalize().with_context(|| format!("no tree {}", path.display()))?;
        let indexed = index::index(&root)?;
        let name = root.iter().rev().find(|part| *part != "src").unwrap_or_default();
        let name = name.to_string_lossy().into_owned();
        Ok(Self { name, root, indexed })
    }
}

/// From nothing to a graph that readers see, and the same again.
async fn stored(tree: &Tree, served: &Served, project: &str, report: &mut Report) -> Result<()> {
    let Tree { name, root, indexed } = tree;
    let parsed = milliseconds(indexed.times.parse_alone);
    let engine = served.engine.name();
    let first = served.index(project, root).await?;
    let what = format!("{name}: indexed and stored, {engine}");
    let row = Row::new(what, Unit::Milliseconds, first.milliseconds);
    report.push(row.beside("parsing alone", parsed).goal(Goal::RatioAtMost(2.5)));
    #[expect(clippy::cast_precision_loss, reason = "a count of lines")]
    let lines = first.lines as f64 / (first.milliseconds / 1e3);
    let row = Row::new(format!("{name}: lines, {engine}"), Unit::PerSecond, lines);
    // A million in a minute.
    report.push(row.goal(Goal::AtLeast(1e6 / 60.0)));
    let again = served.index(project, root).await?;
    #[expect(clippy::cast_precision_loss, reason = "a count of files")]
    let limit = indexed.files.len() as f64 / 10.0;
    let what = format!("{name}: nothing changed, {engine}");
    let row = Row::new(what, Unit::Milliseconds, again.milliseconds);
    report.push(row.beside("listing and hashing", milliseconds(indexed.times.load)));
    report.note(format!(
        "{name}: {} nodes, {} edges; unchanged it may take {limit:.0} ms.",
        first.nodes, first.edges
    ));
    Ok(())
}

async fn traversal(root: &Path, served: &Served, report: &mut Report) -> Result<()> {
    let engine = served.engine.name();
    let made = served.index(MILLION, root).await?;
    let row = Row::new(format!("a million edges, {engine}"), Unit::Milliseconds, made.milliseconds);
    report.push(row);
    report.note(format!("A million edges: {} nodes and {} edges in all.", made.nodes, made.edges));
    let goal = match served.engine {
        Engine::Sqlite => 10.0,
        Engine::Postgres => 25.0,
    };
    let nothing = served::walks(served, MILLION, |_| String::new()).await?;
    for noun in ["callees", "callers"] {
        let question = |symbol: &str| format!("/{noun}?symbol={symbol}&depth=4");
        let took = served::walks(served, MILLION, question).await?;
        for (share, goal) in [(50, None), (95, Some(Goal::AtMost(goal)))] {
            let what = format!("{noun} to depth 4, p{share}, {engine}");
            let row = Row::new(what, Unit::Milliseconds, percentile(&took, share));
            let row = row.beside("its status", percentile(&nothing, share));
            report.push(match goal {
                Some(goal) => row.goal(goal),
                None => row,
            });
        }
    }
    Ok(())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
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
fn speed(tree: &Tree, report: &mut Report) -> Result<()> {
    let Tree { name, root, indexed } = tree;
    let times = indexed.times;
    let seconds = times.index().as_secs_f64();
    let count = |what: &str, count: f64| {
        Row::new(format!("{name}: {what}"), Unit::PerSecond, count / seconds)
    };
    report.push(count("files read and resolved", indexed.files.len() as f64));
    report.push(count("lines read and resolved", indexed.lines as f64));
    report.push(count("megabytes read and resolved", indexed.bytes as f64 / 1e6));
    let took = |what: &str, time: Duration| {
        Row::new(format!("{name}: {what}"), Unit::Milliseconds, milliseconds(time))
    };
    let parsed = milliseconds(times.parse_alone);
    report.push(took("read and resolved", times.index()).beside("parsing alone", parsed));
    let paths: Vec<&str> = indexed.files.iter().map(|(path, _)| path.as_ref()).collect();
    let began = Instant::now();
    oracle::ctags(root, &paths)?;
    let tagged = milliseconds(began.elapsed());
    report.push(took("read, on all cores", times.read).beside("ctags, on one", tagged));
    Ok(())
}

/// An oracle that is not there is a note, no failure: the others still say what they know.
fn agreements(tree: &Tree, options: &Options, report: &mut Report) {
    let Tree { name, root, indexed } = tree;
    let mut languages: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (path, facts) in &indexed.files {
        // Files of the two use each other.
        let language = if facts.language() == "tsx" { "typescript" } else { facts.language() };
        if !DOCUMENTS.contains(&language) {
            languages.entry(language).or_default().push(path);
        }
    }
    let mut shown = Shown { name, show: options.show, report };
    for (language, paths) in languages {
        let parsed =
            |program, script| (Oracle::Parser, oracle::script(program, script, root, &paths));
        let (oracle, said) = match language {
            "python" => parsed(&options.python, "python_graph.py"),
            "typescript" | "javascript" => parsed(&options.node, "typescript_graph.cjs"),
            _ => (Oracle::Ctags, oracle::ctags(root, &paths)),
        };
        match said {
            Ok(said) if said.iter().all(|said| said.definitions.is_empty()) => {}
            Ok(said) => {
                let found = compare::definitions(&indexed.graph, &said, &oracle);
                shown.definitions(&format!("{language} definitions"), &found);
                if said.iter().any(|said| !said.calls.is_empty()) {
                    shown.calls(language, &compare::calls(&indexed.graph, &said));
                }
            }
            Err(error) => {
                shown.report.note(format!("{name}: {language} without oracle: {error:#}"));
            }
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
        let alone = [found.ours_alone.len(), found.theirs_alone.len()];
        self.report.note(format!(
            "{}: {what}: {} of both, {} of ours alone, {} of theirs alone.",
            self.name, found.both, alone[0], alone[1]
        ));
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
