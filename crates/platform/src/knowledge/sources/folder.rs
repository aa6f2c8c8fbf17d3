//! A folder of this machine: its files, `.gitignore` respected, hidden ones and links left out.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context, ensure};
use ignore::WalkBuilder;
use wire::Timestamp;

use super::{Coverage, Found, Item, Look, is_binary};

pub(super) async fn look(look: Look) -> anyhow::Result<Coverage> {
    tokio::task::spawn_blocking(move || walk(&look)).await.context("the walk broke off")?
}

fn walk(look: &Look) -> anyhow::Result<Coverage> {
    let root = Path::new(&look.location);
    // One that is gone, as a disk that is not mounted, says nothing about its files.
    ensure!(root.is_dir(), "there is no folder {}", look.location);
    let own = fs::canonicalize(&look.app.config.data).ok();
    let entries = WalkBuilder::new(root)
        .require_git(false)
        .parents(false)
        .filter_entry(move |entry| Some(entry.path()) != own.as_deref())
        .build();
    let mut coverage = Coverage::Whole;
    let mut taken = BTreeSet::new();
    for entry in entries {
        let Ok(entry) = entry else {
            coverage = Coverage::Part;
            continue;
        };
        if !entry.file_type().is_some_and(|kind| kind.is_file()) {
            continue;
        }
        let below = entry.path().strip_prefix(root).unwrap_or(entry.path());
        let names: Vec<_> = below.iter().map(|name| name.to_string_lossy()).collect();
        let path = names.join("/");
        // Two names that are no UTF-8 may look the same.
        if taken.insert(path.clone())
            && let Some(found) = read(look, entry.path(), path)
        {
            look.blocking_send(found)?;
        }
    }
    Ok(coverage)
}

/// `None` for what is no document.
fn read(look: &Look, file: &Path, path: String) -> Option<Found> {
    let Ok(metadata) = fs::metadata(file) else { return Some(Found::Failed(path)) };
    let modified_at = metadata.modified().ok().and_then(timestamp);
    let is_same = look.known.get(&path).is_some_and(|known| {
        known.source == Some(look.id)
            && known.bytes == metadata.len()
            && Some(known.modified_at) == modified_at
    });
    if is_same {
        return Some(Found::Same(path));
    }
    if metadata.len() > look.largest() as u64 {
        return Some(Found::Failed(path));
    }
    let Ok(content) = fs::read(file) else { return Some(Found::Failed(path)) };
    if is_binary(&path, &content) {
        return None;
    }
    Some(Found::Document(Item { path, content, modified_at }))
}

fn timestamp(time: SystemTime) -> Option<Timestamp> {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_micros()).ok().map(Timestamp::from_micros)
}
