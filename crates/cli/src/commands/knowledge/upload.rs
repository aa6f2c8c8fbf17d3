//! Sending documents: what the server has not got, in requests of a bearable size, followed until
//! each is read.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use client::{Knowledge, Signal};
use futures::StreamExt;
use indicatif::ProgressBar;
use tokio::sync::mpsc;
use tokio::time::timeout;
use wire::knowledge::{
    Failure as Unread, Ingest, IngestState, Manifest, ManifestEntry, NewDocument, NewDocuments,
};

use super::folder::Item;
use super::patience::patiently;
use super::refused;
use crate::failure::{Exit, Failure, Result};
use crate::printer::Printer;

/// Of one request, before encoding. A larger document travels alone.
const BATCH_BYTES: u64 = 8 << 20;
const BATCH_DOCUMENTS: usize = 500;

/// Of one comparison: 20,000 entries are allowed, and no body is to be much larger than this.
const COMPARED_ENTRIES: usize = 20_000;
const COMPARED_BYTES: usize = 800_000;
/// An entry without its path.
const ENTRY_BYTES: usize = 96;

/// A document is read in seconds; after this the one who waits is told where to look.
const PATIENCE: Duration = Duration::from_secs(90);
const STILL: &str = "no document was read for a while: does a worker run? `commandcenter jobs list` shows what failed";

/// Where documents go.
pub(super) struct Destination<'a> {
    pub printer: &'a Printer,
    pub knowledge: &'a Knowledge,
    pub collection: Option<&'a str>,
    pub tags: &'a [String],
}

/// Where this machine and a collection differ: places in the list of items.
#[derive(Debug, Default)]
pub(super) struct Difference {
    pub new: Vec<usize>,
    pub changed: Vec<usize>,
    pub unchanged: u64,
}

/// What became of what was sent.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub chunks: u64,
    pub failed: u64,
    /// Those whose reasons are known; the server names the first 100 of a request.
    pub failures: Vec<Unread>,
}

impl Destination<'_> {
    /// Asks which of `items` the collection has already, by their hashes.
    pub(super) async fn compare(&self, items: &[Item]) -> client::Result<Difference> {
        let mut difference = Difference::default();
        let mut start = 0;
        while start < items.len() {
            let page = items.get(start..).unwrap_or_default();
            let page = page.get(..page_length(page)).unwrap_or(page);
            let manifest = Manifest { collection: self.name(), entries: entries(page) };
            let found = patiently(async || self.knowledge.compare(&manifest).await).await?;
            let places = |found: Vec<u32>| found.into_iter().map(move |at| start + at as usize);
            difference.new.extend(places(found.new));
            difference.changed.extend(places(found.changed));
            difference.unchanged += found.unchanged;
            start += page.len();
        }
        Ok(difference)
    }

    /// Sends `items` and waits until all of them are read. `bar` counts them.
    pub(super) async fn send(&self, items: &[&Item], bar: &ProgressBar) -> Result<Outcome> {
        let (sender, accepted) = mpsc::unbounded_channel();
        let sending = self.send_batches(items, sender);
        let (unsent, mut outcome) = futures::try_join!(sending, self.follow_all(accepted, bar))?;
        outcome.failed += unsent.len() as u64;
        outcome.failures.extend(unsent);
        Ok(outcome)
    }

    /// Gives the items that could not be read here.
    async fn send_batches(
        &self,
        items: &[&Item],
        accepted: mpsc::UnboundedSender<Ingest>,
    ) -> Result<Vec<Unread>> {
        let mut unsent = Vec::new();
        let mut rest = items;
        while !rest.is_empty() {
            let (batch, later) = rest.split_at(batch_length(rest));
            rest = later;
            let mut documents = Vec::with_capacity(batch.len());
            for item in batch {
                match self.document(item) {
                    Ok(document) => documents.push(document),
                    Err(error) => {
                        unsent.push(Unread { path: item.path.clone(), reason: error.to_string() });
                    }
                }
            }
            if documents.is_empty() {
                continue;
            }
            let new = NewDocuments { collection: self.name(), documents };
            let ingest = patiently(async || self.knowledge.add_documents(&new).await).await;
            // Who follows has failed and says why.
            accepted.send(ingest.map_err(refused)?).ok();
        }
        Ok(unsent)
    }

    async fn follow_all(
        &self,
        mut accepted: mpsc::UnboundedReceiver<Ingest>,
        bar: &ProgressBar,
    ) -> Result<Outcome> {
        let mut outcome = Outcome::default();
        let mut finished = 0;
        while let Some(ingest) = accepted.recv().await {
            let tell = |now: &Ingest| bar.set_position(finished + now.done + now.unchanged);
            let ingest = self.follow(ingest, tell).await?;
            finished += ingest.total + ingest.unchanged;
            bar.set_position(finished);
            outcome.chunks += ingest.chunks;
            outcome.failed += ingest.failed;
            outcome.failures.extend(ingest.failures);
        }
        Ok(outcome)
    }

    /// Waits for the end of one ingest.
    async fn follow(&self, ingest: Ingest, mut tell: impl FnMut(&Ingest)) -> Result<Ingest> {
        if ingest.state != IngestState::Running {
            return settled(ingest);
        }
        let mut signals = self.knowledge.follow_ingest(ingest.id);
        loop {
            let Ok(signal) = timeout(PATIENCE, signals.next()).await else {
                self.printer.note(STILL)?;
                continue;
            };
            let Some(signal) = signal else { break };
            match signal.map_err(refused)? {
                Signal::Item(ingest) => {
                    tell(&ingest);
                    if ingest.state != IngestState::Running {
                        return settled(ingest);
                    }
                }
                // It goes on where it was; what was sent is safe with the server.
                Signal::Live | Signal::Lost { .. } => {}
            }
        }
        Err(Failure::new(Exit::Unavailable, "the server stopped telling how the documents fare")
            .hint("what was sent goes on; run the command again to see what is left"))
    }

    fn document(&self, item: &Item) -> std::io::Result<NewDocument> {
        let mut document = NewDocument {
            path: item.path.clone(),
            tags: self.tags.to_vec(),
            modified_at: item.modified_at,
            ..NewDocument::default()
        };
        match String::from_utf8(item.read()?) {
            Ok(text) if !text.contains('\0') => document.text = Some(text),
            Ok(text) => document.base64 = Some(STANDARD.encode(text)),
            Err(bytes) => document.base64 = Some(STANDARD.encode(bytes.as_bytes())),
        }
        Ok(document)
    }

    fn name(&self) -> Option<String> {
        self.collection.map(str::to_owned)
    }
}

