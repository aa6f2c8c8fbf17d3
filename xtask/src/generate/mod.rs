//! `cargo xtask gen`: the pages of the reference that are written from the code, or with
//! `--check`, whether they still are what it would write.

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
    /// Write nothing; fail when a page is not what would be written.
    #[arg(long)]
    check: bool,
}

/// A page of the reference.
struct Page {
    name: &'static str,
    text: String,
}

pub(crate) async fn run(options: Options) -> Result<()> {
    let pages = pages().await?;
    let mut stale = Vec::new();
    for Page { name, text } in &pages {
        let path = cargo::workspace_root().join(FOLDER).join(name);
        if fs::read_to_string(&path).is_ok_and(|before| before == *text) {
            continue;
        }
        stale.push(*name);
        if !options.check {
            fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    ensure!(
        !options.check || stale.is_empty(),
        "out of date in {FOLDER}: {}; `cargo xtask gen` writes them",
        stale.join(", ")
    );
    let verb = if options.check { "checked" } else { "written" };
    println!("{} pages {verb}, {} had changed", pages.len(), stale.len());
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
        Page { name: "configuration.md", text: configuration(&sources)? },
        Page { name: "metrics.md", text: metrics::page(&sources)? },
        Page { name: "command-line.md", text: help::page(&program).await? },
        Page { name: "http.md", text: http::page(&openapi, &sources) },
        Page { name: "projects-file.md", text: projects_file::page(&schema)? },
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
