//! `commandcenter completion`: the shell finishes the words.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::arguments::Arguments;
use crate::context::Context;
use crate::failure::{Exit, Failure, Result};

/// Print the completion script of a shell.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter completion bash > ~/.local/share/bash-completion/completions/commandcenter
  commandcenter completion zsh > ~/.zfunc/_commandcenter")]
pub(crate) struct Completion {
    /// The shell
    shell: Shell,
}

impl Completion {
    pub(crate) fn run(self, context: &Context) -> Result {
        let mut script = Vec::new();
        clap_complete::generate(
            self.shell,
            &mut Arguments::command(),
            "commandcenter",
            &mut script,
        );
        let script = String::from_utf8(script).map_err(|it| Failure::new(Exit::CheckFailed, it))?;
        context.printer.text(script.trim_end())?;
        Ok(Exit::Ok)
    }
}
