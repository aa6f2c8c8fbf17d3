//! `federation check`: is a projects.yaml right, before a server is given it.

use std::path::PathBuf;

use clap::Args;

use crate::context::Context;
use crate::failure::{Exit, Result};
use crate::printer::Output;

/// Check a projects.yaml as a server would, and say everything that is wrong with it.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter federation check projects.yaml
  commandcenter federation check projects.yaml --output json")]
pub(crate) struct Check {
    /// The file
    file: PathBuf,
}

impl Check {
    pub(super) fn run(self, context: &Context) -> Result {
        let printer = &context.printer;
        let errors = platform::federation::check_file(&self.file);
        let name = self.file.display();
        match printer.output {
            Output::Table if errors.is_empty() => printer.text(&format!("{name}: good"))?,
            Output::Table => {
                let place = |it: &wire::FieldError| if it.line.is_some() { ":" } else { ": " };
                errors
                    .iter()
                    .try_for_each(|it| printer.text(&format!("{name}{}{it}", place(it))))?;
            }
            Output::Ndjson => errors.iter().try_for_each(|it| printer.value(it))?,
            Output::Json | Output::Yaml => printer.value(&errors)?,
        }
        Ok(if errors.is_empty() { Exit::Ok } else { Exit::CheckFailed })
    }
}
