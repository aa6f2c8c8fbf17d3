//! Tables that fit the page: no borders, no wrapped cells, a colour only where it means something.

use std::borrow::Cow;

use comfy_table::{
    Attribute, Cell as TableCell, Color, ColumnConstraint, ContentArrangement, Row as TableRow,
    Table,
};

/// No table is wider, whatever the terminal.
pub(crate) const MAX_WIDTH: u16 = 100;

/// A column: its heading, and whether it gives way when the page is narrow.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Column {
    /// As wide as its content.
    Fixed(&'static str),
    /// Cut with `…` where there is no room.
    Flexible(&'static str),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cell {
    text: String,
    tone: Tone,
}

/// What a colour stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Plain,
    Muted,
    Good,
    Warning,
    Bad,
}

impl Cell {
    pub(crate) fn new(text: impl AsRef<str>) -> Self {
        Self::toned(text, Tone::Plain)
    }

    pub(crate) fn muted(text: impl AsRef<str>) -> Self {
        Self::toned(text, Tone::Muted)
    }

    /// At least `width` wide, so that lines that come one by one line up.
    #[must_use]
    pub(crate) fn padded(mut self, width: usize) -> Self {
        self.text = format!("{:<width$}", self.text);
        self
    }

    pub(crate) fn toned(text: impl AsRef<str>, tone: Tone) -> Self {
        Self { text: plain(text.as_ref()).into_owned(), tone }
    }
}

/// `text` without what a terminal would obey instead of show: names and reasons are other
/// people's words.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace(char::is_control, " "))
}

/// Lays the rows out under their headings within `width`. Carries colours always; who prints
/// strips them.
pub(crate) fn with_headings(columns: &[Column], rows: Vec<Vec<Cell>>, width: u16) -> String {
    let mut table = Table::new();
    table.set_header(one_line(columns.iter().map(|it| Cell::muted(it.heading())).collect()));
    render(table, columns, rows, width)
}

/// Lays the rows out without headings.
pub(crate) fn bare(columns: &[Column], rows: Vec<Vec<Cell>>, width: u16) -> String {
    render(Table::new(), columns, rows, width)
}

fn render(mut table: Table, columns: &[Column], rows: Vec<Vec<Cell>>, width: u16) -> String {
    table
        .load_style(comfy_table::presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_truncation_indicator("…")
        .set_width(width.min(MAX_WIDTH))
        .enforce_styling();
    for row in rows {
        table.add_row(one_line(row));
    }
    for (column, settings) in columns.iter().zip(table.column_iter_mut()) {
        settings.set_padding((0, 2));
        if let Column::Fixed(_) = column {
            settings.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    table.lines().map(|line| trim(&line)).collect::<Vec<_>>().join("\n")
}

/// Without the spaces that fill the last column, inside its colour or outside.
fn trim(line: &str) -> String {
    let line = line.trim_end();
    match line.rfind('\u{1b}').map(|at| line.split_at(at)) {
        Some((text, escape)) if escape.find('m') == Some(escape.len() - 1) => trim(text) + escape,
        _ => line.to_owned(),
    }
}

impl Column {
    const fn heading(self) -> &'static str {
        match self {
            Self::Fixed(heading) | Self::Flexible(heading) => heading,
        }
    }
}

fn one_line(cells: Vec<Cell>) -> TableRow {
    let mut row = TableRow::from(cells.into_iter().map(styled).collect::<Vec<_>>());
    row.max_height(1);
    row
}

fn styled(cell: Cell) -> TableCell {
    let styled = TableCell::new(cell.text);
    match cell.tone {
        Tone::Plain => styled,
        Tone::Muted => styled.add_attribute(Attribute::Dim),
        Tone::Good => styled.fg(Color::DarkGreen),
        Tone::Warning => styled.fg(Color::DarkYellow),
        Tone::Bad => styled.fg(Color::DarkRed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 3] =
        [Column::Fixed("status"), Column::Fixed("project"), Column::Flexible("reason")];

    fn rendered(reason: &str, width: u16) -> String {
        let rows =
            vec![vec![Cell::toned("online", Tone::Good), Cell::new("atlas"), Cell::new(reason)]];
        anstream::adapter::strip_str(&with_headings(&COLUMNS, rows, width)).to_string()
    }

    #[test]
    fn columns_line_up_without_borders() {
        insta::assert_snapshot!(rendered("no beat when one was due", 100), @r"
        status  project  reason
        online  atlas    no beat when one was due
        ");
    }

    #[test]
    fn what_does_not_fit_is_cut_and_never_wraps() {
        let text = rendered(&"words ".repeat(40), 40);
        insta::assert_snapshot!(text, @r"
        status  project  reason
        online  atlas    words words word…
        ");
        let long = rendered(&"x".repeat(300), 300);
        assert!(long.lines().all(|line| line.chars().count() <= 100) && long.lines().count() == 2);
    }

    #[test]
    fn nothing_in_a_cell_can_command_the_terminal() {
        let text = rendered("a\u{1b}[31mb\nc\u{7}", 100);
        assert!(!text.contains(['\u{1b}', '\u{7}']) && text.lines().count() == 2);
    }
}
