//! The help of every command.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;

use super::{server, written_from};
use crate::process;

pub(super) async fn page(program: &Path) -> Result<String> {
    let mut page = String::from("# Command line\n\n");
    page.push_str(&written_from("`commandcenter --help`"));
    page.push_str(
        "What each command says of itself. The global options stand at the root and hold for every \
         command. Exit codes: 0 done, 1 a check failed, 2 wrong use, 3 not allowed, 4 not found, \
         5 unavailable.\n",
    );
    let mut open = vec![Vec::new()];
    while let Some(path) = open.pop() {
        let help = help(program, &path).await?;
        let title = if path.is_empty() { "commandcenter".to_owned() } else { path.join(" ") };
        writeln!(page, "\n## {title}\n\n```text\n{}\n```", help.trim_end())?;
        let below = |name: String| path.iter().cloned().chain([name]).collect();
        open.extend(subcommands(&help).into_iter().rev().map(below));
    }
    Ok(page)
}

async fn help(program: &Path, path: &[String]) -> Result<String> {
    process::output(server::command(program).args(path).arg("--help")).await
}

/// The names under `Commands:`.
fn subcommands(help: &str) -> Vec<String> {
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let listed = lines.take_while(|line| !line.is_empty());
    let name = |line: &str| Some(line.strip_prefix("  ")?.split(' ').next()?.to_owned());
    listed.filter_map(name).filter(|name| !name.is_empty() && name != "help").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commands_of_a_help_are_found() {
        let help =
            "Does.\n\nCommands:\n  up    Runs\n        on\n  help  Prints\n\nOptions:\n  -h\n";
        assert_eq!(subcommands(help), ["up"]);
    }
}
