//! The list of projects, written out once for many readers.
//!
//! A standing that changes is seen at once; that a beat came, within a quarter of a second.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use wire::Slug;
use wire::federation::{Project, Status};

use super::Federation;
use super::board::Board;
use crate::ground::clock::Moment;

const BEATS_SHOWN_WITHIN: Duration = Duration::from_millis(250);

#[derive(Default)]
pub(super) struct Listing(Mutex<Option<Arc<Written>>>);

/// The whole catalog as it stood at one moment, by slug.
pub(super) struct Written {
    pub rows: Vec<Row>,
    /// All rows as one JSON array.
    all: Bytes,
    tag: String,
    observed: u64,
    stamp: u64,
    at: Moment,
}

pub(super) struct Row {
    pub slug: Slug,
    pub status: Status,
    pub tags: Vec<String>,
    /// Slug, name and description in lower case: what `q` is looked for in.
    text: String,
    json: Bytes,
}

/// Which projects are asked for.
#[derive(Debug, Default)]
pub(super) struct Filter {
    pub status: Option<Status>,
    pub tag: Option<String>,
    /// In lower case.
    pub text: Option<String>,
    pub after: Option<Slug>,
}

/// A page of the list.
pub(super) struct Page {
    pub body: Bytes,
    pub tag: String,
    /// The slug the next page starts behind.
    pub next: Option<String>,
}

impl Federation {
    /// The newest list, written anew when it is out of date.
    pub(super) fn listing(&self) -> Arc<Written> {
        let now = self.0.app.clock.monotonic();
        let mut last = self.0.listing.0.lock().unwrap_or_else(PoisonError::into_inner);
        let board = self.board();
        if let Some(written) = last.as_ref()
            && (written.observed == board.observed()
                || written.stamp == board.stamp()
                    && now.saturating_sub(written.at) < BEATS_SHOWN_WITHIN)
        {
            return Arc::clone(written);
        }
        let written = Arc::new(Written::of(&board, now));
        drop(board);
        *last = Some(Arc::clone(&written));
        written
    }
}

impl Written {
    fn of(board: &Board, at: Moment) -> Self {
        let rows: Vec<Row> = board.entries().map(|entry| Row::of(&entry.to_wire())).collect();
        let tag = format!("\"{:x}\"", board.observed());
        Self {
            all: join(rows.iter()),
            rows,
            tag,
            observed: board.observed(),
            stamp: board.stamp(),
            at,
        }
    }

    pub(super) fn page(&self, filter: &Filter, limit: usize) -> Page {
        let tag = self.tag.clone();
        if filter.is_empty() && self.rows.len() <= limit {
            return Page { body: self.all.clone(), tag, next: None };
        }
        let mut matching = self.rows.iter().filter(|row| filter.matches(row));
        let rows: Vec<&Row> = matching.by_ref().take(limit).collect();
        let more = matching.next().is_some();
        let next = rows.last().filter(|_| more).map(|row| row.slug.to_string());
        Page { body: join(rows.into_iter()), tag, next }
    }
}

impl Filter {
    fn is_empty(&self) -> bool {
        self.status.is_none() && self.tag.is_none() && self.text.is_none() && self.after.is_none()
    }

    fn matches(&self, row: &Row) -> bool {
        self.after.as_ref().is_none_or(|after| row.slug > *after)
            && self.status.is_none_or(|status| row.status == status)
            && self.tag.as_ref().is_none_or(|tag| row.tags.contains(tag))
            && self.text.as_ref().is_none_or(|text| row.text.contains(text))
    }
}

impl Row {
    fn of(project: &Project) -> Self {
        let description = project.description.as_deref().unwrap_or_default();
        Self {
            slug: project.slug.clone(),
            status: project.status,
            tags: project.tags.clone(),
            text: format!("{}\n{}\n{description}", project.slug, project.name).to_lowercase(),
            // A project holds nothing that JSON cannot.
            json: serde_json::to_vec(project).unwrap_or_default().into(),
        }
    }
}

fn join<'a>(rows: impl Iterator<Item = &'a Row>) -> Bytes {
    let mut body = BytesMut::from(&b"["[..]);
    for (index, row) in rows.enumerate() {
        if index > 0 {
            body.put_u8(b',');
        }
        body.put_slice(&row.json);
    }
    body.put_u8(b']');
    body.freeze()
}
