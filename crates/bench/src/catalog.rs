//! The catalog over HTTP: the list of a thousand projects and one of them, while they beat,
//! beside bytes of the same length that never change.

use std::net::SocketAddr;

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

use crate::baseline::Baseline;
use crate::feed::{Fleet, Publisher, meanwhile, pace};
use crate::http;
use crate::report::{Goal, Report, Row, Unit};
use crate::server::{Federation, KEY, Stack};
use crate::store::Store;

const PROJECTS: usize = 1_000;
const BEATS_PER_SECOND: f64 = 33.3;
const TIMES: usize = 3;

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
    Question {
        what: "one project",
        path: "/api/fed/projects/project-00500",
        asked_for: 50.0 * 650.0,
    },
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
            let row = ask(server.address, question, &mut report).await?;
            report.push(row);
        }
        Ok(())
    })
    .await?;
    report.note("wrk -c16 -t2 -d5s, a key in every request, 33 beats/s meanwhile.");
    Ok(report)
}

/// By turns the server and the same bytes from a process that knows nothing else.
async fn ask(address: SocketAddr, question: &Question, report: &mut Report) -> Result<Row> {
    let Question { what, path, asked_for } = question;
    let answer = http::get(address, path, Some(KEY)).await?;
    report.note(format!("{what}: {} bytes.", answer.len()));
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), &answer)?;
    let bare = Baseline::static_bytes(file.path()).await?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        ours.push(wrk(address, path).await?);
        theirs.push(wrk(bare.address, "/").await?);
    }
    let row = Row::new(*what, Unit::PerSecond, ours).beside("static bytes", theirs);
    Ok(row.goal(Goal::AtLeast(*asked_for)))
}

/// Answers per second.
async fn wrk(address: SocketAddr, path: &str) -> Result<f64> {
    let mut wrk = Command::new("wrk");
    wrk.args(["-c16", "-t2", "-d5s", "-H", &format!("X-API-Key: {KEY}")]);
    wrk.arg(format!("http://{address}{path}")).kill_on_drop(true);
    let output = wrk.output().await?;
    let text = String::from_utf8(output.stdout)?;
    ensure!(output.status.success() && !text.contains("Non-2xx"), "wrk: {text}");
    let rate = crate::machine::field(&text, "Requests/sec");
    rate.and_then(|rate| rate.parse().ok()).with_context(|| format!("wrk says no rate: {text}"))
}
