//! What lies in folders and files: found, read and hashed on this machine.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

use ignore::WalkBuilder;
use ring::digest::{SHA256, digest};
use serde::Serialize;
use wire::Timestamp;

use crate::failure::{Failure, Result};
use crate::quantity::count;

/// The server reads no larger ones.
const LARGEST: u64 = 64 << 20;
/// A NUL byte in as much as this says that it is no text.
const HEAD: usize = 8 << 10;

/// A document of this machine.
#[derive(Debug)]
pub(super) struct Item {
    /// As it is stored.
    pub path: String,
    /// SHA-256, in hexadecimal digits.
    pub hash: String,
    pub bytes: u64,
    pub modified_at: Option<Timestamp>,
    pub content: Content,
}

#[derive(Debug)]
pub(super) enum Content {
    /// Read again when it is sent.
    File(PathBuf),
    Held(Vec<u8>),
}

/// What was found, sorted by stored paths.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub items: Vec<Item>,
    pub skipped: Skipped,
    /// Stored paths of folders that were walked, with a slash at the end; the empty one is all.
    pub folders: Vec<String>,
    /// Stored paths of files that are there and were skipped.
    pub present: Vec<String>,
}

/// Files that are no documents.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Skipped {
    pub binary: u64,
    /// Over 64 MiB.
    pub large: u64,
    pub unreadable: u64,
}

/// A file to look at.
struct Candidate {
    path: String,
    file: PathBuf,
    modified: Option<SystemTime>,
}

enum Look {
    Document(Item),
    Binary,
    Large,
    Unreadable,
}

impl Item {
    /// A document that is no file.
    pub(super) fn held(path: String, content: Vec<u8>) -> Self {
        Self {
            path,
            hash: hash(&content),
            bytes: content.len() as u64,
            modified_at: None,
            content: Content::Held(content),
        }
    }

    pub(super) fn read(&self) -> std::io::Result<Vec<u8>> {
        match &self.content {
            Content::File(file) => fs::read(file),
            Content::Held(bytes) => Ok(bytes.clone()),
        }
    }
}

impl Skipped {
    /// `12 binary files`, `1 file over 64 MiB`, …; one for each kind there is.
    pub(super) fn words(self) -> Vec<String> {
        let Self { binary, large, unreadable } = self;
        let kinds = [
            (binary, count(binary, "binary file")),
            (large, count(large, "file") + " over 64 MiB"),
            (unreadable, count(unreadable, "file") + " that cannot be read"),
        ];
        kinds.into_iter().filter(|(amount, _)| *amount > 0).map(|(_, words)| words).collect()
    }
}

impl Found {
    /// Whether this run looked where `path` is stored and found nothing there.
    pub(super) fn lacks(&self, path: &str) -> bool {
        self.folders.iter().any(|folder| path.starts_with(folder.as_str()))
            && self.items.binary_search_by(|item| item.path.as_str().cmp(path)).is_err()
            && self.present.binary_search_by(|other| other.as_str().cmp(path)).is_err()
    }
}

/// Finds the documents of `paths`: files, and folders with all below them except what is hidden
/// or ignored by git. Symbolic links are not followed.
///
/// A path is stored from its last name on: `docs` as `docs/a.md`, `../work/docs` too, a file by
/// its name. `.` and `..` have no name: what is in them is stored as it lies in them.
pub(super) fn gather(paths: &[PathBuf]) -> Result<Found> {
    let mut found = Found::default();
    let mut candidates = Vec::new();
    for path in paths {
        let metadata = fs::metadata(path)
            .map_err(|error| Failure::usage(format!("cannot read {}: {error}", path.display())))?;
        if metadata.is_dir() {
            let folder = stored_name(path).map(|name| name + "/").unwrap_or_default();
            walk(path, &folder, &mut candidates, &mut found.skipped);
            found.folders.push(folder);
        } else {
            let name = stored_name(path).unwrap_or_default();
            let modified = metadata.modified().ok();
            candidates.push(Candidate { path: name, file: path.clone(), modified });
        }
    }
    candidates.sort_by(|one, other| one.path.cmp(&other.path));
    ensure_distinct(&candidates)?;
    for (candidate, look) in candidates.iter().zip(look_at_all(&candidates)) {
        match look {
            Look::Document(item) => {
                found.items.push(item);
                continue;
            }
            Look::Binary => found.skipped.binary += 1,
            Look::Large => found.skipped.large += 1,
            Look::Unreadable => found.skipped.unreadable += 1,
        }
        found.present.push(candidate.path.clone());
    }
    Ok(found)
}

fn stored_name(path: &Path) -> Option<String> {
    path.file_name().map(|name| name.to_string_lossy().into_owned())
}

fn walk(root: &Path, folder: &str, candidates: &mut Vec<Candidate>, skipped: &mut Skipped) {
    let entries = WalkBuilder::new(root).require_git(false).build();
    for entry in entries {
        let Ok(entry) = entry else {
            skipped.unreadable += 1;
            continue;
        };
        if !entry.file_type().is_some_and(|kind| kind.is_file()) {
            continue;
        }
        let file = entry.into_path();
        let below = file.strip_prefix(root).unwrap_or(&file);
        let names: Vec<_> = below.iter().map(|name| name.to_string_lossy()).collect();
        let path = format!("{folder}{}", names.join("/"));
        candidates.push(Candidate { path, file, modified: None });
    }
}

