//! `commandcenter keep`: the parent of an instance's process, for the hub that starts it.

use std::path::PathBuf;

use clap::Args;

use crate::failure::{Exit, Failure, Result};

/// Keep the process of the instance in a folder, as the child of nobody.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter keep /var/lib/commandcenter/instances/0198c0de-7a11-7000-8000-000000000001
  commandcenter keep ./instances/0198c0de-7a11-7000-8000-000000000001")]
pub(crate) struct Keep {
    /// Folder of the instance
    folder: PathBuf,
    /// Be the keeper, instead of leaving one behind
    #[arg(long)]
    detached: bool,
}

impl Keep {
    pub(crate) fn run(self) -> Result {
        let done = if self.detached {
            platform::keep(&self.folder)
        } else {
            platform::detach(&self.folder)
        };
        done.map_err(|error| Failure::new(Exit::CheckFailed, format!("{error:#}")))?;
        Ok(Exit::Ok)
    }
}
