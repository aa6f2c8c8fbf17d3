//! The temporary directory of one server, and the account it runs as.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};

use anyhow::Result;
use tempfile::TempDir;
use tokio::process::Command;

use crate::process;

/// `nobody`, on every system this runs on as root.
const NOBODY: u32 = 65534;

/// A directory that only the server's account can enter. Removed when dropped.
pub(super) struct RunDirectory {
    directory: TempDir,
    /// The account to change to; none when we are unprivileged already.
    account: Option<u32>,
}

impl RunDirectory {
    pub(super) async fn new(server: &str) -> Result<Self> {
        let as_root = process::output(Command::new("id").arg("-u")).await?.trim() == "0";
        let mut builder = tempfile::Builder::new();
        let prefix = format!("commandcenter-{server}-");
        builder.prefix(&prefix);
        if !as_root {
            return Ok(Self { directory: builder.tempdir()?, account: None });
        }
        // Root's own temporary directory may be one that nobody else can enter.
        let directory = builder.tempdir_in("/tmp")?;
        chown(directory.path(), Some(NOBODY), Some(NOBODY))?;
        Ok(Self { directory, account: Some(NOBODY) })
    }

    pub(super) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// `tree` where the account can read it: the cache of root lies in a directory closed to all others,
    /// so root gets a copy that lives as long as the server.
    pub(super) async fn readable(&self, tree: &Path) -> Result<PathBuf> {
        if self.account.is_none() {
            return Ok(tree.to_owned());
        }
        let copy = self.path().join("server");
        process::output(Command::new("cp").arg("-R").arg(tree).arg(&copy)).await?;
        let owner = format!("{NOBODY}:{NOBODY}");
        process::output(Command::new("chown").args(["-R", &owner]).arg(&copy)).await?;
        Ok(copy)
    }

    /// Writes a file that only the account can read.
    pub(super) fn write(&self, name: &str, text: &str) -> Result<PathBuf> {
        let path = self.path().join(name);
        fs::write(&path, text)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
        chown(&path, self.account, self.account)?;
        Ok(path)
    }

    /// A command that runs in this directory as the account.
    pub(super) fn command(&self, program: impl AsRef<Path>) -> std::process::Command {
        use std::os::unix::process::CommandExt;

        let mut command = std::process::Command::new(program.as_ref());
        command.current_dir(self.path()).env_remove("LD_LIBRARY_PATH");
        if let Some(account) = self.account {
            command.uid(account).gid(account).env("HOME", self.path());
        }
        command
    }
}
