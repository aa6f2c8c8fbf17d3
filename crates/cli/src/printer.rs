//! Results on stdout in the form asked for; talk on stderr.

use std::fmt;
use std::io::{self, IsTerminal, Write};

use clap::ValueEnum;
use serde::Serialize;
use wire::federation::Status;

use crate::failure::{Exit, Failure, Result};
use crate::table::{self, Cell, Column, MAX_WIDTH, Tone};

/// The forms a result can have. `Ndjson` is a JSON value per line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    Table,
    Json,
    Yaml,
    Ndjson,
}

/// A thing that can stand in a table.
pub(crate) trait Row: Serialize {
    const COLUMNS: &'static [Column];

    /// One cell for each of `COLUMNS`.
    fn cells(&self, printer: &Printer) -> Vec<Cell>;
}

/// A thing that can be shown alone: its fields, one under the other.
pub(crate) trait Sheet: Serialize {
    fn fields(&self, printer: &Printer) -> Vec<(&'static str, Cell)>;
}

/// A thing that comes as it happens, a line each.
pub(crate) trait Line: Serialize {
    fn cells(&self, printer: &Printer) -> Vec<Cell>;
}

#[derive(Debug, Clone)]
pub(crate) struct Printer {
    pub output: Output,
    /// Someone watches stdout: icons, and the width of their window.
    pub is_terminal: bool,
    width: u16,
}

impl Printer {
    pub(crate) fn new(output: Output) -> Self {
        let is_terminal = io::stdout().is_terminal();
        let width = comfy_table::Table::new().width().filter(|it| is_terminal && *it > 0);
        Self { output, is_terminal, width: width.unwrap_or(MAX_WIDTH) }
    }

    /// Prints a whole list. For people an empty one is `when_empty`, on stderr.
    pub(crate) fn list<T: Row>(&self, items: &[T], when_empty: &str) -> Result<()> {
        match self.output {
            Output::Table if items.is_empty() => self.note(when_empty),
            Output::Table => {
                let rows = items.iter().map(|it| it.cells(self)).collect();
                self.text(&table::with_headings(T::COLUMNS, rows, self.width))
            }
            Output::Ndjson => items.iter().try_for_each(|it| self.value(it)),
            Output::Json | Output::Yaml => self.value(items),
        }
    }

    /// Prints one thing.
    pub(crate) fn one<T: Sheet>(&self, item: &T) -> Result<()> {
        match self.output {
            Output::Table => {
                let columns = [Column::Fixed(""), Column::Flexible("")];
                let fields = item.fields(self).into_iter();
                let rows = fields.map(|(name, cell)| vec![Cell::muted(name), cell]).collect();
                self.text(&table::bare(&columns, rows, self.width))
            }
            Output::Json | Output::Yaml | Output::Ndjson => self.value(item),
        }
    }

    /// Prints one of many that come as they happen. JSON is a line each, YAML a document each.
    pub(crate) fn line<T: Line>(&self, item: &T) -> Result<()> {
        match self.output {
            Output::Table => {
                let cells = item.cells(self);
                let columns = vec![Column::Fixed(""); cells.len()];
                self.text(&table::bare(&columns, vec![cells], self.width))
            }
            Output::Yaml => self.text(&format!("---\n{}", yaml(item)?.trim_end())),
            Output::Json | Output::Ndjson => self.text(&compact(item)?),
        }
    }

    /// Prints `words` for people, `item` for programs.
    pub(crate) fn words_or<T: Serialize>(&self, words: &str, item: &T) -> Result<()> {
        match self.output {
            Output::Table => self.text(&table::plain(words)),
            Output::Json | Output::Yaml | Output::Ndjson => self.value(item),
        }
    }

    /// Prints `item` in the format for programs.
    pub(crate) fn value<T: Serialize + ?Sized>(&self, item: &T) -> Result<()> {
        match self.output {
            Output::Table | Output::Json => {
                self.text(&serde_json::to_string_pretty(item).map_err(unprintable)?)
            }
            Output::Yaml => self.text(yaml(item)?.trim_end()),
            Output::Ndjson => self.text(&compact(item)?),
        }
    }

    /// Prints `text` as it is.
    #[expect(clippy::unused_self, reason = "what is printed goes through the printer")]
    pub(crate) fn text(&self, text: &str) -> Result<()> {
        let mut stdout = anstream::stdout().lock();
        writeln!(stdout, "{text}")?;
        Ok(stdout.flush()?)
    }

    /// Says something that is no result.
    #[expect(clippy::unused_self, reason = "what is printed goes through the printer")]
    pub(crate) fn note(&self, text: impl fmt::Display) -> Result<()> {
        Ok(writeln!(anstream::stderr(), "{text}")?)
    }

    /// Icon, word and colour for people who watch, the bare word for a pipe.
    pub(crate) fn status(&self, status: Status) -> Cell {
        let (icon, tone) = match status {
            Status::Online => ('●', Tone::Good),
            Status::Degraded => ('◐', Tone::Warning),
            Status::Offline => ('○', Tone::Bad),
            Status::Unknown => ('◌', Tone::Muted),
        };
        self.marked(icon, status.as_str(), tone)
    }

    /// A word with the mark of its kind.
    pub(crate) fn marked(&self, icon: char, word: &str, tone: Tone) -> Cell {
        if self.is_terminal {
            return Cell::toned(format!("{icon} {word}"), tone);
        }
        Cell::toned(word, tone)
    }
}

fn compact<T: Serialize + ?Sized>(item: &T) -> Result<String> {
    serde_json::to_string(item).map_err(unprintable)
}

fn yaml<T: Serialize + ?Sized>(item: &T) -> Result<String> {
    serde_saphyr::to_string(&item).map_err(unprintable)
}

fn unprintable(error: impl fmt::Display) -> Failure {
    Failure::new(Exit::CheckFailed, format!("cannot print the result: {error}"))
}
