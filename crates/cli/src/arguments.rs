//! The options every command shares.

use std::convert::Infallible;
use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Style, Styles};
use clap::{Args, Parser};
use secrecy::SecretString;
use url::Url;

use crate::commands::Command;
use crate::printer::Output;

const STYLES: Styles = Styles::plain()
    .header(Style::new().bold())
    .usage(Style::new().bold())
    .literal(AnsiColor::Cyan.on_default())
    .error(AnsiColor::Red.on_default().bold())
    .invalid(AnsiColor::Yellow.on_default());

/// Know which of your projects are alive, and why one is not.
#[derive(Parser)]
#[command(
    name = "commandcenter",
    version,
    max_term_width = 100,
    styles = STYLES,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "\
Examples:
  commandcenter up
  commandcenter federation projects --status offline"
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub global: Global,
}

#[derive(Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    #[arg(help = "Server to ask [default: http://127.0.0.1:8001]")]
    #[arg(long, global = true, value_name = "URL", env = "COMMANDCENTER_SERVER")]
    #[arg(hide_env_values = true)]
    pub server: Option<Url>,

    /// Ask no server: work on the data directory in this process
    #[arg(long, global = true, conflicts_with = "server")]
    pub local: bool,

    /// API key to ask with; better in the environment or a file, where no process list shows it
    #[arg(long, global = true, value_name = "KEY", env = "COMMANDCENTER_KEY")]
    #[arg(hide_env_values = true, value_parser = secret)]
    pub key: Option<SecretString>,

    /// File with the API key [default: admin.key in the data directory]
    #[arg(long, global = true, value_name = "FILE", env = "COMMANDCENTER_KEY_FILE")]
    #[arg(hide_env_values = true)]
    pub key_file: Option<PathBuf>,

    /// Data directory [default: ~/.local/share/commandcenter]
    #[arg(long, global = true, value_name = "DIR", env = "COMMANDCENTER_DATA")]
    #[arg(hide_env_values = true)]
    pub data: Option<PathBuf>,

    /// How results are printed
    #[arg(long, short, global = true, value_enum, value_name = "FORMAT")]
    #[arg(env = "COMMANDCENTER_OUTPUT", hide_env_values = true, default_value = "table")]
    pub output: Output,
}

#[expect(clippy::unnecessary_wraps, reason = "the shape clap asks of a value parser")]
fn secret(text: &str) -> Result<SecretString, Infallible> {
    Ok(SecretString::from(text))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    /// Each command with its path of names, the root first.
    fn all(command: clap::Command, found: &mut Vec<clap::Command>) {
        let children = command.get_subcommands().filter(|it| it.get_name() != "help");
        let children: Vec<_> = children.cloned().collect();
        found.push(command);
        for child in children {
            all(child, found);
        }
    }

    fn every_command() -> Vec<clap::Command> {
        let mut root = Arguments::command();
        root.build();
        let mut found = Vec::new();
        all(root, &mut found);
        found
    }

    #[test]
    fn clap_finds_no_contradiction() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_command_shows_two_examples_that_parse() {
        for command in every_command() {
            let name = command.get_bin_name().unwrap_or(command.get_name()).to_owned();
            let text = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let examples: Vec<&str> =
                text.lines().filter_map(|line| line.strip_prefix("  ")).collect();
            assert!(text.starts_with("Examples:\n") && examples.len() == 2, "{name}: {text:?}");
            for example in examples {
                let line = example.split(['|', '>', '<']).next().unwrap();
                let words = line.split_whitespace().map(|word| word.trim_matches('\''));
                let parsed = Arguments::try_parse_from(words);
                assert!(parsed.is_ok(), "{name}: {example}: {}", parsed.err().unwrap());
            }
        }
    }

    #[test]
    fn every_command_says_what_it_does_in_one_sentence() {
        for command in every_command() {
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            assert!(!about.is_empty() && !about.contains(". "), "{}: {about}", command.get_name());
            assert!(about.chars().next().is_some_and(char::is_uppercase), "{about}");
        }
    }
}
