//! Processes that are measured: started, watched through `/proc`, ended.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::process::{Child, Command};

/// `/proc` counts processor time in hundredths of a second on every Linux.
const TICK: Duration = Duration::from_millis(10);

const STOP_WITHIN: Duration = Duration::from_secs(15);

/// A process; killed when dropped.
pub(crate) struct Process {
    child: Child,
    id: u32,
}

impl Process {
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let name = command.as_std().get_program().to_string_lossy().into_owned();
        command.stdin(Stdio::null()).stdout(Stdio::null()).kill_on_drop(true);
        let child = command.spawn().with_context(|| format!("cannot run {name}"))?;
        let id = child.id().context("the process ended at once")?;
        Ok(Self { child, id })
    }

    /// Fails when it has ended, which nobody asked of it.
    pub(crate) fn check(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => bail!("the process ended by itself: {status}"),
        }
    }

    /// Asks it to end, as a service manager does, and waits.
    pub(crate) async fn stop(mut self) -> Result<()> {
        Command::new("kill").args(["-s", "TERM", &self.id.to_string()]).status().await?;
        let ended = tokio::time::timeout(STOP_WITHIN, self.child.wait()).await;
        ended.context("the process did not stop when asked to")??;
        Ok(())
    }

    /// Processor time used so far, of all its threads.
    pub(crate) fn processor_time(&self) -> Result<Duration> {
        let text = self.read("stat")?;
        // The name, in brackets, may hold anything; the fields are counted behind it.
        let (_, fields) = text.rsplit_once(')').context("/proc/…/stat has another form")?;
        let field = |index| fields.split_whitespace().nth(index)?.parse::<u32>().ok();
        let ticks = field(11).zip(field(12)).map(|(user, system)| user + system);
        Ok(TICK * ticks.context("/proc/…/stat has another form")?)
    }

    /// Processor time used since it was `before`.
    pub(crate) fn used_since(&self, before: Duration) -> Result<Duration> {
        Ok(self.processor_time()?.saturating_sub(before))
    }

    pub(crate) fn resident_megabytes(&self) -> Result<f64> {
        let kilobytes = self.status("VmRSS")?;
        Ok(kilobytes / 1_024.0)
    }

    pub(crate) fn threads(&self) -> Result<f64> {
        self.status("Threads")
    }

    fn status(&self, name: &str) -> Result<f64> {
        let value = crate::machine::field(&self.read("status")?, name);
        let number = value.as_deref().and_then(|it| it.split(' ').next()?.parse().ok());
        number.with_context(|| format!("/proc/…/status has no {name}"))
    }

    fn read(&self, file: &str) -> Result<String> {
        let path = PathBuf::from(format!("/proc/{}/{file}", self.id));
        std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    }
}

/// Something done many times: how often per second, and what each cost in processor time, which
/// says the same when others use the cores as well.
#[derive(Clone, Copy)]
pub(crate) struct Work {
    pub per_second: f64,
    pub microseconds_each: f64,
}

impl Work {
    pub(crate) fn new(times: f64, took: Duration, used: Duration) -> Self {
        Self {
            per_second: times / took.as_secs_f64(),
            microseconds_each: used.as_secs_f64() * 1e6 / times,
        }
    }
}

/// The share of one core that `used` is of `wall`, in percent.
pub(crate) fn percent(used: Duration, wall: Duration) -> f64 {
    used.as_secs_f64() / wall.as_secs_f64() * 100.0
}
