//! The lines of a stranger's file, bounded and counted.

use std::io::{self, BufRead, ErrorKind};

use crate::ground::error::{Error, Result};

/// No line is longer, in bytes.
pub(super) const LONGEST_LINE: u64 = 16 << 20;

/// What a file is made of, as its errors call it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Unit {
    Line,
    Record,
    Row,
}

impl Unit {
    /// The error that names the place.
    pub(super) fn wrong(self, number: u64, what: impl std::fmt::Display) -> Error {
        let unit = match self {
            Self::Line => "line",
            Self::Record => "record",
            Self::Row => "row",
        };
        Error::field("body", format!("{unit} {number}: {what}"))
    }
}

pub(super) struct Lines<R> {
    pub reader: R,
    pub unit: Unit,
    /// Of the line read last, from 1.
    pub number: u64,
    line: Vec<u8>,
    /// Bytes that may still come.
    left: u64,
}

impl<R: BufRead> Lines<R> {
    /// At most `most` bytes in all.
    pub(super) fn new(reader: R, unit: Unit, most: u64) -> Self {
        Self { reader, unit, number: 0, line: Vec::new(), left: most }
    }

    /// The next line with its end, if it has one; `None` behind the last.
    pub(super) fn next(&mut self) -> Result<Option<&[u8]>> {
        self.line.clear();
        self.number += 1;
        let mut bounded = io::Read::take(&mut self.reader, LONGEST_LINE + 1);
        let read = bounded.read_until(b'\n', &mut self.line);
        let read = read.map_err(|error| self.unreadable(error))? as u64;
        if read > LONGEST_LINE {
            return Err(self.wrong("is longer than 16 MiB"));
        }
        if read > self.left {
            return Err(self.wrong("the file unfolds to more than is taken"));
        }
        self.left -= read;
        Ok((read > 0).then_some(self.line.as_slice()))
    }

    /// The error that names the line read last.
    pub(super) fn wrong(&self, what: impl std::fmt::Display) -> Error {
        self.unit.wrong(self.number, what)
    }

    /// A file of ours that cannot be read is our fault, one that cannot be unpacked is theirs.
    pub(super) fn unreadable(&self, error: io::Error) -> Error {
        let kind = error.kind();
        if kind == ErrorKind::UnexpectedEof {
            return self.wrong("the file ends in the middle");
        }
        if matches!(kind, ErrorKind::InvalidInput | ErrorKind::InvalidData) {
            return self.wrong(format!("the file is damaged: {error}"));
        }
        anyhow::Error::from(error).into()
    }
}
