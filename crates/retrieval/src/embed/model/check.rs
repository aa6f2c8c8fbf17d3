//! What lies in a folder of models, and whether one is what it says.

use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};

use tokio_util::sync::CancellationToken;

use super::{FILES, WEIGHTS, named, unpack};
use crate::embed::{EmbedError, Encoder};

/// How far a value may be from the published one.
const TOLERANCE: f32 = 1e-4;

/// The folders of `models` that hold all files of a model, by name. None when there is no such folder.
pub fn list(models: &Path) -> Result<Vec<PathBuf>, EmbedError> {
    if !models.exists() {
        return Ok(Vec::new());
    }
    let failed = |source| EmbedError::Read { path: models.to_owned(), source };
    let entries = fs::read_dir(models).map_err(failed)?;
    let mut folders: Vec<PathBuf> = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()
        .map_err(failed)?;
    folders.retain(|folder| FILES.iter().all(|file| folder.join(file).is_file()));
    folders.sort();
    Ok(folders)
}

/// Opens the model of `folder` and, when the catalog has its name, holds its weights against the pinned
/// hash and the vector of a known sentence against the published one. Blocks for about a second.
pub fn check(folder: &Path) -> Result<Encoder, EmbedError> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let known = named(&name).ok();
    if let Some(model) = known {
        unpack::ensure_hash(&folder.join(WEIGHTS), model.weights_sha256)?;
    }
    let encoder = Encoder::open(folder, NonZero::<usize>::MIN)?;
    let Some(model) = known else { return Ok(encoder) };
    let vectors = encoder.embed(&[model.sentence], &CancellationToken::new())?;
    let values = vectors.iter().flatten().zip(&model.vector);
    let furthest = values.map(|(value, expected)| (value - expected).abs()).fold(0.0, f32::max);
    if furthest > TOLERANCE {
        return Err(EmbedError::Drifted { path: folder.to_owned(), furthest });
    }
    Ok(encoder)
}
