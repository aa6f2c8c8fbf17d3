//! `commandcenter man`: the manual, for packages.

use std::path::PathBuf;

use clap::{Args, CommandFactory};

use crate::arguments::Arguments;
use crate::context::Context;
use crate::failure::{Exit, Result};

/// Write a man page for every command into a directory.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter man .
  commandcenter man /usr/local/share/man/man1")]
pub(crate) struct Man {
    /// The directory, made when it is not there
    directory: PathBuf,
}

impl Man {
    pub(crate) fn run(self, context: &Context) -> Result {
        std::fs::create_dir_all(&self.directory)?;
        clap_mangen::generate_to(Arguments::command(), &self.directory)?;
        context.printer.note(format!("wrote the pages into {}", self.directory.display()))?;
        Ok(Exit::Ok)
    }
}
