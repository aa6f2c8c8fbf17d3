//! Sources: places documents come from, looked at again and again.
//!
//! A kind of source only finds: it sends what is there through a channel. [`sync`] compares that
//! with what is known, hands on what is new, and removes what is gone.

mod feed;
mod fetch;
mod folder;
mod git;
mod links;
mod manage;
mod robots;
mod schedule;
mod site;
mod sync;

pub(super) use manage::{Documents, create, list, remove, run};
pub(crate) use schedule::schedule;
pub(crate) use sync::Sync;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::anyhow;
use tokio::sync::mpsc;
use wire::{SourceId, Timestamp};

use super::store::Known;
use crate::ground::app::App;

/// One thing a look came across.
#[derive(Debug)]
enum Found {
    Document(Item),
    /// It is as it was when it was last looked at.
    Same(String),
    /// It is there, and could not be had.
    Failed(String),
}

#[derive(Debug)]
struct Item {
    /// Unique in the source, and the same at the next look.
    path: String,
    content: Vec<u8>,
    /// Now when absent.
    modified_at: Option<Timestamp>,
}

/// How much of a source was seen. What is gone is known only after the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coverage {
    Whole,
    Part,
}

/// What a look is given.
#[derive(Clone)]
struct Look {
    app: App,
    id: SourceId,
    location: String,
    depth: u32,
    known: Arc<HashMap<String, Known>>,
    found: mpsc::Sender<Found>,
}

impl Look {
    async fn send(&self, found: Found) -> anyhow::Result<()> {
        self.found.send(found).await.map_err(|_| anyhow!("nobody listens any more"))
    }

    fn blocking_send(&self, found: Found) -> anyhow::Result<()> {
        self.found.blocking_send(found).map_err(|_| anyhow!("nobody listens any more"))
    }

    fn largest(&self) -> usize {
        self.app.config.knowledge.max_document
    }
}

/// Where what is kept of git repositories lies.
fn repositories(app: &App) -> PathBuf {
    app.config.data.join("repositories")
}

/// A NUL byte in as much as this says that it is no text.
const HEAD: usize = 8 << 10;

/// Whether no reader of documents could make text of it.
fn is_binary(path: &str, content: &[u8]) -> bool {
    let head = content.get(..HEAD).unwrap_or(content);
    if !head.contains(&0) {
        return false;
    }
    let extension = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let is_utf16 = head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF");
    let is_office = head.starts_with(b"PK\x03\x04") && extension == "docx";
    let is_pdf = extension == "pdf" || head.starts_with(b"%PDF-");
    !(is_utf16 || is_office || is_pdf)
}
