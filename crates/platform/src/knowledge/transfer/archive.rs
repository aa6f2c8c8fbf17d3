//! The format of an archive: gzip of lines of JSON.
//!
//! The first line is the header. Each document follows in the order of the bytes of its path: one
//! line that describes it, then one for each of its chunks. The last line says how many there were
//! and has the SHA-256 of everything before it. Nothing in it tells when, where or under which
//! name it was written: the same content gives the same bytes on both engines.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use flate2::bufread::GzDecoder;
use retrieval::extract::Kind;
use retrieval::index::{self, NewChunk};
use retrieval::keyword::Language;
use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};
use wire::Timestamp;

use super::lines::{Lines, Unit};
use crate::ground::error::Result;
use crate::ground::hex;
use crate::ground::http::extract::holds_nul;
use crate::knowledge::collections::is_chunking;
use crate::knowledge::documents::{are_tags, is_path};

const FORMAT: &str = "commandcenter-collection";
const VERSION: u32 = 1;
/// A line of text and vectors becomes no smaller than a twentieth.
const MOST_UNFOLDED: u64 = 20;
const LONGEST_NAME: usize = 65_536;
const MOST_DIMENSIONS: u32 = 16_000;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Line {
    Archive(Header),
    Document(Description),
    Chunk(Chunk),
    End(End),
}

/// The settings of the collection, and what it held when the writing began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    pub format: String,
    pub version: u32,
    pub language: String,
    pub chunk_tokens: u32,
    pub chunk_overlap: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<f32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Of the vectors, if there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dimensions: Option<u32>,
    pub documents: u64,
    pub chunks: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Description {
    pub path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    pub hash: String,
    pub bytes: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    pub modified_at: Timestamp,
    pub added_at: Timestamp,
    pub chunks: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Chunk {
    pub span: [u64; 2],
    pub lines: [u32; 2],
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub context: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub heading: String,
    pub body: String,
    /// Base64 of little-endian half precision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vector: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct End {
    pub documents: u64,
    pub chunks: u64,
    pub sha256: String,
}

impl Header {
    pub(super) fn new(language: Language, (chunk_tokens, chunk_overlap): (u32, u32)) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            language: language.as_str().to_owned(),
            chunk_tokens,
            chunk_overlap,
            weight: None,
            model: None,
            dimensions: None,
            documents: 0,
            chunks: 0,
        }
    }

    fn check(&self) -> Result<(), &'static str> {
        let is_weight = |weight: &f32| (0.0..=1.0).contains(weight);
        match () {
            () if self.format != FORMAT => Err("is no archive of a collection"),
            () if self.version != VERSION => Err("is of a version this server cannot read"),
            () if Language::from_str(&self.language).is_err() => Err("`language` is none"),
            () if !is_chunking(self.chunk_tokens, self.chunk_overlap) => {
                Err("`chunk_tokens` and `chunk_overlap` do not fit")
            }
            () if !self.weight.as_ref().is_none_or(is_weight) => Err("`weight` must be 0 to 1"),
            () if self.model.as_ref().is_some_and(|it| !is_name(it)) => Err("`model` is too long"),
            () if self.dimensions.is_some_and(|it| it == 0 || it > MOST_DIMENSIONS) => {
                Err("`dimensions` must be 1 to 16,000")
            }
            () if self.dimensions.is_some() && self.model.is_none() => {
                Err("vectors without a `model`")
            }
            () => Ok(()),
        }
    }
}

impl Description {
    fn check(&self) -> Result<(), &'static str> {
        let is_hash = self.hash.len() == 64 && self.hash.bytes().all(|it| it.is_ascii_hexdigit());
        let names = [&self.language, &self.title, &self.failure];
        match () {
            () if !is_path(&self.path) => Err("`path` is none"),
            () if !is_hash => Err("`hash` is no SHA-256"),
            () if !are_tags(&self.tags) => Err("`tags` must be at most 32 of 1 to 64 bytes"),
            () if self.kind.as_deref().is_some_and(|kind| Kind::from_str(kind).is_err()) => {
                Err("`kind` is none")
            }
            () if !names.into_iter().flatten().all(|name| is_name(name)) => {
                Err("a text is longer than 65,536 bytes")
            }
            () if i64::try_from(self.bytes).is_err() => Err("`bytes` is too large"),
            () => Ok(()),
        }
    }
}

const fn is_name(text: &str) -> bool {
    text.len() <= LONGEST_NAME
}

impl Chunk {
    fn into_chunk(self, dimensions: Option<u32>) -> Result<NewChunk, &'static str> {
        let [start, end] = self.span;
        if start > end || i64::try_from(end).is_err() {
            return Err("`span` is none");
        }
        let embedding = match self.vector {
            None => None,
            Some(text) => {
                let bytes = BASE64.decode(text).map_err(|_| "`vector` is no base64")?;
                let vector = index::vector_of(&bytes).ok_or("`vector` is none")?;
                if u32::try_from(vector.len()).ok() != dimensions {
                    return Err("`vector` has other dimensions than the header says");
                }
                Some(vector)
            }
        };
        Ok(NewChunk {
            span: start..end,
            lines: (self.lines[0], self.lines[1]),
            context: self.context,
            heading: self.heading,
            body: self.body,
            embedding,
        })
    }
}

