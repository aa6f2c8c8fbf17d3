//! A server that cannot outlive this process, even when the process is killed.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::run_directory::RunDirectory;

/// Starts the server and ends with it. The other end of the script's input is held by this process: it
/// closes however we end, and then the script stops the server. The directory goes last.
const SUPERVISE: &str = r#"
signal=$1 directory=$2
shift 2
exec 3<&0
"$@" 3<&- </dev/null &
server=$!
stop() { kill -s "$signal" "$server" 2>/dev/null; }
trap stop INT TERM HUP
{ cat <&3 >/dev/null; stop; } &
while kill -s 0 "$server" 2>/dev/null; do wait "$server"; done
cd / && rm -rf "$directory"
"#;

const START_WITHIN: Duration = Duration::from_secs(30);
const STOP_WITHIN: Duration = Duration::from_secs(15);
const POLL_EVERY: Duration = Duration::from_millis(25);

pub(super) struct Supervised {
    supervisor: Child,
    log: File,
    _directory: RunDirectory,
}

impl Supervised {
    /// Starts `server` in `directory`; `stop_signal` is what makes it end at once.
    pub(super) fn start(
        directory: RunDirectory,
        server: &Command,
        stop_signal: &str,
    ) -> Result<Self> {
        // Without a name, it stays readable when the directory is gone.
        let log = tempfile::tempfile()?;
        let mut supervisor = directory.command("/bin/sh");
        supervisor.args(["-c", SUPERVISE, "supervise", stop_signal]).arg(directory.path());
        supervisor.arg(server.get_program()).args(server.get_args());
        // A group of its own: Ctrl-C in the terminal is for us, and the tests still need the server.
        supervisor.process_group(0).stdin(Stdio::piped());
        supervisor.stdout(log.try_clone()?).stderr(log.try_clone()?);
        let supervisor = supervisor.spawn().context("cannot run /bin/sh")?;
        Ok(Self { supervisor, log, _directory: directory })
    }

    /// Waits until `is_ready`, or says with the server's own words why that will not be.
    pub(super) async fn until(&mut self, mut is_ready: impl AsyncFnMut() -> bool) -> Result<()> {
        let started = Instant::now();
        while !is_ready().await {
            if self.supervisor.try_wait()?.is_some() {
                bail!("the server stopped at once: {}", self.last_words());
            }
            if started.elapsed() > START_WITHIN {
                bail!("the server did not answer in {START_WITHIN:?}: {}", self.last_words());
            }
            tokio::time::sleep(POLL_EVERY).await;
        }
        Ok(())
    }

    fn last_words(&self) -> String {
        const LENGTH: u64 = 2000;
        let end = self.log.metadata().map_or(0, |metadata| metadata.len());
        let mut words = vec![0; usize::try_from(end.min(LENGTH)).unwrap_or(0)];
        let read = self.log.read_at(&mut words, end.saturating_sub(LENGTH)).unwrap_or(0);
        words.truncate(read);
        String::from_utf8_lossy(&words).trim().to_owned()
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        drop(self.supervisor.stdin.take());
        let asked = Instant::now();
        while let Ok(None) = self.supervisor.try_wait() {
            if asked.elapsed() > STOP_WITHIN {
                eprintln!("a server did not stop: see process {}", self.supervisor.id());
                return;
            }
            std::thread::sleep(POLL_EVERY);
        }
    }
}
