//! Which process is meant: a number that is handed out again is not enough.

use std::fs;

use serde::{Deserialize, Serialize};

/// A process of one boot of the machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Identity {
    pub pid: u32,
    /// When it was started, in clock ticks since the machine was.
    start: u64,
    boot: String,
}

impl Identity {
    /// Of the process that has the number now; `None` when none has, or only its corpse.
    pub(super) fn of(pid: u32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let start = start_of(&stat)?;
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        Some(Self { pid, start, boot: boot.trim().to_owned() })
    }

    pub(super) fn is_alive(&self) -> bool {
        Self::of(self.pid).as_ref() == Some(self)
    }
}

/// The 22nd field of `/proc/<pid>/stat`, unless the process is dead. The second is the program's
/// name in brackets and may hold anything, brackets and spaces too.
fn start_of(stat: &str) -> Option<u64> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_ascii_whitespace();
    let state = fields.next()?;
    let is_dead = matches!(state, "Z" | "X" | "x");
    let start = fields.nth(18)?.parse().ok()?;
    (!is_dead).then_some(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_is_found_behind_any_name() {
        let stat = |name: &str, state: &str| {
            format!("7 ({name}) {state} 1 7 7 0 -1 4194560 1 0 0 0 1 2 0 0 20 0 1 0 4242 9 9 9")
        };
        assert_eq!(start_of(&stat("server", "S")), Some(4242));
        assert_eq!(start_of(&stat("a) S 1 (b", "R")), Some(4242));
        assert_eq!(start_of(&stat("server", "Z")), None);
        assert_eq!(start_of("7 (server"), None);
    }

    #[test]
    fn a_process_is_itself_and_no_other() {
        let own = Identity::of(std::process::id()).unwrap();
        assert!(own.is_alive());
        assert!(!Identity { start: own.start + 1, ..own.clone() }.is_alive());
        assert!(!Identity { boot: "another".to_owned(), ..own }.is_alive());
    }
}
