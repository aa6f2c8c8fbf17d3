//! The keeper: the parent of an instance's process. It belongs to nobody, so it outlives the hub; it
//! writes the log, ends the process when it is told to, and notes how the process ended.

use std::fs::File;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use rustix::process::{Pid, Signal, kill_process_group, setsid};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use wire::instances::LogStream;

use super::folder::{End, Folder, How, Kept, Order};
use super::identity::Identity;
use super::log::{Lines, LogWriter};
use crate::ground::clock::Clock;

/// For what the process wrote last, when something else holds its output open.
const DRAIN: Duration = Duration::from_secs(1);
const HANDOVER: Duration = Duration::from_secs(2);
const LOOK_EVERY: Duration = Duration::from_millis(5);
const READ: usize = 8 << 10;
/// Pieces of output on their way into the log.
const WAITING: usize = 64;

/// Leaves a keeper of the instance in `folder` behind, as the child of nobody.
///
/// # Errors
/// When no process can be started.
pub fn detach(folder: &Path) -> anyhow::Result<()> {
    let program = std::env::current_exe().context("cannot tell which program this is")?;
    let mut keeper = std::process::Command::new(program);
    keeper.arg("keep").arg("--detached").arg(folder);
    keeper.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    keeper.spawn().context("cannot start the keeper")?;
    Ok(())
}

/// Is the keeper of the instance in `folder`, until its process has ended. Does nothing where there
/// is one already, or nothing to keep.
///
/// # Errors
/// When the folder cannot be read or written.
pub fn keep(folder: &Path) -> anyhow::Result<()> {
    setsid().context("cannot leave the session")?;
    let folder = Folder(folder.to_owned());
    let lock = File::create(folder.lock()).context("cannot open the keeper's lock")?;
    if !is_taken(&lock) {
        return Ok(());
    }
    let Some(order) = folder.order()? else { return Ok(()) };
    // A run happens once. Whoever asked for it again did not see that it had.
    if folder.kept()?.is_some_and(|kept| kept.run >= order.run) {
        return Ok(());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(run(&folder, order))
}

/// Waits a little for the keeper of the run before, which may be about to go.
fn is_taken(lock: &File) -> bool {
    let patience = Instant::now() + HANDOVER;
    while lock.try_lock().is_err() {
        if Instant::now() > patience {
            return false;
        }
        std::thread::sleep(LOOK_EVERY);
    }
    true
}

async fn run(folder: &Folder, order: Order) -> anyhow::Result<()> {
    // Before anybody can know whom to signal.
    let mut asked_to_end = signal(SignalKind::terminate())?;
    let keeper = Identity::of(std::process::id()).context("cannot tell which process this is")?;
    let mut kept = Kept { run: order.run, keeper, child: None };
    folder.note_kept(&kept)?;
    let end = |how| End { run: order.run, at: Clock::system().now(), how };
    let mut child = match start(folder, &order) {
        Ok(child) => child,
        Err(error) => return folder.note_end(&end(How::NotStarted(format!("{error:#}")))),
    };
    kept.child = child.id().and_then(Identity::of);
    folder.note_kept(&kept)?;
    let group = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
    let group = group.context("a process without a number")?;

    let (said, mut heard) = mpsc::channel(WAITING);
    let log = LogWriter::open(&folder.log(), order.log_size, order.log_files)?;
    let readers = [
        child.stdout.take().map(|output| read_boxed(output, LogStream::Stdout, said.clone())),
        child.stderr.take().map(|output| read_boxed(output, LogStream::Stderr, said)),
    ];
    let reading = futures::future::join_all(readers.into_iter().flatten());
    let writing = async {
        let mut log = log;
        while let Some((stream, text)) = heard.recv().await {
            // A full disk loses lines; it must not stop the process.
            log.write(Clock::system().now(), stream, &text).ok();
        }
    };
    let output = async { futures::join!(reading, writing) };
    tokio::pin!(output);
    let mut output_ended = false;
    let ending = wait(&mut child, group, &mut asked_to_end, Duration::from_millis(order.grace_ms));
    tokio::pin!(ending);
    let status = loop {
        tokio::select! {
            status = &mut ending => break status?,
            _ = &mut output, if !output_ended => output_ended = true,
        }
    };
    // Its own children would hold its port.
    kill_process_group(group, Signal::KILL).ok();
    if !output_ended {
        drop(tokio::time::timeout(DRAIN, output).await);
    }
    folder.note_end(&end(how(status)))
}

fn start(folder: &Folder, order: &Order) -> anyhow::Result<Child> {
    let (program, arguments) = order.command.split_first().context("there is no command")?;
    let own = folder.own();
    std::fs::create_dir_all(&own).context("cannot make its folder")?;
    let mut command = std::process::Command::new(program);
    command
        .args(arguments)
        .env_clear()
        .envs(&order.environment)
        .current_dir(own)
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    Command::from(command).spawn().with_context(|| format!("cannot run {program}"))
}

/// Waits for the end, and brings it about when asked to: first by a word, then by force.
async fn wait(
    child: &mut Child,
    group: Pid,
    asked_to_end: &mut tokio::signal::unix::Signal,
    grace: Duration,
) -> anyhow::Result<ExitStatus> {
    tokio::select! {
        status = child.wait() => return Ok(status?),
        _ = asked_to_end.recv() => {}
    }
    kill_process_group(group, Signal::TERM).ok();
    if let Ok(status) = tokio::time::timeout(grace, child.wait()).await {
        return Ok(status?);
    }
    kill_process_group(group, Signal::KILL).ok();
    Ok(child.wait().await?)
}

fn how(status: ExitStatus) -> How {
    match (status.code(), status.signal()) {
        (Some(code), _) => How::Code(code),
        (None, signal) => How::Signal(signal.unwrap_or_default()),
    }
}

type Said = mpsc::Sender<(LogStream, String)>;

fn read_boxed(
    output: impl AsyncRead + Unpin + 'static,
    stream: LogStream,
    said: Said,
) -> std::pin::Pin<Box<dyn Future<Output = ()>>> {
    Box::pin(async move {
        // The writer outlives the readers, and reading errors are the end of the output.
        read(output, stream, &said).await.ok();
    })
}

async fn read(
    mut output: impl AsyncRead + Unpin,
    stream: LogStream,
    said: &Said,
) -> anyhow::Result<()> {
    let mut lines = Lines::default();
    let mut buffer = vec![0; READ];
    loop {
        let count = output.read(&mut buffer).await?;
        let whole = lines.take(buffer.get(..count).unwrap_or_default());
        let rest = if count == 0 { lines.rest() } else { None };
        for text in whole.into_iter().chain(rest) {
            said.send((stream, text)).await?;
        }
        ensure!(count > 0, "the output ended");
    }
}
