//! The file that makes durable streams durable. Only appended to; rewritten as a whole, beside
//! the old one, when it is opened and when most of it is dead.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::frame::{self, MAGIC};
use super::record::Record;
use super::replay::{self, Streams};
use crate::Error;

/// Below this a rewrite saves nothing worth the effort.
const SMALLEST_REWRITE: u64 = 4 * 1024 * 1024;
/// Rewritten when this many times as long as what is alive in it.
const BLOAT: u64 = 3;

/// In memory there is none, and everything succeeds.
pub(super) struct Journal(Option<Written>);

struct Written {
    dir: PathBuf,
    file: Arc<File>,
    length: u64,
    /// Records ever written, over all rewrites.
    count: u64,
    /// The file is in a state nobody knows; nothing more is promised.
    broken: bool,
    rewrite_past: u64,
    /// Held for as long as the journal is open: two writers would tear it.
    #[expect(dead_code, reason = "held, not read")]
    lock: File,
}

impl Journal {
    pub(super) fn none() -> Self {
        Self(None)
    }

    /// What is too old at `now` is left behind.
    pub(super) fn open(dir: &Path, now: u64) -> Result<(Self, Streams), Error> {
        let lock = lock(dir)?;
        let mut streams = read(dir)?;
        for stream in streams.values_mut() {
            stream.expire(now);
        }
        let (file, length) = rewrite(dir, &streams).map_err(failed("write", dir))?;
        let (dir, file) = (dir.to_owned(), Arc::new(file));
        let (count, broken, rewrite_past) = (0, false, SMALLEST_REWRITE);
        Ok((Self(Some(Written { dir, file, length, count, broken, rewrite_past, lock })), streams))
    }

    /// When this returns, the record outlives the process, but not yet a power failure: that is
    /// for whoever syncs [`Self::file`].
    pub(super) fn append(&mut self, record: &Record, payload: &[u8]) -> Result<(), Error> {
        self.0.as_mut().map_or(Ok(()), |written| written.append(record, payload))
    }

    /// The file, and how many records are in it.
    pub(super) fn file(&self) -> Option<(Arc<File>, u64)> {
        self.0.as_ref().map(|written| (Arc::clone(&written.file), written.count))
    }

    pub(super) fn count(&self) -> u64 {
        self.0.as_ref().map_or(0, |written| written.count)
    }

    /// A failed sync leaves nobody knowing what is on the disk; trying again proves nothing.
    pub(super) fn sync_failed(&mut self, source: io::Error) -> Error {
        let Some(written) = &mut self.0 else { return Error::Closed };
        written.broken = true;
        failed("sync", &written.dir)(source)
    }

    pub(super) fn is_bloated(&self, live_bytes: u64) -> bool {
        self.0.as_ref().is_some_and(|it| it.length > it.rewrite_past.max(live_bytes * BLOAT))
    }

    pub(super) fn rewrite(&mut self, streams: &Streams) -> Result<(), Error> {
        let Some(written) = &mut self.0 else { return Ok(()) };
        // Should this attempt fail, the next comes when it is twice as bad.
        written.rewrite_past = written.length.saturating_mul(2);
        let rewritten = rewrite(&written.dir, streams);
        let (file, length) = rewritten.map_err(failed("compact", &written.dir))?;
        written.file = Arc::new(file);
        written.length = length;
        written.rewrite_past = SMALLEST_REWRITE;
        Ok(())
    }
}

impl Written {
    fn append(&mut self, record: &Record, payload: &[u8]) -> Result<(), Error> {
        if self.broken {
            return Err(failed("go on with", &self.dir)(io::Error::other("it failed before")));
        }
        let frame = frame::encode(record, payload).map_err(failed("encode", &self.dir))?;
        if let Err(error) = (&*self.file).write_all(&frame) {
            // Half a frame would hide all that follows it.
            self.broken = self.file.set_len(self.length).is_err();
            return Err(failed("write", &self.dir)(error));
        }
        self.length += u64::try_from(frame.len()).unwrap_or_default();
        self.count += 1;
        Ok(())
    }
}

fn journal_path(dir: &Path) -> PathBuf {
    dir.join("mesh.journal")
}

fn lock(dir: &Path) -> Result<File, Error> {
    fs::create_dir_all(dir).map_err(failed("create", dir))?;
    let lock = File::create(dir.join("mesh.lock")).map_err(failed("lock", dir))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::Error(error)) => Err(failed("lock", dir)(error)),
        Err(TryLockError::WouldBlock) => {
            Err(Error::Refused(format!("another process has the mesh in {} open", dir.display())))
        }
    }
}

fn read(dir: &Path) -> Result<Streams, Error> {
    let bytes = match fs::read(journal_path(dir)) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(failed("read", dir)(error)),
    };
    let mut streams = Streams::new();
    let Some(mut rest) = bytes.strip_prefix(MAGIC) else {
        // The very first write may be torn, too; anything else is not ours to overwrite.
        if MAGIC.starts_with(&bytes) {
            return Ok(streams);
        }
        return Err(failed("recognise", dir)(io::ErrorKind::InvalidData.into()));
    };
    while let Some((body, after)) = frame::split(rest) {
        // Whole, and yet not understood: a newer version's. Cutting it off would lose it.
        let (record, payload) = frame::decode(body).map_err(failed("understand", dir))?;
        replay::apply(&mut streams, record, payload)?;
        rest = after;
    }
    if !rest.is_empty() {
        let (bytes, dir) = (rest.len(), dir.display());
        tracing::warn!(bytes, %dir, "cut a torn record off the end of the journal");
    }
    Ok(streams)
}

/// At every instant either the old journal or the new one is there, whole.
fn rewrite(dir: &Path, streams: &Streams) -> io::Result<(File, u64)> {
    let path = dir.join("mesh.journal.new");
    let mut writer = BufWriter::new(File::create(&path)?);
    let mut length = u64::try_from(MAGIC.len()).unwrap_or_default();
    writer.write_all(MAGIC)?;
    replay::summarise(streams, |record, payload| {
        let frame = frame::encode(record, payload)?;
        length += u64::try_from(frame.len()).unwrap_or_default();
        writer.write_all(&frame)
    })?;
    writer.into_inner()?.sync_all()?;
    fs::rename(&path, journal_path(dir))?;
    File::open(dir)?.sync_all()?;
    Ok((OpenOptions::new().append(true).open(journal_path(dir))?, length))
}

fn failed(action: &'static str, dir: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = dir.to_owned();
    move |source| Error::Journal { action, path, source }
}