fn ensure_distinct(candidates: &[Candidate]) -> Result<()> {
    let twice = candidates.iter().zip(candidates.iter().skip(1)).find(|(a, b)| a.path == b.path);
    let Some((one, other)) = twice else { return Ok(()) };
    let (path, one, other) = (&one.path, one.file.display(), other.file.display());
    Err(Failure::usage(format!("{one} and {other} would both be stored as {path}"))
        .hint("add one of them to another collection, or the folder that holds both"))
}

/// Looks at each on all cores; the answers are in the order of the candidates.
fn look_at_all(candidates: &[Candidate]) -> Vec<Look> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut looks = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(candidate) = candidates.get(at) else { return looks };
            looks.push((at, look_at(candidate).unwrap_or(Look::Unreadable)));
        }
    };
    let mut looks: Vec<(usize, Look)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().filter_map(|worker| worker.join().ok()).flatten().collect()
    });
    looks.sort_unstable_by_key(|(at, _)| *at);
    looks.into_iter().map(|(_, look)| look).collect()
}

fn look_at(candidate: &Candidate) -> std::io::Result<Look> {
    let mut file = fs::File::open(&candidate.file)?;
    let metadata = file.metadata()?;
    if metadata.len() > LARGEST {
        return Ok(Look::Large);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default() + 1);
    file.read_to_end(&mut bytes)?;
    if is_binary(&candidate.path, &bytes) {
        return Ok(Look::Binary);
    }
    let modified = candidate.modified.or_else(|| metadata.modified().ok());
    Ok(Look::Document(Item {
        path: candidate.path.clone(),
        hash: hash(&bytes),
        bytes: bytes.len() as u64,
        modified_at: modified.and_then(timestamp),
        content: Content::File(candidate.file.clone()),
    }))
}

/// Whether no reader of documents could make text of it: a NUL byte early on, and none of the
/// formats that have one.
fn is_binary(path: &str, bytes: &[u8]) -> bool {
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    if !head.contains(&0) {
        return false;
    }
    let is_utf16 = head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF");
    let is_pdf = head.windows(5).take(1024).any(|it| it == b"%PDF-");
    let names_word =
        path.to_ascii_lowercase().ends_with(".docx") || head.windows(5).any(|it| it == b"word/");
    let is_docx = head.starts_with(b"PK\x03\x04") && names_word;
    !(is_utf16 || is_pdf || is_docx)
}

fn hash(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| DIGITS.get(usize::from(value)).copied().map_or('0', char::from);
    let digest = digest(&SHA256, bytes);
    digest.as_ref().iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn timestamp(time: SystemTime) -> Option<Timestamp> {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_micros()).ok().map(Timestamp::from_micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(found: &Found) -> Vec<&str> {
        found.items.iter().map(|item| item.path.as_str()).collect()
    }

    fn folder() -> tempfile::TempDir {
        let home = tempfile::tempdir().unwrap();
        for (path, content) in [
            ("docs/a.md", &b"# A"[..]),
            ("docs/deep/b.txt", b"b"),
            ("docs/.hidden", b"h"),
            ("docs/.git/config", b"c"),
            ("docs/build/out.txt", b"o"),
            ("docs/.gitignore", b"build/\n"),
            ("docs/picture.png", b"\x89PNG\0\0"),
            ("docs/paper.pdf", b"%PDF-1.7\0"),
            ("docs/wide.txt", b"\xFF\xFEa\0"),
        ] {
            let file = home.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, content).unwrap();
        }
        home
    }

    #[test]
    fn a_folder_is_stored_from_its_name_on_without_what_is_hidden_ignored_or_binary() {
        let home = folder();
        let found = gather(&[home.path().join("docs")]).unwrap();
        assert_eq!(
            paths(&found),
            ["docs/a.md", "docs/deep/b.txt", "docs/paper.pdf", "docs/wide.txt"]
        );
        assert_eq!(found.skipped, Skipped { binary: 1, ..Skipped::default() });
        assert_eq!(found.skipped.words(), ["1 binary file"]);
    }

    #[test]
    fn what_has_no_name_is_stored_as_it_lies_in_it_and_a_file_by_its_name() {
        let home = folder();
        let found = gather(&[home.path().join("docs/deep/..")]).unwrap();
        assert!(paths(&found).contains(&"deep/b.txt"), "{found:?}");
        let found = gather(&[home.path().join("docs/deep/b.txt")]).unwrap();
        assert_eq!(paths(&found), ["b.txt"]);
        assert!(!found.lacks("c.txt"));
    }

    #[test]
    fn only_what_vanished_from_the_folders_is_lacking() {
        let home = folder();
        let found = gather(&[home.path().join("docs")]).unwrap();
        assert!(found.lacks("docs/gone.md"));
        for path in ["docs/a.md", "docs/picture.png", "notes/gone.md", "docsgone.md"] {
            assert!(!found.lacks(path), "{path}");
        }
    }

    #[test]
    fn two_files_of_one_stored_path_are_refused() {
        let home = folder();
        let two = [home.path().join("docs/a.md"), home.path().join("other/a.md")];
        fs::create_dir(home.path().join("other")).unwrap();
        fs::write(&two[1], "# B").unwrap();
        assert!(gather(&two).is_err());
    }

    #[test]
    fn the_hash_is_that_of_the_bytes() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hash(b"abc"), expected);
    }
}
