//! Instances as processes of this machine that belong to nobody. What is known of one stands in its
//! folder, so whoever looks finds it: the hub may die at any moment.

mod folder;
mod identity;
mod keep;
mod log;
mod tail;

pub use keep::{detach, keep};

pub(super) use tail::Tail;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::process::Command;
use wire::instances::Handle;

use self::folder::{End, Folder, How, Kept, Order};
use self::identity::Identity;
use super::model::{EngineHealth, Seen, Sight};
use crate::ground::program;

/// Between the word and the force of a stop.
const GRACE: Duration = Duration::from_secs(10);
/// A keeper notes itself as soon as it runs.
const KEEPER_PATIENCE: Duration = Duration::from_secs(5);
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// What is to run.
pub(super) struct Launch {
    pub run: i64,
    pub command: Vec<String>,
    pub environment: BTreeMap<String, String>,
    pub log_size: u64,
    pub log_files: u32,
}

pub(super) fn observe(folder: &Path) -> Sight {
    let folder = Folder(folder.to_owned());
    look(&folder).unwrap_or_else(|error| {
        let words = format!("its folder cannot be read: {error:#}");
        Sight { run: 0, what: Seen::Unreadable(words), handle: None }
    })
}

fn look(folder: &Folder) -> anyhow::Result<Sight> {
    let Some(kept) = folder.kept()? else {
        return Ok(Sight { run: 0, what: Seen::Absent, handle: None });
    };
    let sight = |what, handle| Sight { run: kept.run, what, handle };
    let is_kept = kept.keeper.is_alive();
    // In this order: a keeper notes the end before it goes.
    if let Some(end) = folder.end()?.filter(|end| end.run == kept.run) {
        return Ok(sight(seen_end(&end), None));
    }
    if is_kept {
        let handle = kept.child.as_ref().map(|child| Handle::Process { pid: child.pid });
        let is_started = handle.is_some();
        let what = if is_started { Seen::Running(EngineHealth::None) } else { Seen::Made };
        return Ok(sight(what, handle));
    }
    end_orphan(&kept);
    let words = "it is gone, and nobody saw how it ended: its keeper was killed, or the machine \
                 was restarted";
    Ok(sight(Seen::Ended { code: None, words: words.to_owned() }, None))
}

fn seen_end(end: &End) -> Seen {
    let (code, words) = match &end.how {
        How::Code(code) => (Some(*code), format!("exited with code {code}")),
        How::Signal(signal) => (Some(128 + signal), format!("was ended by signal {signal}")),
        How::NotStarted(why) => (None, format!("could not be started: {why}")),
    };
    Seen::Ended { code, words }
}

/// A child without its keeper writes to nobody, and nobody would see it end.
fn end_orphan(kept: &Kept) {
    let Some(child) = kept.child.as_ref().filter(|child| child.is_alive()) else { return };
    if let Some(group) = pid(child) {
        tracing::warn!(pid = child.pid, "ending a process whose keeper was killed");
        kill_process_group(group, Signal::KILL).ok();
    }
}

fn pid(identity: &Identity) -> Option<Pid> {
    Pid::from_raw(identity.pid.cast_signed())
}

/// Has the run started, unless it was already.
pub(super) async fn start(folder: &Path, launch: Launch) -> anyhow::Result<()> {
    let run = launch.run;
    let folder = Folder(folder.to_owned());
    make_private(&folder.0)?;
    folder.give_order(&Order {
        run,
        command: launch.command,
        environment: launch.environment,
        grace_ms: u64::try_from(GRACE.as_millis())?,
        log_size: launch.log_size,
        log_files: launch.log_files,
    })?;
    let mut keeper = Command::new(program::path()?);
    keeper.arg("keep").arg(&folder.0).process_group(0);
    // What is secret in our environment is none of theirs.
    keeper.env_clear().current_dir("/");
    keeper.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let done = keeper.output().await.context("cannot start the keeper")?;
    if !done.status.success() {
        bail!("the keeper failed: {}", String::from_utf8_lossy(&done.stderr).trim());
    }
    let patience = Instant::now() + KEEPER_PATIENCE;
    while !has_begun(&folder, run)? {
        ensure!(Instant::now() < patience, "its keeper did not come up");
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(())
}

/// Whether the run has a process, or had one.
fn has_begun(folder: &Folder, run: i64) -> anyhow::Result<bool> {
    let has_ended = folder.end()?.is_some_and(|end| end.run >= run);
    let is_of_it = |kept: &Kept| kept.run >= run;
    let has_child = folder.kept()?.filter(is_of_it).is_some_and(|kept| kept.child.is_some());
    Ok(has_ended || has_child)
}

/// Asks what runs to end. The keeper sees to it, whatever becomes of us; asking twice is asking once.
pub(super) fn stop(folder: &Path) -> anyhow::Result<()> {
    let folder = Folder(folder.to_owned());
    folder.take_order_back()?;
    let kept = folder.kept()?.filter(|kept| kept.keeper.is_alive());
    if let Some(keeper) = kept.and_then(|kept| pid(&kept.keeper)) {
        kill_process(keeper, Signal::TERM).context("cannot signal the keeper")?;
    }
    Ok(())
}

/// Removes everything of an instance that does not run.
pub(super) fn remove(folder: &Path) -> anyhow::Result<()> {
    let of = Folder(folder.to_owned());
    of.take_order_back()?;
    let runs = matches!(observe(folder).what, Seen::Running(_));
    ensure!(!runs, "it runs");
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

pub(super) fn log(folder: &Path) -> PathBuf {
    Folder(folder.to_owned()).log()
}

/// Where the process works, and what it may write to.
pub(super) fn own_folder(folder: &Path) -> PathBuf {
    Folder(folder.to_owned()).own()
}

const MARK: &str = "instance.json";

/// Notes whose folder it is, for when the database has lost the row.
pub(super) fn mark(folder: &Path, whose: &impl Serialize) -> anyhow::Result<()> {
    make_private(folder)?;
    folder::write(&folder.join(MARK), whose)
}

/// Whose the folders in `parent` are.
pub(super) fn marked<T: DeserializeOwned>(parent: &Path) -> anyhow::Result<Vec<T>> {
    let entries = match std::fs::read_dir(parent) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.with_context(|| format!("cannot read {}", parent.display()))?,
    };
    let mut found = Vec::new();
    for entry in entries {
        found.extend(folder::read(&entry?.path().join(MARK)).ok().flatten());
    }
    Ok(found)
}

fn make_private(folder: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    let mut builder = std::fs::DirBuilder::new();
    let made = builder.recursive(true).mode(0o700).create(folder);
    made.with_context(|| format!("cannot make {}", folder.display()))
}
