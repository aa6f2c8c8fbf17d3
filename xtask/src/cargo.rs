//! Cargo started from inside a chore, and where the workspace is.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tokio::process::Command;

use crate::process;

const NEXTEST_VERSION: &str = "0.9.143";

/// Set by the cargo that runs this program. Handed on, they would tell build scripts that their
/// environment has changed, and every second build would start from them.
const SET_BY_CARGO: [&str; 4] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"];

/// `cargo` at the root of the workspace, with the environment it would have without this program.
pub(crate) fn command() -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(workspace_root());
    for (name, _) in std::env::vars_os() {
        let set_by_cargo = |name: &str| SET_BY_CARGO.iter().any(|prefix| name.starts_with(prefix));
        if name.to_str().is_some_and(set_by_cargo) {
            command.env_remove(name);
        }
    }
    command
}

pub(crate) fn workspace_root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// Where what the chores fetch is kept between runs.
pub(crate) fn cache_directory() -> Result<PathBuf> {
    let home = std::env::home_dir().context("no home directory to keep fetched servers in")?;
    Ok(home.join(".cache/commandcenter"))
}

/// Installs the test runner where it is missing; takes minutes then, and nothing after that.
pub(crate) async fn ensure_nextest() -> Result<()> {
    if process::output(command().args(["nextest", "--version"])).await.is_ok() {
        return Ok(());
    }
    eprintln!("installing cargo-nextest {NEXTEST_VERSION}, once");
    let package = format!("cargo-nextest@{NEXTEST_VERSION}");
    let mut install = command();
    install.args(["install", "--locked", &package]).env_remove("CARGO_TARGET_DIR");
    process::output(&mut install).await.context("cannot install cargo-nextest")?;
    Ok(())
}