/// A document of an archive.
pub(super) struct Held {
    pub description: Description,
    pub chunks: Vec<NewChunk>,
    /// On disk, about.
    pub bytes: usize,
}

/// An archive that is read from its beginning to its end.
pub(super) struct Archive {
    lines: Lines<BufReader<GzDecoder<BufReader<File>>>>,
    pub header: Header,
    digest: Context,
    documents: u64,
    chunks: u64,
    last: Option<String>,
    largest: usize,
    has_ended: bool,
}

impl Archive {
    /// `most` bytes were taken in; no document is larger than `largest`.
    pub(super) fn open(file: File, (most, largest): (u64, usize)) -> Result<Self> {
        let plain = BufReader::new(GzDecoder::new(BufReader::new(file)));
        let mut lines = Lines::new(plain, Unit::Line, most.saturating_mul(MOST_UNFOLDED));
        let mut digest = Context::new(&SHA256);
        let Line::Archive(header) = read(&mut lines, &mut digest)? else {
            return Err(lines.wrong("the header is missing"));
        };
        header.check().map_err(|what| lines.wrong(what))?;
        Ok(Self {
            lines,
            header,
            digest,
            documents: 0,
            chunks: 0,
            last: None,
            largest,
            has_ended: false,
        })
    }

    /// The next document; `None` when the last line is reached and is right.
    pub(super) fn next(&mut self) -> Result<Option<Held>> {
        if self.has_ended {
            return Ok(None);
        }
        let description = match read(&mut self.lines, &mut self.digest)? {
            Line::Document(description) => description,
            Line::End(end) => return self.finish(&end).map(|()| None),
            Line::Archive(_) | Line::Chunk(_) => {
                return Err(self.lines.wrong("is no document"));
            }
        };
        description.check().map_err(|what| self.lines.wrong(what))?;
        if self.last.as_ref().is_some_and(|last| *last >= description.path) {
            return Err(self.lines.wrong("the documents are not in the order of their paths"));
        }
        self.last = Some(description.path.clone());
        let mut held = Held { description, chunks: Vec::new(), bytes: 0 };
        for _ in 0..held.description.chunks {
            let Line::Chunk(chunk) = read(&mut self.lines, &mut self.digest)? else {
                return Err(self.lines.wrong("is no chunk"));
            };
            held.bytes += chunk.body.len() + chunk.vector.as_ref().map_or(0, String::len);
            held.bytes += chunk.context.len() + chunk.heading.len();
            if held.bytes > self.largest {
                return Err(self.lines.wrong("the document is larger than is taken"));
            }
            let chunk = chunk.into_chunk(self.header.dimensions);
            held.chunks.push(chunk.map_err(|what| self.lines.wrong(what))?);
        }
        self.documents += 1;
        self.chunks += u64::from(held.description.chunks);
        Ok(Some(held))
    }

    fn finish(&mut self, end: &End) -> Result<()> {
        if (end.documents, end.chunks) != (self.documents, self.chunks) {
            return Err(self.lines.wrong("documents or chunks are missing"));
        }
        if end.sha256 != hex::encode(self.digest.clone().finish().as_ref()) {
            return Err(self.lines.wrong("the lines before it are not those that were written"));
        }
        if self.lines.next()?.is_some() {
            return Err(self.lines.wrong("stands behind the last"));
        }
        let packed = self.lines.reader.get_mut().get_mut();
        match packed.fill_buf() {
            Ok([]) => {
                self.has_ended = true;
                Ok(())
            }
            Ok(_) => Err(self.lines.wrong("something stands behind the archive")),
            Err(error) => Err(self.lines.unreadable(error)),
        }
    }
}

/// The next line; all but the last are part of the digest.
fn read<R: BufRead>(lines: &mut Lines<R>, digest: &mut Context) -> Result<Line> {
    let (line, parsed) = match lines.next()? {
        None => return Err(lines.wrong("the file ends in the middle")),
        Some(line) if !line.ends_with(b"\n") || holds_nul(line) => (None, None),
        Some(line) => (Some(line), serde_json::from_slice::<Line>(line).into()),
    };
    if let (Some(line), Some(Ok(Line::Archive(_) | Line::Document(_) | Line::Chunk(_)))) =
        (line, &parsed)
    {
        digest.update(line);
    }
    match parsed {
        None => Err(lines.wrong("is cut off, or holds the character U+0000")),
        Some(Err(error)) => Err(lines.wrong(error)),
        Some(Ok(line)) => Ok(line),
    }
}
