//! Reading a log while it is written: its last lines, then what comes, through every new file.

use std::collections::{HashSet, VecDeque};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use wire::instances::LogLine;

use super::log::{numbered, parse};

/// More files than these no log has.
const MOST_FILES: u32 = 100;
/// Lines given at a time.
const BATCH: usize = 1_000;

/// A place in a log.
pub(in crate::instances) struct Tail {
    path: PathBuf,
    current: Option<OpenLog>,
    /// The beginning of a line whose end has not come.
    partial: Vec<u8>,
}

struct OpenLog {
    reader: BufReader<File>,
    inode: u64,
}

impl OpenLog {
    fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let inode = file.metadata()?.ino();
        Ok(Self { reader: BufReader::new(file), inode })
    }
}

impl Tail {
    /// The last `count` lines of the log at `path`, and the place behind them.
    pub(in crate::instances) fn open(
        path: &Path,
        count: usize,
    ) -> io::Result<(Self, Vec<LogLine>)> {
        // The newest first: one that is renamed meanwhile is met again, and none is missed.
        let mut seen = HashSet::new();
        let newest_first = (0..MOST_FILES).map_while(|it| OpenLog::open(&numbered(path, it)).ok());
        let files: Vec<OpenLog> = newest_first.filter(|it| seen.insert(it.inode)).collect();
        let mut tail = Self { path: path.to_owned(), current: None, partial: Vec::new() };
        let mut lines = VecDeque::new();
        for file in files.into_iter().rev() {
            tail.current = Some(file);
            tail.partial.clear();
            while let Some(line) = tail.read_line()? {
                if lines.len() == count {
                    lines.pop_front();
                }
                if count > 0 {
                    lines.push_back(line);
                }
            }
        }
        Ok((tail, lines.into()))
    }

    /// What came since, as far as it is whole; empty when nothing did.
    pub(in crate::instances) fn read(&mut self) -> io::Result<Vec<LogLine>> {
        let mut lines = Vec::new();
        while lines.len() < BATCH {
            if let Some(line) = self.read_line()? {
                lines.push(line);
                continue;
            }
            let Some(next) = self.next_file() else { break };
            // What was written between the last look and the renaming is still there.
            if let Some(line) = self.read_line()? {
                lines.push(line);
                continue;
            }
            self.partial.clear();
            self.current = Some(next);
        }
        Ok(lines)
    }

    /// The next whole line of the current file.
    fn read_line(&mut self) -> io::Result<Option<LogLine>> {
        let Some(current) = &mut self.current else { return Ok(None) };
        loop {
            current.reader.read_until(b'\n', &mut self.partial)?;
            if self.partial.last() != Some(&b'\n') {
                return Ok(None);
            }
            let bytes = std::mem::take(&mut self.partial);
            let text = String::from_utf8_lossy(&bytes);
            if let Some(line) = parse(text.trim_end_matches('\n')) {
                return Ok(Some(line));
            }
        }
    }

    /// The file that was begun after the current one.
    fn next_file(&self) -> Option<OpenLog> {
        let inode = |number: &u32| fs::metadata(numbered(&self.path, *number)).map(|it| it.ino());
        let current = self.current.as_ref().map(|it| it.inode);
        let there: Vec<u64> = (0..MOST_FILES).map_while(|it| inode(&it).ok()).collect();
        let own = there.iter().position(|it| Some(*it) == current);
        let next = match own {
            Some(0) => return None,
            Some(own) => own - 1,
            // Forgotten meanwhile: on with the oldest there is.
            None => there.len().checked_sub(1)?,
        };
        OpenLog::open(&numbered(&self.path, u32::try_from(next).ok()?)).ok()
    }
}

#[cfg(test)]
mod tests {
    use wire::Timestamp;
    use wire::instances::LogStream;

    use super::super::log::LogWriter;
    use super::*;

    fn texts(lines: Vec<LogLine>) -> Vec<String> {
        lines.into_iter().map(|line| line.text).collect()
    }

    fn say(log: &mut LogWriter, range: std::ops::Range<u32>) -> Vec<String> {
        let lines: Vec<String> = range.map(|number| format!("line {number}")).collect();
        for line in &lines {
            log.write(Timestamp::UNIX_EPOCH, LogStream::Stdout, line).unwrap();
        }
        lines
    }

    #[test]
    fn the_last_lines_come_from_several_files() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let (_, none) = Tail::open(&path, 5).unwrap();
        assert!(none.is_empty());
        let mut log = LogWriter::open(&path, 100, 3).unwrap();
        let said = say(&mut log, 0..20);
        let (_, last) = Tail::open(&path, 5).unwrap();
        assert_eq!(texts(last), said[15..]);
        let (_, last) = Tail::open(&path, 0).unwrap();
        assert!(last.is_empty());
    }

    #[test]
    fn who_follows_misses_nothing_when_files_change() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let (mut tail, _) = Tail::open(&path, 5).unwrap();
        let mut log = LogWriter::open(&path, 100, 4).unwrap();
        let mut next = 0;
        // One line more each time, so that the files change at every place of a look.
        for count in 1..8 {
            let said = say(&mut log, next..next + count);
            next += count;
            assert_eq!(texts(tail.read().unwrap()), said);
        }
        assert!(tail.read().unwrap().is_empty());
    }

    #[test]
    fn half_a_line_waits_for_its_other_half() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        fs::write(&path, "1970-01-01T00:00:00Z o ab").unwrap();
        let (mut tail, _) = Tail::open(&path, 5).unwrap();
        assert!(tail.read().unwrap().is_empty());
        let mut file = File::options().append(true).open(&path).unwrap();
        io::Write::write_all(&mut file, b"cd\n").unwrap();
        assert_eq!(texts(tail.read().unwrap()), ["abcd"]);
    }
}
