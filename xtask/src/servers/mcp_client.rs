//! The client library of the Model Context Protocol that drives the server in the tests.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

use crate::{cargo, process};

const PINS: &str = include_str!("../../test-mcp-client.txt");

/// A Python that can import the library, which is installed when it is missing.
///
/// It appears by a rename, so a run that was interrupted leaves nothing that looks complete.
pub(crate) async fn mcp_python() -> Result<PathBuf> {
    let version = version(PINS).context("test-mcp-client.txt has no mcp")?;
    let target = cargo::cache_directory()?.join(format!("mcp-client-{version}"));
    let python = target.join("bin/python");
    if python.exists() {
        return Ok(python);
    }
    eprintln!("installing the MCP client {version}, once");
    let cache = target.parent().context("the cache has no folder")?;
    fs::create_dir_all(cache)?;
    let scratch = tempfile::Builder::new().prefix(".installing-").tempdir_in(cache)?;
    let folder = scratch.path().join("python");
    let mut create = Command::new("python3");
    process::output(create.args(["-m", "venv"]).arg(&folder)).await?;
    let requirements = scratch.path().join("requirements.txt");
    fs::write(&requirements, PINS)?;
    let mut pip = Command::new(folder.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    pip.args(["--require-hashes", "--only-binary=:all:", "--requirement"]).arg(&requirements);
    process::output(&mut pip).await?;
    if let Err(error) = fs::rename(&folder, &target) {
        ensure!(python.exists(), "cannot move the client to {}: {error}", target.display());
    }
    Ok(python)
}

fn version(pins: &str) -> Option<&str> {
    let pin = pins.lines().find_map(|line| line.strip_prefix("mcp=="))?;
    pin.split_whitespace().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_is_pinned() {
        assert!(version(PINS).is_some());
        assert_eq!(version("mcp-types==1 \\\nmcp==2.3 \\\n"), Some("2.3"));
    }
}
