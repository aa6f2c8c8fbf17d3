//! The folder of an instance: what the hub and the keeper tell each other. Each file is written
//! whole or not at all, so either may die at any moment.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wire::Timestamp;

use super::identity::Identity;
use crate::ground::secret_file;

/// What the hub wants run. Gone when nothing is to run: a keeper that comes late finds no order.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Order {
    pub run: i64,
    /// Program and arguments.
    pub command: Vec<String>,
    /// All it gets.
    pub environment: BTreeMap<String, String>,
    /// Between being asked to end and being made to.
    pub grace_ms: u64,
    pub log_size: u64,
    pub log_files: u32,
}

/// Who keeps which run. Written before the child is started.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Kept {
    pub run: i64,
    pub keeper: Identity,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub child: Option<Identity>,
}

/// How a run ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct End {
    pub run: i64,
    pub at: Timestamp,
    #[serde(flatten)]
    pub how: How,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum How {
    Code(i32),
    Signal(i32),
    /// It never ran.
    NotStarted(String),
}

/// The folder of one instance.
#[derive(Debug, Clone)]
pub(super) struct Folder(pub PathBuf);

impl Folder {
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Taken by the keeper for its life, so that there are never two.
    pub(super) fn lock(&self) -> PathBuf {
        self.path("keeper.lock")
    }

    pub(super) fn log(&self) -> PathBuf {
        self.path("log")
    }

    /// Where the child works, and what it may write to.
    pub(super) fn own(&self) -> PathBuf {
        self.path("own")
    }

    pub(super) fn order(&self) -> anyhow::Result<Option<Order>> {
        read(&self.path("order.json"))
    }

    pub(super) fn give_order(&self, order: &Order) -> anyhow::Result<()> {
        write(&self.path("order.json"), order)
    }

    pub(super) fn take_order_back(&self) -> anyhow::Result<()> {
        match fs::remove_file(self.path("order.json")) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(error).context("cannot take the order back")
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }

    pub(super) fn kept(&self) -> anyhow::Result<Option<Kept>> {
        read(&self.path("kept.json"))
    }

    pub(super) fn note_kept(&self, kept: &Kept) -> anyhow::Result<()> {
        write(&self.path("kept.json"), kept)
    }

    pub(super) fn end(&self) -> anyhow::Result<Option<End>> {
        read(&self.path("end.json"))
    }

    pub(super) fn note_end(&self, end: &End) -> anyhow::Result<()> {
        write(&self.path("end.json"), end)
    }
}

/// `None` when there is no such file.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> anyhow::Result<Option<T>> {
    let failed = || format!("cannot read {}", path.display());
    match fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).with_context(failed),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(failed),
    }
}

pub(super) fn write(path: &Path, content: &impl Serialize) -> anyhow::Result<()> {
    secret_file::write(path, &serde_json::to_vec(content)?)
}
