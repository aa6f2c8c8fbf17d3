//! The catalog over HTTP: the list of a thousand projects and one of them, while they beat,
//! beside bytes of the same length that never change.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

use crate::baseline::Baseline;
use crate::feed::{Fleet, Publisher, meanwhile, pace};
use crate::http;
use crate::process::{Process, Work};
use crate::report::{Goal, Report, Row, Samples, Unit};
use crate::server::{Federation, KEY, Stack};
use crate::store::Store;

const PROJECTS: usize = 1_000;
const BEATS_PER_SECOND: f64 = 33.3;
const TIMES: usize = 3;
const TOOK: Duration = Duration::from_secs(5);
const BASELINE: &str = "static bytes";

/// One question, and how many answers per second are asked for: the earlier service's, times.
struct Question {
    what: &'static str,
    path: &'static str,
    asked_for: f64,
}

const QUESTIONS: [Question; 2] = [
    Question {
        what: "the list of 1,000 projects",
        path: "/api/fed/projects?limit=1000",
        asked_for: 100.0 * 25.0,
    },
    Question { what: "one project", path: "/api/fed/projects/p-00500", asked_for: 50.0 * 650.0 },
];

pub(crate) async fn run(stack: &Stack) -> Result<Report> {
    let found = Command::new("wrk").arg("--version").output().await;
    ensure!(found.is_ok(), "wrk is missing: `apt-get install wrk`, or see github.com/wg/wrk");
    let server = Federation::start(stack, "bench-catalog", PROJECTS).await?;
    let store = Store::open(&stack.database_url, "bench-catalog").await?;
    let mut fleet = Fleet::new(&server.slugs);
    let mut publisher = Publisher::connect(&stack.nats_url).await?;
    publisher.send(fleet.round()?.bytes()).await?;
    store.until_online(PROJECTS).await?;

    let mut report = Report::new("catalog")?;
    let beats = pace(vec![publisher], fleet, BEATS_PER_SECOND);
    meanwhile(beats, async {
        for question in &QUESTIONS {
            ask(&server, question, &mut report).await?;
        }
        Ok(())
    })
    .await?;
    report.note("wrk -c16 -t2 -d5s, a key in every request, 33 beats/s meanwhile.");
    Ok(report)
}

/// By turns the server and the same bytes from a process that knows nothing else.
async fn ask(server: &Federation, question: &Question, report: &mut Report) -> Result<()> {
    let Question { what, path, asked_for } = question;
    let answer = http::get(server.address, path, Some(KEY)).await?;
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), &answer)?;
    let bare = Baseline::static_bytes(file.path()).await?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        ours.push(wrk(&server.process, server.address, path).await?);
        theirs.push(wrk(&bare.process, bare.address, "/").await?);
    }
    let per_second = |work: &[Work]| Samples::of(work, |work| work.per_second);
    let each = |work: &[Work]| Samples::of(work, |work| work.microseconds_each);
    let row =
        Row::new(format!("{what}, {} bytes", answer.len()), Unit::PerSecond, per_second(&ours));
    report.push(row.beside(BASELINE, per_second(&theirs)).goal(Goal::AtLeast(*asked_for)));
    let row = Row::new("  processor time for each", Unit::Microseconds, each(&ours));
    report.push(row.beside(BASELINE, each(&theirs)));
    Ok(())
}

async fn wrk(process: &Process, address: SocketAddr, path: &str) -> Result<Work> {
    let mut wrk = Command::new("wrk");
    wrk.args(["-c16", "-t2", "-d5s", "-H", &format!("X-API-Key: {KEY}")]);
    wrk.arg(format!("http://{address}{path}")).kill_on_drop(true);
    let before = process.processor_time()?;
    let output = wrk.output().await?;
    let used = process.used_since(before)?;
    let text = String::from_utf8(output.stdout)?;
    ensure!(output.status.success() && !text.contains("Non-2xx"), "wrk: {text}");
    let rate = crate::machine::field(&text, "Requests/sec").and_then(|it| it.parse::<f64>().ok());
    let rate = rate.with_context(|| format!("wrk says no rate: {text}"))?;
    Ok(Work::new(rate * TOOK.as_secs_f64(), TOOK, used))
}
