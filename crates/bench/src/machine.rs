//! What it was measured on, and when.

use std::collections::BTreeMap;
use std::fmt;
use std::process::Command;

use anyhow::Result;
use serde::Serialize;
use wire::Timestamp;

#[derive(Serialize)]
pub(crate) struct Machine {
    cores: usize,
    processor: String,
    memory_megabytes: u64,
    system: String,
    versions: BTreeMap<&'static str, String>,
}

/// What the system clock says: beats carry it, and results are filed under it.
#[expect(clippy::disallowed_methods, reason = "the bench stands outside the application")]
pub(crate) fn now() -> Timestamp {
    Timestamp::system_now()
}

impl Machine {
    pub(crate) fn read() -> Result<Self> {
        let read = |path| std::fs::read_to_string(path).unwrap_or_default();
        let processors = read("/proc/cpuinfo");
        let memory = field(&read("/proc/meminfo"), "MemTotal").unwrap_or_default();
        let memory = memory.split(' ').next().and_then(|text| text.parse::<u64>().ok());
        let binary = crate::server::binary()?;
        let versions = [
            ("commandcenter", first_line(Command::new(binary).arg("--version"))),
            ("commit", first_line(Command::new("git").args(["describe", "--always", "--dirty"]))),
            ("rustc", first_line(Command::new("rustc").arg("--version"))),
        ];
        Ok(Self {
            cores: std::thread::available_parallelism()?.get(),
            processor: field(&processors, "model name").unwrap_or_else(|| "unknown".to_owned()),
            memory_megabytes: memory.unwrap_or_default() / 1_024,
            system: format!(
                "{} {}",
                std::env::consts::OS,
                read("/proc/sys/kernel/osrelease").trim()
            ),
            versions: versions.into_iter().filter_map(|(of, it)| Some((of, it?))).collect(),
        })
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cores of {}", self.cores, self.processor)
    }
}

/// The value of the first line `name: value`.
pub(crate) fn field(text: &str, name: &str) -> Option<String> {
    let value = |line: &str| {
        let (key, value) = line.split_once(':')?;
        (key.trim() == name).then(|| value.trim().to_owned())
    };
    text.lines().find_map(value)
}

fn first_line(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().next().map(str::to_owned)
}
