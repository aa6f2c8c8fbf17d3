//! Other programs: run to their end, or stopped politely when nobody waits for them any more.

use std::process::{ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, ChildStderr, ChildStdout, Command};

/// How long a program may take to stop once it was asked to.
const STOP_WITHIN: Duration = Duration::from_secs(10);

/// Runs `command` to its end and gives what it printed; what it complained about is the error.
pub(crate) async fn output(command: &mut Command) -> Result<String> {
    output_of(command, "").await
}

/// As [`output`], with `input` on the program's standard input.
pub(crate) async fn output_of(command: &mut Command, input: &str) -> Result<String> {
    let name = name(command);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().with_context(|| format!("cannot run {name}"))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that ends without reading says why in its own words, below.
        drop(stdin.write_all(input.as_bytes()).await);
    }
    let Output { status, stdout, stderr } = child.wait_with_output().await?;
    if !status.success() {
        let stderr = String::from_utf8_lossy(&stderr);
        bail!("{name} failed ({status}): {}", stderr.trim());
    }
    String::from_utf8(stdout).with_context(|| format!("{name} printed text that is not UTF-8"))
}

/// A program that is asked to stop when this is dropped, so that it can stop what it started itself.
pub(crate) struct Running {
    child: Child,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let name = name(command);
        let child = command.spawn().with_context(|| format!("cannot run {name}"))?;
        Ok(Self { child })
    }

    /// Its standard output and its standard error, where they are pipes.
    pub(crate) fn take_output(&mut self) -> Option<(ChildStdout, ChildStderr)> {
        self.child.stdout.take().zip(self.child.stderr.take())
    }

    pub(crate) async fn wait(&mut self) -> Result<ExitStatus> {
        Ok(self.child.wait().await?)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let Some(id) = self.child.id() else { return };
        if send_signal("TERM", id).is_err() {
            drop(self.child.start_kill());
        }
        let asked = Instant::now();
        while let Ok(None) = self.child.try_wait() {
            if asked.elapsed() > STOP_WITHIN {
                drop(self.child.start_kill());
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Through the `kill` program: the system call itself needs unsafe code.
fn send_signal(name: &str, process: u32) -> std::io::Result<()> {
    let mut kill = std::process::Command::new("kill");
    kill.args(["-s", name, &process.to_string()]).stderr(Stdio::null()).status()?;
    Ok(())
}

fn name(command: &Command) -> String {
    command.as_std().get_program().to_string_lossy().into_owned()
}
