//! `commandcenter config …`: what a server would be told.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use platform::config::{self, Overrides};
use serde::Serialize;

use crate::context::Context;
use crate::failure::{Exit, Result};
use crate::local;
use crate::printer::Output;

/// Check and print the configuration a server would start with.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter config check
  commandcenter config print --default > commandcenter.toml")]
pub(crate) struct Config {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Check(Check),
    Print(Print),
}

/// Check the configuration and say everything that is wrong with it.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter config check
  commandcenter config check --config commandcenter.toml")]
struct Check {
    #[command(flatten)]
    source: Source,
}

/// Print the configuration in effect as TOML, without its secrets.
#[derive(Args)]
#[command(after_help = "\
Examples:
  commandcenter config print --config commandcenter.toml
  commandcenter config print --default > commandcenter.toml")]
struct Print {
    #[command(flatten)]
    source: Source,
    /// The commented default instead, with every setting
    #[arg(long)]
    default: bool,
}

/// Where a configuration comes from, beside the environment.
#[derive(Args)]
pub(super) struct Source {
    /// Configuration file, TOML
    #[arg(long, value_name = "FILE", env = "COMMANDCENTER_CONFIG", hide_env_values = true)]
    config: Option<PathBuf>,
}

impl Config {
    pub(crate) fn run(self, context: &Context) -> Result {
        match self.command {
            Command::Check(it) => it.run(context),
            Command::Print(it) => it.run(context),
        }
    }
}

/// A setting that cannot be used.
#[derive(Serialize)]
struct Wrong {
    key: String,
    message: String,
    origin: String,
}

impl Check {
    fn run(self, context: &Context) -> Result {
        let printer = &context.printer;
        let Err(errors) = config::Config::load(&self.source.overrides(context)) else {
            printer.words_or("the configuration is good", &Vec::<Wrong>::new())?;
            return Ok(Exit::Ok);
        };
        if printer.output == Output::Table {
            errors.as_slice().iter().try_for_each(|it| printer.text(&it.to_string()))?;
            return Ok(Exit::CheckFailed);
        }
        let wrong: Vec<Wrong> = errors.as_slice().iter().map(Wrong::from).collect();
        printer.value(&wrong)?;
        Ok(Exit::CheckFailed)
    }
}

impl Print {
    fn run(self, context: &Context) -> Result {
        if self.default {
            context.printer.text(config::DEFAULT.trim_end())?;
            return Ok(Exit::Ok);
        }
        let config = local::load(&self.source.overrides(context))?;
        context.printer.text(config.print().trim_end())?;
        Ok(Exit::Ok)
    }
}

impl Source {
    /// The file and the data directory; a command adds its own flags.
    pub(super) fn overrides(&self, context: &Context) -> Overrides {
        let directory = context.named_data().map(|it| it.display().to_string());
        let set = directory.map(|it| ("data".to_owned(), it)).into_iter().collect();
        Overrides { file: self.config.clone(), set }
    }
}

impl From<&config::Invalid> for Wrong {
    fn from(invalid: &config::Invalid) -> Self {
        let config::Invalid { key, message, origin } = invalid.clone();
        Self { key, message, origin }
    }
}
