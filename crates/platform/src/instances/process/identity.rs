//! Which process is meant: a number that is handed out again is not enough.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde::{Deserialize, Serialize};

/// A process of one boot of the machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Identity {
    pub pid: u32,
    /// When it was started: clock ticks since the machine was, or a date where there is no /proc.
    start: String,
    /// Empty where a date says enough.
    boot: String,
}

impl Identity {
    /// Of the process that has the number now; `None` when none has, or only its corpse.
    pub(super) fn of(pid: u32) -> Option<Self> {
        if Path::new("/proc/self").exists() { Self::by_proc(pid) } else { Self::by_ps(pid) }
    }

    fn by_proc(pid: u32) -> Option<Self> {
        let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let start = start_of(&text)?;
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        Some(Self { pid, start, boot: boot.trim().to_owned() })
    }

    fn by_ps(pid: u32) -> Option<Self> {
        let mut ps = Command::new("ps");
        let said = ps.args(["-o", "stat=,lstart=", "-p", &pid.to_string()]).output().ok()?;
        let text = String::from_utf8(said.stdout).ok()?;
        let (state, start) = text.trim().split_once(' ')?;
        let is_dead = state.starts_with('Z');
        let start = start.trim().to_owned();
        (!is_dead).then_some(Self { pid, start, boot: String::new() })
    }

    pub(super) fn is_alive(&self) -> bool {
        Self::of(self.pid).as_ref() == Some(self)
    }
}

/// The 22nd field of `/proc/<pid>/stat`, unless the process is dead. The second is the program's
/// name in brackets and may hold anything, brackets and spaces too.
fn start_of(line: &str) -> Option<String> {
    let (_, rest) = line.rsplit_once(')')?;
    let mut fields = rest.split_ascii_whitespace();
    let is_dead = matches!(fields.next()?, "Z" | "X" | "x");
    let start = fields.nth(18)?;
    (!is_dead).then(|| start.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_is_found_behind_any_name() {
        let stat = |name: &str, state: &str| {
            format!("7 ({name}) {state} 1 7 7 0 -1 4194560 1 0 0 0 1 2 0 0 20 0 1 0 4242 9 9 9")
        };
        assert_eq!(start_of(&stat("server", "S")), Some("4242".to_owned()));
        assert_eq!(start_of(&stat("a) S 1 (b", "R")), Some("4242".to_owned()));
        assert_eq!(start_of(&stat("server", "Z")), None);
        assert_eq!(start_of("7 (server"), None);
    }

    #[test]
    fn a_process_is_itself_and_no_other() {
        let own = Identity::of(std::process::id()).unwrap();
        assert!(own.is_alive());
        assert!(!Identity { start: "1".to_owned(), ..own.clone() }.is_alive());
        assert!(!Identity { boot: "another".to_owned(), ..own }.is_alive());
    }

    #[test]
    fn where_there_is_no_proc_ps_knows() {
        let own = Identity::by_ps(std::process::id()).unwrap();
        assert_eq!(own, Identity::by_ps(std::process::id()).unwrap());
        assert_eq!(Identity::by_ps(u32::MAX), None);
    }
}
