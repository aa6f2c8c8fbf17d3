//! What a collection of Chroma answers when it is asked for all it holds: an object of arrays that
//! run in parallel. It is read once, in order, each array into a file of its own, so that no more
//! than one element is in memory.

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufReader, Read};
use std::rc::Rc;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::Spool;
use super::lines::{LONGEST_LINE, Lines, Unit};
use crate::ground::app::App;
use crate::ground::error::{Error, Result};

/// Their names for the arrays, and ours for what is in them.
const ARRAYS: [(&str, &str); 4] =
    [("ids", "id"), ("documents", "text"), ("metadatas", "metadata"), ("embeddings", "embedding")];

/// A file for each array.
pub(super) struct Columns([Column; 4]);

struct Column {
    spool: Spool,
    length: Option<u64>,
}

impl Columns {
    pub(super) async fn create(app: &App) -> Result<Self> {
        let column =
            async || Ok::<_, Error>(Column { spool: Spool::create(app).await?, length: None });
        Ok(Self([column().await?, column().await?, column().await?, column().await?]))
    }
}

/// The records of `from` as lines.
pub(super) fn unfold(from: &Spool, mut columns: Columns, into: Spool) -> Result<Spool> {
    let budget = Budget(Rc::new(Cell::new(LONGEST_LINE)));
    let reader = Bounded { reader: BufReader::new(from.open()?), budget: budget.clone() };
    let mut json = serde_json::Deserializer::from_reader(reader);
    let mut failed = None;
    let arrays = Arrays { columns: &mut columns, budget: &budget, failed: &mut failed };
    let read = arrays.deserialize(&mut json).and_then(|()| json.end());
    match (failed, read) {
        (Some(error), _) => return Err(error),
        (None, Err(error)) => return Err(Error::field("body", error.to_string())),
        (None, Ok(())) => {}
    }
    columns.join(into)
}

impl Columns {
    fn join(self, mut into: Spool) -> Result<Spool> {
        let [ids, ..] = &self.0;
        let count = ids.length.ok_or_else(|| Error::field("body", "`ids` is missing"))?;
        let mut readers = Vec::new();
        for ((theirs, ours), column) in ARRAYS.into_iter().zip(&self.0) {
            match column.length {
                None => {}
                Some(length) if length == count => {
                    let file = BufReader::new(column.spool.open()?);
                    readers.push((ours, Lines::new(file, Unit::Record, u64::MAX)));
                }
                Some(length) => {
                    let message = format!("`{theirs}` has {length} elements and `ids` {count}");
                    return Err(Error::field("body", message));
                }
            }
        }
        for _ in 0..count {
            let mut record = b"{".to_vec();
            for (ours, lines) in &mut readers {
                let element = lines.next()?.unwrap_or(b"null").trim_ascii_end();
                if record.len() > 1 {
                    record.push(b',');
                }
                record.extend_from_slice(format!("\"{ours}\":").as_bytes());
                record.extend_from_slice(element);
            }
            record.extend_from_slice(b"}\n");
            into.append(&record)?;
        }
        Ok(into)
    }
}

/// Bytes the element that is read now may still take.
#[derive(Clone)]
struct Budget(Rc<Cell<u64>>);

struct Bounded<R> {
    reader: R,
    budget: Budget,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        let left = self.budget.0.get().checked_sub(read as u64);
        let left = left.ok_or_else(|| io::Error::other("an element is longer than 16 MiB"))?;
        self.budget.0.set(left);
        Ok(read)
    }
}

struct Arrays<'a> {
    columns: &'a mut Columns,
    budget: &'a Budget,
    /// Why an array could not be kept.
    failed: &'a mut Option<Error>,
}

impl<'de> DeserializeSeed<'de> for Arrays<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Arrays<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of arrays")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(name) = map.next_key::<String>()? {
            let place = ARRAYS.iter().position(|(theirs, _)| *theirs == name);
            let column = place.and_then(|place| self.columns.0.get_mut(place));
            self.budget.0.set(LONGEST_LINE);
            match column {
                None => drop(map.next_value::<IgnoredAny>()?),
                Some(Column { length: Some(_), .. }) => {
                    return Err(serde::de::Error::custom(format!("`{name}` is given twice")));
                }
                Some(column) => {
                    let budget = self.budget;
                    map.next_value_seed(Array { column, budget, failed: &mut *self.failed })?;
                }
            }
            self.budget.0.set(LONGEST_LINE);
        }
        Ok(())
    }
}

struct Array<'a> {
    column: &'a mut Column,
    budget: &'a Budget,
    failed: &'a mut Option<Error>,
}

impl<'de> DeserializeSeed<'de> for Array<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Array<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    /// What was not asked for is `null`.
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<(), S::Error> {
        let mut length = 0;
        while let Some(element) = seq.next_element::<Box<RawValue>>()? {
            self.budget.0.set(LONGEST_LINE);
            length += 1;
            let line = on_one_line(&element).map_err(serde::de::Error::custom)?;
            if let Err(error) = self.column.spool.append(&line) {
                *self.failed = Some(error);
                return Err(serde::de::Error::custom("cannot be kept"));
            }
        }
        self.column.length = Some(length);
        Ok(())
    }
}

fn on_one_line(element: &RawValue) -> serde_json::Result<Vec<u8>> {
    let value: Value = serde_json::from_str(element.get())?;
    let mut line = serde_json::to_vec(&value)?;
    line.push(b'\n');
    Ok(line)
}
