//! `cargo xtask gen`: the files that are written from the code, or with `--check`, whether they still
//! are what it would write.

mod help;
mod http;
mod metrics;
mod projects_file;
mod server;
mod source;

use std::fs;

use anyhow::{Context, Result, ensure};

use self::server::Server;
use self::source::Sources;
use crate::cargo;

const FOLDER: &str = "docs/src/reference";

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Write nothing; fail when a file is not what would be written.
    #[arg(long)]
    check: bool,
}

/// A file that is written.
struct Page {
    path: String,
    text: String,
}

impl Page {
    /// A page of the reference.
    fn of_reference(name: &str, text: String) -> Self {
        Self { path: format!("{FOLDER}/{name}"), text }
    }
}

pub(crate) async fn run(options: Options) -> Result<()> {
    let pages = pages().await?;
    let mut stale = Vec::new();
    for Page { path: name, text } in &pages {
        let path = cargo::workspace_root().join(name);
        if fs::read_to_string(&path).is_ok_and(|before| before == *text) {
            continue;
        }
        stale.push(name.as_str());
        if !options.check {
            fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    ensure!(
        !options.check || stale.is_empty(),
        "out of date: {}; `cargo xtask gen` writes them",
        stale.join(", ")
    );
    let verb = if options.check { "checked" } else { "written" };
    println!("{} files {verb}, {} had changed", pages.len(), stale.len());
    Ok(())
}

async fn pages() -> Result<Vec<Page>> {
    let sources = Sources::read()?;
    let program = server::program().await?;
    let server = Server::start(&program).await?;
    let openapi = server.json("/openapi.json").await?;
    let schema = server.json("/api/fed/projects.schema.json").await?;
    drop(server);
    Ok(vec![
        Page::of_reference("configuration.md", configuration(&sources)?),
        Page::of_reference("metrics.md", metrics::page(&sources)?),
        Page::of_reference("command-line.md", help::page(&program).await?),
        Page::of_reference("http.md", http::page(&openapi, &sources)),
        Page::of_reference("projects-file.md", projects_file::page(&schema)?),
        // The types of the web page are generated from it.
        Page {
            path: "web/openapi.json".to_owned(),
            text: format!("{}\n", serde_json::to_string_pretty(&openapi)?),
        },
    ])
}

fn configuration(sources: &Sources) -> Result<String> {
    let default = sources.file("ground/config/default.toml")?;
    Ok(format!(
        "# Configuration\n\n{}\
         Every setting, with its default. [Configuration](../operate/configuration.md) says where a \
         setting may stand and which place wins.\n\n```toml\n{}\n```\n",
        written_from("crates/platform/src/ground/config/default.toml"),
        default.trim_end(),
    ))
}

/// The line that keeps hands off a page.
fn written_from(what: &str) -> String {
    format!("<!-- Written by `cargo xtask gen` from {what}. -->\n\n")
}

/// `text` on one line, as a cell of a table takes it.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}