fn entries(items: &[Item]) -> Vec<ManifestEntry> {
    let entry = |it: &Item| ManifestEntry { path: it.path.clone(), hash: it.hash.clone() };
    items.iter().map(entry).collect()
}

fn page_length(items: &[Item]) -> usize {
    let sizes = items.iter().map(|item| item.path.len() + ENTRY_BYTES);
    fitting(sizes.take(COMPARED_ENTRIES), COMPARED_BYTES)
}

fn batch_length(items: &[&Item]) -> usize {
    let sizes = items.iter().map(|item| item.bytes);
    fitting(sizes.take(BATCH_DOCUMENTS), BATCH_BYTES)
}

/// How many of `sizes` come before their sum is over `most`; at least one.
fn fitting<T: Copy + Default + PartialOrd + std::ops::Add<Output = T>>(
    sizes: impl Iterator<Item = T>,
    most: T,
) -> usize {
    let sums = sizes.scan(T::default(), |sum, size| {
        *sum = *sum + size;
        Some(*sum)
    });
    sums.take_while(|sum| *sum <= most).count().max(1)
}

fn settled(ingest: Ingest) -> Result<Ingest> {
    if ingest.state != IngestState::GaveUp {
        return Ok(ingest);
    }
    let why = ingest.error.unwrap_or_default();
    Err(Failure::new(Exit::Unavailable, format!("the server gave up reading the documents: {why}"))
        .hint("see the cause mended, then `commandcenter jobs retry` goes on where it stopped"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::printer::Output;

    #[test]
    fn a_request_is_full_at_its_size_or_its_count_and_never_empty() {
        assert_eq!(fitting([5, 5, 1].into_iter(), 10), 2);
        assert_eq!(fitting([50, 1].into_iter(), 10), 1);
        assert_eq!(fitting([1; 7].into_iter().take(3), 10), 3);
    }

    #[test]
    fn what_is_no_text_travels_encoded() {
        let client = client::Client::new("http://127.0.0.1:1".parse().unwrap(), None).unwrap();
        let knowledge = client.knowledge(&"atlas".parse().unwrap());
        let printer = Printer::new(Output::Table);
        let (knowledge, printer) = (&knowledge, &printer);
        let destination = Destination { printer, knowledge, collection: None, tags: &[] };
        let sent = |bytes: &[u8]| {
            destination.document(&Item::held("a".to_owned(), bytes.to_vec())).unwrap()
        };
        assert_eq!(sent("ä".as_bytes()).text.as_deref(), Some("ä"));
        assert_eq!(sent(b"\xFF\xFEa\0").base64.as_deref(), Some("//5hAA=="));
        assert_eq!(sent(b"").text.as_deref(), Some(""));
    }
}
