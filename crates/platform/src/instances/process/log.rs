//! The output of an instance in files of bounded size, a line each:
//! `2026-01-31T12:00:00Z o what it said`.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use wire::Timestamp;
use wire::instances::{LogLine, LogStream};

/// Longer lines are cut into several.
const LONGEST_LINE: usize = 16 << 10;

/// Writes a log, beginning a new file when the last is full and forgetting the oldest.
pub(super) struct LogWriter {
    path: PathBuf,
    file: File,
    size: u64,
    largest: u64,
    /// Beside the one that is written.
    older: u32,
}

impl LogWriter {
    pub(super) fn open(path: &Path, largest: u64, files: u32) -> io::Result<Self> {
        let file = File::options().create(true).append(true).open(path)?;
        let size = file.metadata()?.len();
        let older = files.saturating_sub(1);
        Ok(Self { path: path.to_owned(), file, size, largest, older })
    }

    pub(super) fn write(&mut self, at: Timestamp, stream: LogStream, text: &str) -> io::Result<()> {
        let letter = match stream {
            LogStream::Stdout => 'o',
            LogStream::Stderr => 'e',
        };
        let line = format!("{at} {letter} {text}\n");
        let length = line.len() as u64;
        if self.size > 0 && self.size + length > self.largest {
            self.begin_anew()?;
        }
        // In one piece, so that who follows sees whole lines.
        self.file.write_all(line.as_bytes())?;
        self.size += length;
        Ok(())
    }

    fn begin_anew(&mut self) -> io::Result<()> {
        for number in (1..self.older).rev() {
            let from = numbered(&self.path, number);
            if from.exists() {
                fs::rename(from, numbered(&self.path, number + 1))?;
            }
        }
        match self.older {
            0 => fs::remove_file(&self.path)?,
            _ => fs::rename(&self.path, numbered(&self.path, 1))?,
        }
        self.file = File::options().create(true).append(true).open(&self.path)?;
        self.size = 0;
        Ok(())
    }
}

/// `log` for 0, `log.1` for 1.
pub(super) fn numbered(path: &Path, number: u32) -> PathBuf {
    if number == 0 {
        return path.to_owned();
    }
    path.with_extension(number.to_string())
}

pub(super) fn parse(line: &str) -> Option<LogLine> {
    let (at, rest) = line.split_once(' ')?;
    let (letter, text) = rest.split_once(' ')?;
    let stream = match letter {
        "o" => LogStream::Stdout,
        "e" => LogStream::Stderr,
        _ => return None,
    };
    Some(LogLine { at: at.parse().ok(), stream, text: text.to_owned() })
}

/// Cuts what came into lines, and keeps what is no whole line yet.
#[derive(Default)]
pub(super) struct Lines(Vec<u8>);

impl Lines {
    pub(super) fn take(&mut self, bytes: &[u8]) -> Vec<String> {
        self.0.extend_from_slice(bytes);
        let mut lines = Vec::new();
        loop {
            let end = self.0.iter().take(LONGEST_LINE).position(|byte| *byte == b'\n');
            let (length, skipped) = match end {
                Some(end) => (end, 1),
                None if self.0.len() >= LONGEST_LINE => (LONGEST_LINE, 0),
                None => return lines,
            };
            let line: Vec<u8> = self.0.drain(..length + skipped).take(length).collect();
            lines.push(readable(&line));
        }
    }

    /// What was no whole line when the output ended.
    pub(super) fn rest(&mut self) -> Option<String> {
        let rest = std::mem::take(&mut self.0);
        (!rest.is_empty()).then(|| readable(&rest))
    }
}

fn readable(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end_matches('\r').replace('\r', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_where_they_end_or_get_too_long() {
        let mut lines = Lines::default();
        assert!(lines.take(b"one").is_empty());
        assert_eq!(lines.take(b" two\r\nthree\n\xff"), ["one two", "three"]);
        assert_eq!(lines.rest().unwrap(), "\u{fffd}");
        let long = vec![b'x'; LONGEST_LINE + 1];
        assert_eq!(lines.take(&long), ["x".repeat(LONGEST_LINE)]);
        assert_eq!(lines.rest().unwrap(), "x");
        assert_eq!(lines.rest(), None);
    }

    #[test]
    fn the_files_stay_small_and_the_oldest_goes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let mut log = LogWriter::open(&path, 100, 3).unwrap();
        for number in 0..40 {
            let text = format!("line {number}");
            log.write(Timestamp::UNIX_EPOCH, LogStream::Stderr, &text).unwrap();
        }
        let read = |number| fs::read_to_string(numbered(&path, number)).unwrap();
        assert!((0..3).all(|number| read(number).len() <= 100));
        assert!(!numbered(&path, 3).exists());
        let all: String = [2, 1, 0].map(read).concat();
        let lines: Vec<LogLine> = all.lines().filter_map(parse).collect();
        assert_eq!(lines.last().unwrap().text, "line 39");
        assert_eq!(lines[0].text, format!("line {}", 40 - lines.len()));
        assert_eq!(lines[0].stream, LogStream::Stderr);
    }
}
